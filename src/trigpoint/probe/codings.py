"""Looking into bodies that a server compressed although nobody asked it to (:rfc:`9110`, section 8.4)."""

from __future__ import annotations

import zlib

import zstandard

_MOST_BYTES = 1 << 23
"""8 MiB, sixteen times what the probe keeps of a body. What expands to more is not looked into."""

_ANY_HEADER = 32 + zlib.MAX_WBITS  # zlib's own number for "gzip or zlib, whichever it is"


def opened(content: bytes, coding: str) -> bytes | None:
    """Undo a content coding, as far as the body goes, which may be cut off.

    Args:
        content: the body as received.
        coding: value of ``Content-Encoding``.

    Returns:
        What was coded; ``None`` where the coding is not known here, the body is not in it, or expands too far.

    >>> opened(zlib.compress(b"page")[:-2], "deflate"), opened(b"page", "identity"), opened(b"page", "br")
    (b'page', b'page', None)

    """
    names = [name for part in coding.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    found: bytes | None = content
    for name in reversed(names):
        found = None if found is None else _undone(found, name)
    return found


def _undone(content: bytes, name: str) -> bytes | None:
    try:
        if name in {"gzip", "x-gzip"}:
            return _inflated(content, _ANY_HEADER)
        if name == "deflate":  # with zlib's header as the standard has it, and without as some servers do
            return _inflated(content, _ANY_HEADER if content[:1] == b"\x78" else -zlib.MAX_WBITS)
        if name == "zstd":
            with zstandard.ZstdDecompressor().stream_reader(content) as reader:
                return _within(reader.read(_MOST_BYTES + 1))
    except (zlib.error, zstandard.ZstdError):
        pass
    return None


def _inflated(content: bytes, window: int) -> bytes | None:
    return _within(zlib.decompressobj(window).decompress(content, _MOST_BYTES + 1))


def _within(found: bytes) -> bytes | None:
    return found if len(found) <= _MOST_BYTES else None
