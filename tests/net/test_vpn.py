from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.vpn import is_openvpn_opening, is_wireguard_initiation

RESET = b"\x38" + bytes(range(8)) + b"\x00" + bytes(4)
INITIATION = b"\x01\x00\x00\x00" + bytes(range(144))


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (RESET, True),
        (RESET + bytes(28), True),  # with tls-auth
        (b"\x50" + RESET[1:] + bytes(40), True),  # V3
        (RESET[:13], False),
        (b"\x39" + RESET[1:], False),  # another key
        (b"\x40" + RESET[1:], False),  # the server's
        (b"", False),
    ],
)
def test_an_openvpn_session_is_told_by_its_opcode_and_length(payload: bytes, found: bool) -> None:
    assert is_openvpn_opening(payload, is_stream=False) == found
    assert is_openvpn_opening(len(payload).to_bytes(2, "big") + payload, is_stream=True) == found
    assert not is_openvpn_opening((len(payload) + 1).to_bytes(2, "big") + payload, is_stream=True)


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (INITIATION, True),
        (INITIATION[:-1], False),
        (b"\x02" + INITIATION[1:], False),
        (b"\x01\x01" + bytes(146), False),
    ],
)
def test_a_wireguard_handshake_is_told_by_type_reserved_bytes_and_length(payload: bytes, found: bool) -> None:
    assert is_wireguard_initiation(payload) == found


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_at_all_make_them_fail(payload: bytes, is_stream: bool) -> None:
    assert is_openvpn_opening(payload, is_stream=is_stream) in {True, False}
    assert is_wireguard_initiation(payload) in {True, False}


@given(st.binary(max_size=1_400), st.sampled_from([b"\x38", b"\x50"]))
def test_every_reset_that_is_long_enough_is_found_in_a_stream_as_in_a_datagram(rest: bytes, opcode: bytes) -> None:
    payload = opcode + rest
    framed = len(payload).to_bytes(2, "big") + payload
    assert (
        is_openvpn_opening(payload, is_stream=False) == is_openvpn_opening(framed, is_stream=True) == (len(rest) > 12)
    )
