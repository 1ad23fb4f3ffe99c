from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.sample import dnswire


def header(wire: bytes) -> list[int]:
    return [int.from_bytes(wire[place : place + 2]) for place in range(0, 12, 2)]


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=8), st.integers(0, 65535))
def test_a_reply_counts_its_answers_and_keeps_its_identity(addresses: list[str], identity: int) -> None:
    wire = dnswire.reply(identity, "a.example", "A", tuple(addresses), 0, has_soa=False)
    assert header(wire) == [identity, 0x8180, 1, len(addresses), 0, 0]
    assert len(wire) == 12 + 11 + 4 + 16 * len(addresses)


def test_only_addresses_of_the_asked_type_are_given() -> None:
    wire = dnswire.reply(1, "a.example", "AAAA", ("11.0.0.1", "3100::1"), 0, has_soa=False)
    assert header(wire)[3] == 1
    assert wire.endswith(bytes.fromhex("31" + "00" * 14 + "01"))


@pytest.mark.parametrize("has_soa", [True, False])
def test_a_denial_has_its_code_and_perhaps_its_soa(has_soa: bool) -> None:
    wire = dnswire.reply(7, "a.example", "A", (), 3, has_soa=has_soa)
    assert header(wire) == [7, 0x8183, 1, 0, int(has_soa), 0]
    assert (b"hostmaster" in wire) is has_soa
