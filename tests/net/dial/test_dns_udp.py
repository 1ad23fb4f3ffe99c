"""DNS over UDP: every reply is kept, the first decides, and what is not ours counts as nothing."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.net.dial.scripted import PORT, THERE, THERE6, Scripted, in_lab, reply
from trigpoint.net.dial import dns_query
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask
from trigpoint.net.dial.dns_query import UNREADABLE, WRONG_REPLY
from trigpoint.net.dial.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trigpoint.lab.lab import Lab

TRUE = "news.example 60 A 192.0.2.1"
FORGED = "news.example 60 A 203.0.113.99"
OUTSIDE = Resolver("udp", THERE, PORT)


def asked(script: Callable[[bytes], Iterable[tuple[float, bytes]]], **how: float) -> tuple[Diary, Scripted]:
    """Ask a scripted resolver in the lab."""

    async def main(lab: Lab) -> tuple[Diary, Scripted]:
        resolver = Scripted(script)
        await lab.stack("outside").bind(lambda: resolver, (THERE, PORT))
        diary = Diary()
        found = await ask(diary.trace("depth=0"), OUTSIDE, "news.example", **how)
        assert found is diary.lookups[0]
        return diary, resolver

    return in_lab(main)


def seen(diary: Diary) -> list[tuple[str | None, tuple[str, ...], bool]]:
    return [(lookup.failure, lookup.addresses, lookup.is_late) for lookup in diary.lookups]


def test_the_first_reply_decides_and_later_ones_are_kept_with_their_times() -> None:
    diary, _ = asked(lambda query: [(0.0, reply(query, FORGED)), (0.2, reply(query, TRUE)), (0.7, reply(query, TRUE))])
    assert seen(diary) == [(None, ("203.0.113.99",), False), (None, ("192.0.2.1",), True)]
    first, later = diary.lookups
    assert (first.t0, first.tags, first.transaction_id) == (0.0, ("depth=0",), 1)
    assert later.t0 == first.t0
    assert later.t - first.t == pytest.approx(0.2)
    assert later.raw_response


def test_the_same_reply_twice_is_two_replies() -> None:
    diary, _ = asked(lambda query: [(0.0, reply(query, TRUE))] * 2)
    assert seen(diary) == [(None, ("192.0.2.1",), False), (None, ("192.0.2.1",), True)]


def test_a_forged_refusal_is_followed_by_the_truth() -> None:
    diary, _ = asked(lambda query: [(0.0, reply(query, rcode="NXDOMAIN")), (0.1, reply(query, TRUE))])
    assert seen(diary) == [("dns_nxdomain_error", (), False), (None, ("192.0.2.1",), True)]


def test_a_longer_window_hears_more() -> None:
    diary, _ = asked(lambda query: [(0.0, reply(query, FORGED)), (4.0, reply(query, TRUE))], window=5.0)
    assert len(diary.lookups) == 2


def wrong(query: bytes) -> bytes:
    return bytes([query[0] ^ 1]) + reply(query, FORGED)[1:]


@pytest.mark.parametrize(
    ("useless", "failure"),
    [
        ([wrong], WRONG_REPLY),
        ([lambda query: query[:2] + reply(query, FORGED)[2:12] + b"\x03wrongs"], UNREADABLE),
        ([lambda _: b""], UNREADABLE),
        ([lambda _: b"\x00", wrong], WRONG_REPLY),
        ([lambda query: query], UNREADABLE),
    ],
)
def test_what_is_not_ours_counts_only_if_nothing_else_comes(
    useless: list[Callable[[bytes], bytes]], failure: str
) -> None:
    diary, _ = asked(lambda query: [(0.1, make(query)) for make in useless])
    assert seen(diary) == [(failure, (), False)]
    assert diary.lookups[0].t == 5.0
    assert [event.operation for event in diary.network_events] == ["write", *["read"] * len(useless)]
    assert diary.network_events[-1].failure == failure
    then, _ = asked(lambda query: [*((0.1, make(query)) for make in useless), (0.2, reply(query, TRUE))])
    assert seen(then) == [(None, ("192.0.2.1",), False)]


def test_silence_is_our_own_timeout() -> None:
    diary, resolver = asked(lambda _: [], timeout=3.0)
    assert seen(diary) == [("generic_timeout_error", (), False)]
    assert diary.lookups[0].t == 3.0
    assert [(event.operation, event.num_bytes) for event in diary.network_events] == [
        ("write", len(resolver.queries[0]))
    ]


def test_a_flood_is_cut_off() -> None:
    diary, _ = asked(lambda query: [(0.0, reply(query, TRUE))] * 1000)
    assert len(diary.lookups) == len(diary.network_events) - 1 == 64


def test_datagrams_come_from_the_port_and_go_as_far_as_they_are_told() -> None:
    async def main(lab: Lab) -> list[Any]:
        resolver = Scripted(lambda query: [(0.0, reply(query, TRUE))])
        await lab.stack("outside").bind(lambda: resolver, (THERE, PORT))
        diary = Diary()
        for ttl in (0, 1, 64):
            await ask(diary.trace(), OUTSIDE, "news.example", local=("192.0.2.2", 40_053), ttl=ttl)
        assert resolver.peers == [("192.0.2.2", 40_053)] * 2
        return [lookup.failure for lookup in diary.lookups]

    assert in_lab(main) == [None, "generic_timeout_error", None]


def test_hops_are_limited_over_ipv6_too() -> None:
    async def main(lab: Lab) -> list[Any]:
        await lab.stack("outside").bind(lambda: Scripted(lambda query: [(0.0, reply(query, TRUE))]), (THERE6, PORT))
        diary = Diary()
        for ttl in (1, 64):
            await ask(diary.trace(), Resolver("udp", THERE6, PORT), "news.example", ttl=ttl)
        return [(lookup.failure, lookup.resolver_address) for lookup in diary.lookups]

    there = f"[{THERE6}]:{PORT}"
    assert in_lab(main) == [("generic_timeout_error", there), (None, there)]


def test_an_icmp_error_decides_but_a_later_reply_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_query.secrets, "randbelow", lambda _: 7)
    query = dns_query.query_wire("news.example", "A")

    async def main(lab: Lab) -> Diary:
        async def forge() -> None:  # from the port that was closed when the question came
            await asyncio.sleep(0.3)
            transport = await lab.stack("outside").bind(asyncio.DatagramProtocol, (THERE, PORT))
            transport.sendto(reply(query, FORGED), ("192.0.2.2", 40_053))

        diary = Diary()
        how = {"local": ("192.0.2.2", 40_053), "window": 1.0}
        await asyncio.gather(ask(diary.trace(), OUTSIDE, "news.example", **how), forge())
        return diary

    diary = in_lab(main)
    assert seen(diary) == [("connection_refused", (), False), (None, ("203.0.113.99",), True)]
    assert [event.failure for event in diary.network_events] == [None, "connection_refused", None]


def test_an_answer_from_where_nobody_listens_is_forged() -> None:
    async def main(_: Lab) -> Diary:
        diary = Diary()
        await ask(diary.trace(), Resolver("udp", "203.0.113.10", 53), "facebook.example")
        return diary

    diary = in_lab(main, "gfw-2014")
    assert diary.lookups
    assert all(lookup.failure is None for lookup in diary.lookups)
    assert diary.network_events[-1].failure == "connection_refused"


def test_no_way_to_the_resolver_is_a_failure() -> None:
    async def main(_: Lab) -> list[str | None]:
        diary = Diary()
        await ask(diary.trace(), Resolver("udp", "2001:db8::1", 53), "news.example", local=("2001:db8::dead", 0))
        await ask(diary.trace(), OUTSIDE, "news.example", local=("203.0.113.10", 0))
        return [lookup.failure for lookup in diary.lookups]

    assert in_lab(main) == ["address_not_available"] * 2


@pytest.mark.parametrize(
    ("world", "name", "resolver", "is_true_seen"),
    [
        ("gfw-2014", "facebook.example", "198.51.100.8", True),
        ("gfw-2014", "facebook.example", "2001:db8:8::8", True),
        ("gfw-2024", "google.example", "198.51.100.8", True),
        ("turkmenistan", "twitter.example", "198.51.100.8", True),
        ("iran", "facebook.example", "198.51.100.8", False),  # in the path: the question does not arrive
    ],
)
def test_in_the_lab_forged_replies_come_first(world: str, name: str, resolver: str, is_true_seen: bool) -> None:
    async def main(lab: Lab) -> tuple[Diary, tuple[str, ...]]:
        diary = Diary()
        await ask(diary.trace(), Resolver("udp", resolver, 53), name)
        site = next(site for site in lab.world.sites if name in site.names)
        return diary, tuple(address for host in site.hosts for address in lab.world.host(host).addresses)

    diary, truth = in_lab(main, world)
    first, *later = diary.lookups
    assert first.failure is None
    assert not set(first.addresses) & set(truth)
    assert [lookup.is_late for lookup in later] == [True] * len(later)
    assert bool(set(diary.lookups[-1].addresses) & set(truth)) is is_true_seen


LOOPBACKS = ["127.0.0.1", "::1"] if socket.has_ipv6 else ["127.0.0.1"]


async def on_loopback(script: Callable[[bytes], Iterable[tuple[float, bytes]]], address: str) -> Diary:
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(lambda: Scripted(script), (address, 0))
    except OSError:
        pytest.skip(f"there is no {address} here")
    try:
        diary = Diary()
        port = transport.get_extra_info("sockname")[1]
        await ask(diary.trace(), Resolver("udp", address, port), "news.example", window=0.5)
        return diary
    finally:
        transport.close()


@pytest.mark.parametrize("address", LOOPBACKS)
def test_real_sockets_give_every_reply(address: str) -> None:
    diary = asyncio.run(on_loopback(lambda q: [(0.0, reply(q, FORGED)), (0.0, reply(q, TRUE))], address))
    assert seen(diary) == [(None, ("203.0.113.99",), False), (None, ("192.0.2.1",), True)]


@pytest.mark.parametrize("address", LOOPBACKS)
def test_real_sockets_tell_that_nobody_listens(address: str) -> None:
    async def main() -> Diary:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as taken:
            try:
                taken.bind((address, 0))
            except OSError:
                pytest.skip(f"there is no {address} here")
            port = taken.getsockname()[1]
        diary = Diary()
        await ask(diary.trace(), Resolver("udp", address, port), "news.example", ttl=9)
        return diary

    diary = asyncio.run(main())
    assert seen(diary) == [("connection_refused", (), False)]
