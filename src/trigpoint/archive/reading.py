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
from trigpoint.model.limits import LARGEST_RECORD_BYTES
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.store.manifest import MANIFEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.archive.containers import Entry
    from trigpoint.archive.stream import Stream

FORMATS = declared(formats, "FORMAT", Format)
"""Every format by name."""

_ASKED = sorted(FORMATS.values(), key=lambda form: (form.is_general, form.name))

UNKNOWN = "unknown"
"""What :func:`identify` says of a file that no format recognises."""

_HEAD_BYTES = (65_536, LARGEST_RECORD_BYTES)
"""How much is looked at to recognise a file: enough, and as far as a first record that was cut off can reach."""


def expand(paths: Iterable[Path]) -> tuple[list[Path], list[Reject]]:
    """List the files that paths name: a file itself, a folder's files at any depth.

    A folder's links to other folders are not followed, since they may lead back. Surveys in it are passed over, since
    they may lie beside what they were made from.

    Returns:
        The files, sorted, each once; and a reject for each path, given or in a folder, that leads to no file.

    Raises:
        InputError: no path leads to a file.

    """
    files: set[Path] = set()
    rejects: dict[str, Reject] = {}
    for path in map(Path, paths):
        for found in _below(path) if path.is_dir() else [_file(path)]:
            if isinstance(found, Reject):
                rejects[found.path] = found
            else:
                files.add(found)
    if not files:
        raise InputError("; ".join(f"{reject.path} {reject.reason}" for reject in rejects.values()))
    return sorted(files), list(rejects.values())


def _below(folder: Path) -> Iterator[Path | Reject]:
    refused: list[OSError] = []
    is_empty = True
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        if MANIFEST_NAME in names:
            folders.clear()
            continue
        links = [name for name in folders if Path(parent, name).is_symlink()]
        is_empty = is_empty and not (names or links)
        yield from (_file(Path(parent, name)) for name in names)
        yield from (_refused(Path(parent, name), "is a link to a folder, which is not followed") for name in links)
    yield from (_refused(error.filename, f"cannot be read: {error.strerror}") for error in refused)
    if is_empty and not refused:
        is_survey = (folder / MANIFEST_NAME).is_file()
        yield _refused(folder, "is a survey, not measurements" if is_survey else "is an empty folder")


def _file(path: Path) -> Path | Reject:
    if path.is_file():
        return path
    return _refused(path, "is neither a file nor a folder" if path.exists() else "does not exist")


def _refused(path: Path | str, reason: str) -> Reject:
    return Reject(path=str(path), reason=reason)


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
    form = form_of(entry.content)
    if form is None:
        yield rejected(_unrecognised(entry.content))
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


def _unrecognised(content: Stream) -> str:
    head = content.peek(_HEAD_BYTES[0])
    if head.strip():
        return f"a file of another kind: {kind_of(head)}"
    try:
        while content.chunk():
            pass
    except RecordError as damage:
        return str(damage)
    return "empty: no record in it"


def form_of(content: Stream) -> Format | None:
    """Find the format of a text without taking from it; farther on where nothing is recognised at its beginning."""
    return next((form for size in _HEAD_BYTES if (form := recognised(content.peek(size)))), None)


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
                if not isinstance(entry.content, RecordError) and (form := form_of(entry.content)):
                    return form.name
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(message) from error
    return UNKNOWN
