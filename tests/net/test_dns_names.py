"""Domain names on the wire and as text, held against dnspython."""

from __future__ import annotations

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dns_names import after_name, name_text, read_name, wire_name

labels_of_names = st.lists(st.binary(min_size=1, max_size=63), max_size=6).filter(
    lambda labels: sum(len(label) + 1 for label in labels) < 255
)


@given(labels_of_names)
def test_text_says_which_octets_a_name_has(labels: list[bytes]) -> None:
    wire = wire_name(name_text(labels))
    assert wire == dns.name.Name([*labels, b""]).to_wire()
    assert read_name(wire, 0) == (labels, len(wire))
    assert after_name(wire, 0) == len(wire)


@given(labels_of_names)
def test_another_reader_understands_the_text(labels: list[bytes]) -> None:
    assert dns.name.from_text(name_text(labels) + ".").labels == (*labels, b"")


@pytest.mark.parametrize("text", ["", "."])
def test_the_root_has_no_label(text: str) -> None:
    assert wire_name(text) == b"\x00"
    assert name_text([]) == ""


def test_a_last_dot_changes_nothing() -> None:
    assert wire_name("a.example.") == wire_name("a.example")
    assert wire_name("a\\.b.example.") == wire_name("a\\.b.example") == b"\x03a.b\x07example\x00"


def test_what_is_not_ascii_becomes_an_a_label() -> None:
    assert wire_name("Bücher.example") == b"\x0dxn--bcher-kva\x07example\x00"


@pytest.mark.parametrize(
    "text", ["a..b", ".a", "a\\..", "x" * 64, "x." * 128, "a\\", "a\\999", "\\..."], ids=lambda text: text[:6]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    if text == "a\\..":  # an escaped dot, then the last one
        assert wire_name(text) == b"\x02a.\x00"
        return
    with pytest.raises(ValueError, match=r"name|range"):
        wire_name(text)


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        wire = wire_name(text)
    except ValueError:
        return
    assert 0 < len(wire) <= 255
    assert wire_name(name_text(read_name(wire, 0)[0])) == wire


def test_a_pointer_leads_to_what_stands_before() -> None:
    message = b"\x07example\x00\x01a\xc0\x00\x01b\xc0\x09!"
    assert read_name(message, 13) == ([b"b", b"a", b"example"], 17)
    assert after_name(message, 13) == 17


@pytest.mark.parametrize(
    ("message", "position"),
    [
        (b"\xc0\x00", 0),  # to itself
        (b"\x01a\xc0\x00", 0),  # to its own begin
        (b"\xc0\x02\x00", 0),  # forwards
        (b"\x00\xc0", 1),  # half a pointer
        (b"\x05ab", 0),  # a label that is cut off
        (b"\x01a", 0),  # without an end
        (b"\x40" + b"a" * 64 + b"\x00", 0),  # 64 octets in a label (reserved: RFC 1035, section 4.1.4)
        ((b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"a" * 62 + b"\x00", 0),  # 256 octets
        (b"\xc0\x02\x00\xc0\x00", 3),  # backwards, then forwards again
        (b"", 0),
    ],
)
def test_a_name_that_cannot_be_read_is_refused(message: bytes, position: int) -> None:
    with pytest.raises(IndexError):
        read_name(message, position)


def test_a_name_of_255_octets_is_the_longest() -> None:
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\x00"
    assert read_name(longest, 0)[1] == len(longest) == 255
    assert wire_name(name_text(read_name(longest, 0)[0])) == longest


def test_pointers_are_followed_only_so_often() -> None:
    chain = b"\x00" + b"".join((0xC000 | max(0, at - 2)).to_bytes(2, "big") for at in range(1, 401, 2))
    assert read_name(chain, 2 * 127 - 1) == ([], 2 * 127 + 1)
    with pytest.raises(IndexError):
        read_name(chain, 399)


@given(st.binary(max_size=600), st.integers(0, 600))
def test_any_octets_are_a_name_or_refused(message: bytes, position: int) -> None:
    try:
        labels, end = read_name(message, position)
    except IndexError:
        return
    assert position < end <= len(message)
    assert len(wire_name(name_text(labels))) <= 255
