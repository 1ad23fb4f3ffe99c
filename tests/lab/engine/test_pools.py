from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, Talk, engine, query
from trigpoint.errors import InputError
from trigpoint.lab.engine.pools import MOST_POOLED, check_pool, spread, texts
from trigpoint.lab.world.load import load
from trigpoint.net.dns_message import parse_message
from trigpoint.net.dns_records import address_of


def test_ranges_stand_for_all_their_addresses_in_order() -> None:
    pool = ("192.0.2.9", "192.0.2.254-192.0.3.1", "2001:db8::fffe-2001:db8::1:0")
    assert texts(pool) == (
        *("192.0.2.9", "192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1"),
        *("2001:db8::fffe", "2001:db8::ffff", "2001:db8::1:0"),
    )
    assert [len(address) for address in spread(pool)] == [4] * 5 + [16] * 3


@pytest.mark.parametrize(
    "wrong",
    ["x", "192.0.2.9-", "-192.0.2.9", "192.0.2.9-192.0.2.8", "192.0.2.9-2001:db8::1", "192.0.2.1-2-3", "::-ffff::"],
)
def test_what_is_no_pool_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^pool: '"):
        check_pool("pool", (wrong,))
    with pytest.raises(InputError, match="pool: "):
        engine({"behaviour": "dns_injection", "injectors": [{"lie": {"pool": [wrong]}}]})


def test_a_pool_has_its_limit() -> None:
    assert len(spread(("10.0.0.0-10.0.15.255",))) == MOST_POOLED
    with pytest.raises(ValueError, match="more than 4096"):
        spread(("10.0.0.0-10.0.15.255", "10.0.16.0"))


def test_lies_draw_from_the_whole_range() -> None:
    lie = {"pool": ["198.19.0.0-198.19.0.3"], "order": "cyclic"}
    filter_ = engine({"behaviour": "dns_injection", "match": {"suffix": [BLOCKED]}, "injectors": [{"lie": lie}]})
    talk = Talk(filter_, server_port=53)
    told = []
    for _ in range(5):
        talk.ask(query())
        message = parse_message(talk.injected()[0].content)
        assert message is not None
        told += [address_of(record) for record in message.answers]
    assert told == ["198.19.0.0", "198.19.0.1", "198.19.0.2", "198.19.0.3", "198.19.0.0"]


def test_the_world_of_2024_has_600_addresses_in_eleven_groups() -> None:
    lies = [
        injector["lie"]
        for entry in load("gfw-2024").censors
        if entry["behaviour"] == "dns_injection"
        for injector in entry["injectors"]
    ]
    assert [(len(spread(tuple(lie["pool"]))), lie["groups"]) for lie in lies] == [(600, 11)] * 3
