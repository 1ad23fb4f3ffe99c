import struct
import zlib

import vl_convert

from trigpoint.report.png import SIGNATURE, packed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="50"><circle cx="30" cy="20" r="15" fill="red"/></svg>'


def _pixels(png: bytes) -> bytes:
    at, found = len(SIGNATURE), b""
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + body),)
        found += body if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(found)


def test_a_packed_picture_is_the_same_and_smaller() -> None:
    png = bytes(vl_convert.svg_to_png(SVG, scale=2.0))
    smaller = packed(png)
    assert len(smaller) < len(png)
    assert _pixels(smaller) == _pixels(png)
    assert smaller[: len(SIGNATURE) + 25] == png[: len(SIGNATURE) + 25]
    assert packed(smaller) == smaller
