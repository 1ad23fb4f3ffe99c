"""Raw DNS replies."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dns import parse_reply

NAME = b"\x04site\x07example\x00"
POINTER = b"\xc0\x0c"


def message(flags: int, answers: list[bytes] = [], authorities: list[bytes] = []) -> bytes:  # noqa: B006 - never changed
    header = struct.pack("!6H", 7, flags, 1, len(answers), len(authorities), 0)
    return header + NAME + b"\x00\x01\x00\x01" + b"".join(answers + authorities)


def resource(kind: int, ttl: int, data: bytes, name: bytes = POINTER) -> bytes:
    return name + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def test_a_reply_says_its_code_and_whether_it_is_authoritative() -> None:
    reply = parse_reply(message(0x8583))
    assert reply is not None
    assert (reply.rcode, reply.is_authoritative, reply.has_soa) == (3, True, False)


def test_an_soa_counts_only_in_the_authority_section() -> None:
    soa = resource(6, 60, b"\x00" * 22, name=NAME)
    inside = parse_reply(message(0x8183, authorities=[soa]))
    outside = parse_reply(message(0x8183, answers=[soa]))
    assert inside is not None
    assert outside is not None
    assert (inside.has_soa, outside.has_soa) == (True, False)


def test_addresses_have_their_time_to_live() -> None:
    answers = [
        resource(5, 10, POINTER),
        resource(1, 299, bytes([198, 51, 100, 7])),
        resource(28, 60, b"\x20\x01\x0d\xb8" + b"\x00" * 11 + b"\x07"),
        resource(1, 5, b"\x01\x02"),
    ]
    reply = parse_reply(message(0x8180, answers))
    assert reply is not None
    assert reply.ttls == {"198.51.100.7": 299, "2001:db8::7": 60}


def test_a_question_or_a_fragment_of_a_header_is_no_reply() -> None:
    assert parse_reply(message(0x0100)) is None
    assert parse_reply(b"\x00" * 11) is None


def test_what_is_cut_off_keeps_what_stands_before_the_cut() -> None:
    whole = message(0x8183, [resource(1, 299, bytes([198, 51, 100, 7]))], [resource(6, 60, b"\x00" * 22)])
    reply = parse_reply(whole[:-10])
    assert reply is not None
    assert (reply.rcode, reply.has_soa, reply.ttls) == (3, None, {"198.51.100.7": 299})


@given(st.binary())
def test_any_bytes_are_a_reply_or_none(data: bytes) -> None:
    reply = parse_reply(data)
    assert reply is None or 0 <= reply.rcode <= 15


@given(st.integers(0, 80), st.binary(max_size=40))
def test_a_reply_cut_anywhere_with_noise_keeps_its_code(cut: int, noise: bytes) -> None:
    whole = message(0x8183, [resource(1, 299, bytes([198, 51, 100, 7]))], [resource(6, 60, b"\x00" * 22)])
    reply = parse_reply(whole[:cut] + noise)
    if cut >= 12:
        assert reply is not None
        assert reply.rcode == 3
