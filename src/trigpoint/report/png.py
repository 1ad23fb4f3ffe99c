"""PNG files packed tighter: what draws them is made for speed, and leaves them three times as large as they need be."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 6


def packed(png: bytes) -> bytes:
    """Compress the pixels of a PNG again; the picture stays the same (W3C PNG, section 5: chunks)."""
    chunks = list(_chunks(png))
    pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    head, tail = chunks[0], chunks[-1]
    others = [chunk for chunk in chunks[1:-1] if chunk[0] != b"IDAT"]
    return SIGNATURE + b"".join(map(_chunk, [head, *others, (b"IDAT", zlib.compress(pixels, _LEVEL)), tail]))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length  # length, kind, body, checksum


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    kind, body = chunk
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
