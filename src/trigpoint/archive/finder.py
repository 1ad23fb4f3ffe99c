"""Finding raw records again, for the pages that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.archive.beside import file_name, joining
from trigpoint.archive.containers import entries
from trigpoint.archive.format import Format, Origin
from trigpoint.archive.framing import frames
from trigpoint.archive.reading import form_of
from trigpoint.errors import InputError, RecordError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from typing import TypeAlias

    Found: TypeAlias = Generator[tuple[str | None, int, Format, bytes], None, None]


class Finder:
    """Finds records by file, member and line. Asked in the order of a file, it goes through the file once."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._records: Found | None = None

    def __call__(self, path: Path, member: str | None, line: int, identity: str) -> bytes:
        """Give the raw record as JSON, in which the JSON pointers of its steps resolve.

        Args:
            path: the file.
            member: member inside it; ``None`` where it is no archive.
            line: line in the file or member, from 1.
            identity: id of the measurement that must be there: evidence is what was read, not what stands there
                now (R2).

        Raises:
            InputError: the file cannot be read, has no such record, or another one.

        """
        try:
            form, raw = self._ahead(path, member, line) or self._again(path, member, line)
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror or error}"
            raise InputError(message) from error
        origin = Origin(source="", path=str(path), member=member, line=line)
        if form.decode(raw, origin).id != identity:
            message = f"{path} has another record at {_place(member, line)} than the survey read"
            raise InputError(message)
        return form.unwrap(raw)

    def _ahead(self, path: Path, member: str | None, line: int) -> tuple[Format, bytes] | None:
        """Look from where the last search ended, if that was in this file."""
        if path != self._path or self._records is None:
            return None
        return _next(self._records, member, line)

    def _again(self, path: Path, member: str | None, line: int) -> tuple[Format, bytes]:
        if self._records is not None:
            self._records.close()
        self._path, self._records = path, _records(path)
        found = _next(self._records, member, line)
        if found is None:
            message = f"{path} has no record at {_place(member, line)}"
            raise InputError(message)
        return found


def _next(records: Found, member: str | None, line: int) -> tuple[Format, bytes] | None:
    for at_member, at_line, form, content in records:
        if (at_member, at_line) == (member, line):
            return form, content
    return None


def _records(path: Path) -> Found:
    with path.open("rb") as file:
        for entry in entries(file):
            if isinstance(entry.content, RecordError):
                continue
            form = form_of(entry.content)
            if form is None:
                continue
            join, name = joining(form, path, entry.member), file_name(path, entry.member)
            for line, content in frames(entry.content):
                record = join(name, content) if isinstance(content, bytes) else None
                if record is not None:
                    yield entry.member, line, form, record


def _place(member: str | None, line: int) -> str:
    return f"{member}, line {line}" if member else f"line {line}"
