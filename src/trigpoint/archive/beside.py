"""What stands beside a file: the other files of its folder, on a disk or inside an archive.

Some archives spread one scan over several files: results in one, and what they were compared with in others.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from trigpoint.archive.containers import entries
from trigpoint.archive.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.archive.format import Format, Join

_SCANS = 2  # held at a time: files of one folder are read one after the other, and what is beside them may be large
_PACKED = (".gz", ".zst")


def joining(form: Format, path: Path, member: str | None) -> Join:
    """Give what adds to the records of a file what stands beside them; nothing for formats without such files."""
    if form.beside is None:
        return _alone
    return _gathered(form, path, member, _stamp(path, member))


def file_name(path: Path | str, member: str | None) -> str:
    """Give a file's own name, as it is when unpacked.

    >>> file_name("scan.tar.gz", "CP_Satellite-2020-12-17/raw/answers.json.gz"), file_name("a/results.json", None)
    ('answers.json', 'results.json')
    """
    name = PurePosixPath(member.replace("\\", "/")).name if member else Path(path).name
    return next((name.removesuffix(suffix) for suffix in _PACKED if name.endswith(suffix)), name)


def _alone(_: str, record: bytes) -> bytes:
    return record


@lru_cache(_SCANS)
def _gathered(form: Format, path: Path, member: str | None, _: object) -> Join:
    assert form.beside is not None  # noqa: S101 - told apart by the caller
    return form.beside(_archived(path, member) if member else _in_folder(path))


def _stamp(path: Path, member: str | None) -> object:
    """Name the state of what would be gathered, so that what was gathered before a change is not used after it."""
    if member:
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    with os.scandir(path.parent) as listed:
        return frozenset((item.name, item.stat().st_size, item.stat().st_mtime_ns) for item in listed if item.is_file())


def _in_folder(path: Path) -> Iterator[tuple[str, Stream]]:
    for other in sorted(path.parent.iterdir()):
        if other.is_file() and other != path:
            with suppress(OSError), other.open("rb") as file:  # reading it for itself says that it cannot be read
                for entry in entries(file):
                    if entry.member is None and isinstance(entry.content, Stream):
                        yield file_name(other, None), entry.content


def _archived(path: Path, member: str) -> Iterator[tuple[str, Stream]]:
    folder = PurePosixPath(member).parent
    with path.open("rb") as file:
        for entry in entries(file):
            is_beside = entry.member not in (None, member) and PurePosixPath(entry.member or "").parent == folder
            if is_beside and isinstance(entry.content, Stream):
                yield file_name(path, entry.member), entry.content
