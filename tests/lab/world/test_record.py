"""A record is served as it is written, or refused when the world is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.world.record import Extra
from trigpoint.net.dns_names import wire_name

if TYPE_CHECKING:
    from trigpoint.net.dns_records import Record


def record(kind: str, value: str, name: str = "x.example") -> Record:
    return msgspec.convert({"name": name, "type": kind, "value": value}, Extra).record()


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        ("A", "203.0.113.9", b"\xcb\x00\x71\x09"),
        ("AAAA", "2001:db8::1", b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01"),
        ("CNAME", "y.example", wire_name("y.example")),
        ("NS", "ns.example.", wire_name("ns.example")),
        ("MX", "10 mail.example", b"\x00\x0a" + wire_name("mail.example")),
        ("MX", "0 .", b"\x00\x00\x00"),
        ("TXT", "a" * 256, b"\xff" + b"a" * 255 + b"\x01a"),
        ("TXT", "", b"\x00"),
    ],
)
def test_a_record_is_what_its_text_says(kind: str, value: str, data: bytes) -> None:
    made = record(kind, value)
    assert (made.name, made.data, made.ttl) == ("x.example", data, 300)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("A", "nope"),
        ("A", "2001:db8::1"),
        ("AAAA", "203.0.113.9"),
        ("A", "8.8.8.8"),
        ("MX", "nopref"),
        ("MX", "70000 mail.example"),
        ("MX", "1"),
        ("MX", "-1 mail.example"),
        ("CNAME", "a b"),
        ("NS", "ns.google.com"),
        ("TXT", "a" * 5_000),
    ],
)
def test_what_is_no_value_of_its_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"value: "):
        record(kind, value)


@pytest.mark.parametrize("name", ["..bad..name", "x y.example", "www.google.com"])
def test_an_owner_is_a_name_of_the_lab(name: str) -> None:
    with pytest.raises(ValueError, match=r"name: "):
        record("TXT", "x", name)


@given(st.sampled_from(["A", "AAAA", "CNAME", "MX", "TXT", "NS"]), st.text(max_size=80))
def test_any_text_is_a_record_or_refused(kind: str, value: str) -> None:
    try:
        record(kind, value)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either is right; nothing else may be raised
