"""What wraps records: compression and archives, opened by their content, never by a name.

gzip (RFC 1952), zstd (RFC 8878), tar (POSIX.1-2017, pax) and zip, also inside each other. What cannot be opened
becomes a refusal beside the members that can (R3); expansion is metered, so that a bomb ends early.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

import msgspec
import zstandard
from isal import isal_zlib

from trigpoint.archive.stream import CHUNK_BYTES, Meter, Stream, file_chunks
from trigpoint.archive.tar import BLOCK_BYTES, is_header, tar_members, unsafe_name
from trigpoint.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

_GZIP_ERRORS: tuple[type[Exception], ...] = (isal_zlib.error, zlib.error)  # type: ignore[assignment] # untyped extension
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = b"PK\x03\x04"
_LARGEST_WINDOW_BYTES = 134_217_728  # what `zstd` itself accepts without being told (128 MiB)
_ZSTD_PIECE_BYTES = 1_024  # 4 bytes can hold a block of 128 KiB, so a piece gives 32 MiB at the very most
_DEEPEST = 4  # a postcan is two layers deep (tar in gzip); more than four is nobody's archive
_ENCRYPTED = 0x1


class Entry(msgspec.Struct, frozen=True):
    """One file, or one member of an archive."""

    member: str | None
    """Its name inside the archive. Missing: not an archive."""
    content: Stream | RecordError
    """Its unpacked bytes, or why they cannot be read."""


def entries(file: BinaryIO) -> Iterator[Entry]:
    """Open a file and all that it contains, in the order in which it stands there. Consume each entry before the next.

    Never raises for damaged or hostile content: that is an entry whose content is the error.
    """
    meter = Meter()
    stream = Stream(file_chunks(file, meter))
    if stream.peek(len(_ZIP)) == _ZIP:
        yield from _zip_members(file, meter)
    else:
        yield from _unpacked(stream, None, meter, _DEEPEST)


def _unpacked(stream: Stream, member: str | None, meter: Meter, depth: int) -> Iterator[Entry]:
    head = stream.peek(BLOCK_BYTES)
    unpack = _unpacker(head)
    is_tar = is_header(head)
    if unpack is None and not is_tar:
        yield Entry(member, stream)
    elif depth == 0:
        yield Entry(member, RecordError(f"refused: packed more than {_DEEPEST} times"))
    elif unpack is not None:
        yield from _unpacked(Stream(unpack(stream, meter)), member, meter, depth - 1)
    else:
        for name, content in tar_members(stream):
            inner = f"{member}/{name}" if member else name
            if isinstance(content, RecordError):
                yield Entry(inner, content)
            else:
                yield from _unpacked(content, inner, meter, depth - 1)


def _unpacker(head: bytes) -> Callable[[Stream, Meter], Iterator[bytes]] | None:
    if head.startswith(_GZIP):
        return _gunzip
    if head.startswith(_ZSTD):
        return _unzstd
    return None


def _gunzip(stream: Stream, meter: Meter) -> Iterator[bytes]:
    inflate = isal_zlib.decompressobj(wbits=31)
    data = b""
    while data or (data := stream.chunk()):
        if inflate.eof:  # several gzip members one after another are one file; so are zeros that pad it (RFC 1952)
            data = data.lstrip(b"\0")
            if not data:
                continue
            inflate = isal_zlib.decompressobj(wbits=31)
        try:
            out = inflate.decompress(data, CHUNK_BYTES)
        except _GZIP_ERRORS as error:
            message = f"damaged gzip data: {error}"
            raise RecordError(message) from error
        data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        if out:
            meter.add(len(out))
            yield out
    if not inflate.eof:
        message = "gzip data is cut off in the middle"
        raise RecordError(message)


def _unzstd(stream: Stream, meter: Meter) -> Iterator[bytes]:
    context = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW_BYTES)
    frame = context.decompressobj()
    data = b""
    while data or (data := stream.chunk()):
        if frame.eof:
            frame = context.decompressobj()
        piece, data = data[:_ZSTD_PIECE_BYTES], data[_ZSTD_PIECE_BYTES:]
        try:
            out = frame.decompress(piece)
        except zstandard.ZstdError as error:
            message = f"damaged zstd data: {error}"
            raise RecordError(message) from error
        if frame.eof:
            data = frame.unused_data + data
        if out:
            meter.add(len(out))
            yield out
    if not frame.eof:
        message = "zstd data is cut off in the middle"
        raise RecordError(message)


def _zip_members(file: BinaryIO, meter: Meter) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Entry(None, RecordError(f"damaged zip archive: {error}"))
        return
    with archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield from _zip_member(archive, info, meter)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> Iterator[Entry]:
    reason = unsafe_name(info.filename)
    if info.flag_bits & _ENCRYPTED:
        reason = "password-protected"
    if reason is not None:
        yield Entry(info.filename, RecordError(f"refused: {reason}"))
        return
    yield from _unpacked(Stream(_zip_chunks(archive, info, meter)), info.filename, meter, _DEEPEST - 1)


def _zip_chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> Iterator[bytes]:
    meter.packed += info.compress_size
    try:
        with archive.open(info) as member:
            while chunk := member.read(CHUNK_BYTES):
                meter.add(len(chunk))
                yield chunk
    except RecordError:
        raise
    except Exception as error:
        message = f"unreadable zip member: {error}"
        raise RecordError(message) from error
