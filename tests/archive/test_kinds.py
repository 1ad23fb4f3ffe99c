"""Files of another kind have a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.archive.kinds import kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xfd7zXZ\x00", "compressed with xz"),
        (b"<!doctype html>", "markup"),
        (b"a;b\n1;2\n", "text without JSON records"),
        (b"\x00\x00", "binary data"),
    ],
)
def test_first_bytes_tell_the_kind(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


@given(st.binary())
def test_any_bytes_have_a_kind(head: bytes) -> None:
    assert kind_of(head)
