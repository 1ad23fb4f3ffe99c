"""Reading files: paths to files, files to records, records to measurements or rejects (R3)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.archive import formats
from trigpoint.archive.beside import file_name, joining
from trigpoint.archive.containers import entries
from trigpoint.archive.format import Format, Origin
from trigpoint.archive.framing import frames
from trigpoint.archive.kinds import kind_of
from trigpoint.discovery import declared
from trigpoint.errors import InputError, RecordError
from trigpoint.model.measurement import Measurement, Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.archive.containers import Entry

FORMATS = declared(formats, "FORMAT", Format)
"""Every format by name."""

_ASKED = sorted(FORMATS.values(), key=lambda form: (form.is_general, form.name))

UNKNOWN = "unknown"
"""What :func:`identify` says of a file that no format recognises."""

_HEAD_BYTES = 65_536  # enough of a file to recognise it


def expand(paths: Iterable[Path]) -> list[Path]:
    """List the files that paths name: a file itself, a folder's files at any depth. Sorted, each once.

    Raises:
        InputError: a path does not exist, is neither file nor folder, or is a folder without a file.

    """
    found: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            files = list(_files_below(path))
            if not files:
                message = f"{path} is an empty folder"
                raise InputError(message)
            found.update(files)
        elif path.is_file():
            found.add(path)
        else:
            message = f"{path} does not exist" if not path.exists() else f"{path} is neither a file nor a folder"
            raise InputError(message)
    return sorted(found)


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            if (path := Path(parent, name)).is_file():
                yield path


def read(path: Path, source: str | None = None) -> Iterator[Measurement | Reject]:
    """Read one file as a stream of measurements and rejects, in the order of the file. Repeats are not dropped here.

    Args:
        path: the file.
        source: SHA-256 (hex) of the file, which its records name. Missing: it is found out.

    """
    try:
        with path.open("rb") as file:
            if source is None:
                source = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
            for entry in entries(file):
                yield from _read_entry(entry, source, str(path))
    except OSError as error:
        yield Reject(path=str(path), reason=f"cannot be read: {error.strerror or error}")


def _read_entry(entry: Entry, source: str, path: str) -> Iterator[Measurement | Reject]:
    def rejected(reason: object, line: int | None = None) -> Reject:
        return Reject(source=source, path=path, member=entry.member, line=line, reason=str(reason))

    if isinstance(entry.content, RecordError):
        yield rejected(entry.content)
        return
    head = entry.content.peek(_HEAD_BYTES)
    form = recognised(head)
    if form is None:
        yield rejected(_unrecognised(head, entry))
        return
    join = joining(form, Path(path), entry.member)
    name = file_name(path, entry.member)
    for line, content in frames(entry.content):
        if isinstance(content, RecordError):
            yield rejected(content, line)
            continue
        try:
            record = join(name, content)
            if record is not None:
                yield form.decode(record, Origin(source=source, path=path, member=entry.member, line=line))
        except RecordError as error:
            yield rejected(error, line)


def _unrecognised(head: bytes, entry: Entry) -> str:
    if head.strip():
        return f"a file of another kind: {kind_of(head)}"
    assert not isinstance(entry.content, RecordError)  # noqa: S101 - told apart by the caller
    try:
        entry.content.chunk()
    except RecordError as damage:
        return str(damage)
    return "empty: no record in it"


def recognised(head: bytes) -> Format | None:
    """Find the format that recognises the first bytes of a file."""
    return next((form for form in _ASKED if form.recognises(head)), None)


def identify(path: Path) -> str:
    """Name the format of a file by its content; ``unknown`` where none recognises it.

    Raises:
        InputError: the file cannot be opened.

    """
    try:
        with path.open("rb") as file:
            for entry in entries(file):
                if not isinstance(entry.content, RecordError) and (form := recognised(entry.content.peek(_HEAD_BYTES))):
                    return form.name
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(message) from error
    return UNKNOWN
