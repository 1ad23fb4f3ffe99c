from __future__ import annotations

import pytest

from tests.lab.talks import RESOLVERS, Talk, causes, engine
from trigpoint.errors import InputError

MATCH = {"except_addresses": ["198.51.100.0/24", "2001:db8:2::/48"]}


@pytest.mark.parametrize("version", [4, 6])
def test_only_listed_addresses_answer(version: int) -> None:
    filter_ = engine({"behaviour": "address_allow_list", "match": MATCH})
    assert Talk(filter_, version).syn() == "drop"
    assert Talk(filter_, version).ask(b"x") == "drop"
    assert Talk(filter_, version, server=RESOLVERS[version]).open() == ["pass"] * 3
    assert set(causes(filter_)) == {("drop", "ip.allowlist")}


def test_connections_may_open_and_their_data_die() -> None:
    talk = Talk(engine({"behaviour": "address_allow_list", "match": MATCH, "passes": "handshake"}))
    talk.open()
    talk.send(b"hello")
    talk.receive(b"hello")
    assert talk.lines == ["> SYN: pass", "< SYN+ACK: pass", "> ACK: pass", "> data: drop", "< data: drop"]


def test_a_list_must_be_given() -> None:
    with pytest.raises(InputError, match="except_addresses"):
        engine({"behaviour": "address_allow_list", "match": {}})
