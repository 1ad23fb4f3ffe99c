"""Compressed bodies are looked into, and hostile ones are given up."""

from __future__ import annotations

import gzip
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.probe.codings import opened

PAGE = b"<title>page</title>" * 50
RAW = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("X-GZIP", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", RAW.compress(PAGE) + RAW.flush()),
        ("zstd", zstandard.ZstdCompressor().compress(PAGE)),
        ("identity", PAGE),
        ("gzip, identity", gzip.compress(PAGE, mtime=0)),
        ("deflate, gzip", gzip.compress(zlib.compress(PAGE), mtime=0)),
        ("", PAGE),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_a_coding_is_undone(coding: str, content: bytes) -> None:
    assert opened(content, coding) == PAGE


def test_a_body_that_was_cut_off_is_looked_into_as_far_as_it_goes() -> None:
    cut = gzip.compress(bytes(range(256)) * 40)[:-12]
    assert opened(cut, "gzip") is not None


def test_what_expands_without_end_is_not_looked_into() -> None:
    assert opened(gzip.compress(bytes(1 << 24)), "gzip") is None
    assert opened(zstandard.ZstdCompressor().compress(bytes(1 << 24)), "zstd") is None


@given(st.binary(max_size=64), st.sampled_from(("gzip", "deflate", "zstd", "br", "gzip, gzip")))
def test_whatever_comes_gives_bytes_or_nothing(content: bytes, coding: str) -> None:
    assert isinstance(opened(content, coding), bytes | None)
