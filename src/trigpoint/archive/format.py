"""What a file format declares, and where a record came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from trigpoint.archive.stream import Stream
from trigpoint.model.measurement import Measurement

Join: TypeAlias = Callable[[str, bytes], bytes | None]
"""Adds to a record of the file of this name what stands beside it. None: the record is no measurement of its own, or
another file beside it has the same one."""

Beside: TypeAlias = Callable[[Iterable[tuple[str, Stream]]], Join]
"""Gathers the other files of a folder (names and contents)."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record stands."""

    source: str
    """SHA-256 (hex) of the file."""
    path: str
    """Path of the file as given."""
    member: str | None = None
    """Member inside an archive file. Missing: not an archive."""
    line: int = 1
    """Line in the file or member, from 1."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One file format: the constant ``FORMAT`` of a module of ``archive/formats``."""

    name: str
    """Its name, as ``survey.toml`` gives it."""
    recognises: Callable[[bytes], bool]
    """Whether the first bytes of a file or member, unpacked, look like this format. Never the file's name."""
    decode: Callable[[bytes, Origin], Measurement]
    """Read one record. Raises :class:`~trigpoint.errors.RecordError` where it is none."""
    unwrap: Callable[[bytes], bytes]
    """Give the raw record as JSON, without what an archive wrapped around it, so that pointers resolve in it."""
    beside: Beside | None = None
    """Gathers what other files of the same folder say of the records. Missing: a record stands for itself."""
    is_general: bool = False
    """Whether it takes any JSON: formats that know their own records are asked before it."""
