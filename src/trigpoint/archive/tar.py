"""tar archives as a stream (POSIX.1-2017 ``pax``, section "ustar Interchange Format"; GNU long names).

Written here because a reader of hostile archives must bound what a header may ask for, go on after a member that it
refuses, and never touch the file system: members are read, never extracted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trigpoint.archive.stream import Stream
from trigpoint.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES = 512
"""Headers and contents are padded to blocks of this size."""

_LARGEST_EXTENSION_BYTES = 65_536  # a pax header or long name; paths end at 4,096 bytes on every system
_REGULAR = frozenset(b"0\x007")
_LINKS = frozenset(b"12")
_DIRECTORY = ord("5")
_LONG_NAME, _LONG_LINK = ord("L"), ord("K")
_PAX, _PAX_GLOBAL = ord("x"), ord("g")
_PAX_RECORD = re.compile(rb"(\d{1,6}) ([^=]+)=")
_CHECKSUM = slice(148, 156)
_BASE_256 = 0x80


def is_header(block: bytes) -> bool:
    """Tell whether a block is a tar header, by its checksum (archives older than ``ustar`` have no magic)."""
    if len(block) < BLOCK_BYTES or not block[0]:
        return False
    stated = _number(block[_CHECKSUM])
    return stated is not None and stated == sum(block[:148]) + 8 * 0x20 + sum(block[156:BLOCK_BYTES])


def unsafe_name(name: str) -> str | None:
    """Say why a member's name is refused: it would point outside the archive. None: it is safe.

    >>> unsafe_name("a/../../etc/passwd"), unsafe_name("/etc/passwd"), unsafe_name("2023/a.post")
    ("its path contains '..'", 'its path is absolute', None)
    """
    parts = name.replace("\\", "/").split("/")
    if ".." in parts:
        return "its path contains '..'"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", name):
        return "its path is absolute"
    return None


def tar_members(stream: Stream) -> Iterator[tuple[str, Stream | RecordError]]:
    """Walk an archive: name and content of each member, or why it is refused. Consume each before the next.

    A damaged header ends the archive with one refusal, because nothing tells where the next one stands.
    """
    extension: dict[str, bytes] = {}
    while header := _header(stream):
        if isinstance(header, RecordError):
            yield "", header
            return
        name, size, kind = _described(header, extension)
        if kind in (_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL):
            if (refusal := _extend(stream, kind, size, extension)) is not None:
                yield name, refusal
            continue
        extension = {}
        content = Stream(stream.part(size))
        if (reason := _refusal(name, kind)) is not None:
            yield name, RecordError(f"refused: {reason}")
        elif kind != _DIRECTORY:
            yield name, content
        if (damage := _finish(stream, content, size)) is not None:
            yield name, damage
        if stream.is_broken:
            return


def _header(stream: Stream) -> bytes | RecordError | None:
    """Take a header block. None at the end: a block of zeros, no more bytes, or damage that was reported already."""
    try:
        block = stream.take(BLOCK_BYTES)
    except RecordError as damage:
        return damage
    if stream.is_broken or not block.strip(b"\0"):
        return None
    if len(block) < BLOCK_BYTES:
        return RecordError("tar archive is cut off in the middle of a header")
    return block if is_header(block) else RecordError("damaged tar header; the rest of the archive is unreadable")


def _described(header: bytes, extension: dict[str, bytes]) -> tuple[str, int, int]:
    name = _text(header[:100])
    if header[257:262] == b"ustar" and header[345]:
        name = f"{_text(header[345:500])}/{name}"
    if "path" in extension:
        name = _text(extension["path"])
    size = _number(header[124:136]) or 0
    if extension.get("size", b"").isdigit():
        size = int(extension["size"][:20])
    kind = header[156]
    return name, 0 if kind in _LINKS or kind == _DIRECTORY else size, kind


def _extend(stream: Stream, kind: int, size: int, extension: dict[str, bytes]) -> RecordError | None:
    """Read what describes the next member. A global header (``g``) is skipped: it names no member."""
    content = Stream(stream.part(size))
    refusal = None
    if size > _LARGEST_EXTENSION_BYTES:
        refusal = RecordError(f"refused: a tar header of more than {_LARGEST_EXTENSION_BYTES} bytes")
    elif kind in (_LONG_NAME, _PAX):
        try:
            data = content.take(size)
        except RecordError as damage:
            return damage
        extension.update({"path": data} if kind == _LONG_NAME else _pax(data))
    return _finish(stream, content, size) or refusal


def _pax(data: bytes) -> dict[str, bytes]:
    found = {}
    position = 0
    while match := _PAX_RECORD.match(data, position):
        end = position + int(match.group(1))
        if end <= match.end():
            break
        if match.group(2) in (b"path", b"size"):
            found[match.group(2).decode()] = data[match.end() : end - 1]
        position = end
    return found


def _refusal(name: str, kind: int) -> str | None:
    if (reason := unsafe_name(name)) is not None:
        return reason
    if kind in _LINKS:
        return "it is a link, not a file"
    if kind in _REGULAR or kind == _DIRECTORY:
        return None
    return "it is neither a file nor a folder"


def _finish(stream: Stream, content: Stream, size: int) -> RecordError | None:
    """Skip what nobody read of a member, and its padding. Gives damage that nobody has been told of yet."""
    try:
        for _ in content:
            pass
        stream.take(-size % BLOCK_BYTES)
    except RecordError as damage:
        return damage
    return None


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")


def _number(field: bytes) -> int | None:
    if field[0] == _BASE_256:  # GNU: numbers that do not fit octal digits
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    try:
        return int(digits, 8) if digits else 0
    except ValueError:
        return None
