from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, query
from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.group import Number
from trigpoint.lab.engine.lies import Lie, LyingResolver, ResolverLie, told
from trigpoint.lab.engine.names import Names
from trigpoint.net.dns_message import Message, parse_message, parse_query
from trigpoint.net.dns_records import address_of, soa_of

POOL = tuple(f"192.0.2.{number}" for number in range(10, 20))


def reply(lie: Lie, *, name: str = BLOCKED, qtype: int = 1, turn: int = 0, seed: str = "x") -> Message:
    payload = query(name, qtype)
    asked = parse_query(payload)
    assert asked is not None
    message = parse_message(told(lie, payload, asked, turn, Draws(seed)))
    assert message is not None
    return message


def addresses(message: Message) -> list[str | None]:
    return [address_of(record) for record in message.answers]


@pytest.mark.parametrize(
    ("lie", "cause"),
    [
        (Lie("nxdomain"), "dns.nxdomain"),
        (Lie("refused"), "dns.refused"),
        (Lie("servfail"), "dns.refused"),
        (Lie(), "dns.injection"),
        (Lie(pool=("10.0.0.1", "127.0.0.1")), "dns.injection.bogon"),
        (Lie(pool=("8.7.198.45",)), "dns.injection.other"),
        (Lie(pool=("203.0.113.9",)), "dns.injection.other"),  # documentation ranges are the lab's Internet
        (Lie(pool=("2001:db8::9", "fe80::1")), "dns.injection.other"),
        (Lie(pool=("fe80::1",)), "dns.injection.bogon"),
        (Lie(pool=("10.10.34.36", "2001:4188:2:600:10:10:34:36")), "dns.injection.bogon"),
        (Lie(pool_prefix_v6="2001::/32"), "dns.injection.other"),
        (Lie(pool=("8.7.198.45",), is_block_page=True), "dns.injection.blockpage"),
    ],
)
def test_its_mechanism(lie: Lie, cause: str) -> None:
    assert lie.cause == cause


@pytest.mark.parametrize(("rcode", "number"), [("nxdomain", 3), ("servfail", 2), ("refused", 5), ("noerror", 0)])
def test_negative_answers_have_an_soa_only_if_told_to(rcode: str, number: int) -> None:
    for with_soa in (False, True):
        message = reply(Lie(rcode, with_soa=with_soa))
        assert (message.rcode, message.answers, bool(message.authority)) == (number, (), with_soa)
    assert soa_of(message.authority[0]) is not None


def test_the_order_of_a_pool() -> None:
    assert addresses(reply(Lie(pool=POOL, records=3), turn=5)) == list(POOL[:3])
    assert addresses(reply(Lie(pool=POOL, order="cyclic", records=4), turn=2)) == [*POOL[8:], *POOL[:2]]
    drawn = [addresses(reply(Lie(pool=POOL, order="random"), seed=str(seed)))[0] for seed in range(60)]
    assert len(set(drawn)) > 7
    ranked = [addresses(reply(Lie(pool=POOL, order="zipf"), seed=str(seed)))[0] for seed in range(200)]
    assert ranked.count(POOL[0]) > 3 * ranked.count(POOL[9])


def test_each_name_is_bound_to_a_group_of_the_pool() -> None:
    lie = Lie(pool=POOL, groups=5, records=10)
    found = {tuple(addresses(reply(lie, name=f"name{number}.example"))) for number in range(10)}
    assert all(len(group) == 2 for group in found)
    assert len(found) == 5
    assert addresses(reply(Lie(pool=POOL[:1], groups=5))) == [POOL[0]]


def test_families_do_not_mix_and_other_types_are_empty() -> None:
    lie = Lie(pool=("192.0.2.1", "2001:db8::1"), records=2)
    assert addresses(reply(lie)) == ["192.0.2.1"]
    assert addresses(reply(lie, qtype=28)) == ["2001:db8::1"]
    assert reply(lie, qtype=15).answers == ()


def test_addresses_from_a_prefix_and_a_drawn_time_to_live() -> None:
    message = reply(Lie(pool_prefix_v6="2001::/32", record_ttl=Number(60, 300, "random")), qtype=28)
    assert str(addresses(message)[0]).startswith("2001:")
    assert 60 <= message.answers[0].ttl <= 300


def test_flags() -> None:
    assert reply(Lie()).flags == 0x8180
    assert reply(Lie(authoritative=True, recursion_available=False)).flags == 0x8500
    assert reply(Lie("nxdomain", flags=0x8400)).flags == 0x8403
    assert reply(Lie("nxdomain", flags=0x840F)).flags == 0x8403


@pytest.mark.parametrize(
    ("wants_recursion", "lie", "flags"),
    [
        (True, Lie(flags=0x8180, flags_without_recursion=0x8400), 0x8180),
        (False, Lie(flags=0x8180, flags_without_recursion=0x8400), 0x8400),
        (False, Lie(flags=0x8180), 0x8180),
        (True, Lie(flags_without_recursion=0x8400), 0x8180),
    ],
)
def test_flags_may_depend_on_whether_recursion_was_desired(wants_recursion: bool, lie: Lie, flags: int) -> None:
    payload = bytearray(query())
    payload[2] = wants_recursion
    asked = parse_query(bytes(payload))
    assert asked is not None
    assert int.from_bytes(told(lie, bytes(payload), asked, 0, Draws("x"))[2:4], "big") == flags


@pytest.mark.parametrize("wrong", [{"pool": ("x",)}, {"pool_prefix_v6": "10.0.0.0/8"}])
def test_what_is_no_address_is_refused_by_key(wrong: dict) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: "):
        Lie(**wrong)


def test_a_lying_resolver_lies_of_listed_names_only() -> None:
    rules = (
        ResolverLie(Names(suffix=(BLOCKED,)), Lie(pool=("192.0.2.9",), is_block_page=True)),
        ResolverLie(Names(exact=("silent.example",)), is_silent=True),
        ResolverLie(Names(suffix=("example",), regex=("^xn",))),
    )
    resolver = LyingResolver(rules)
    lies, payload, cause = resolver.answer(query("www." + BLOCKED), 0, Draws("x"))
    assert (lies, cause) == (True, "dns.injection.blockpage")
    message = parse_message(payload or b"")
    assert message is not None
    assert addresses(message) == ["192.0.2.9"]
    assert resolver.answer(query("silent.example"), 0, Draws("x")) == (True, None, "dns.timeout")
    assert resolver.answer(query("other.example", 15), 0, Draws("x"))[2] == "dns.nxdomain"
    assert resolver.answer(query("elsewhere.test"), 0, Draws("x")) == (False, None, "")
    assert resolver.answer(b"noise", 0, Draws("x")) == (False, None, "")
    assert FREE.endswith("example")
