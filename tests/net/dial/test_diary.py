from __future__ import annotations

import asyncio

from tests.lab.fabrics.virtual.carriers import Lab, run
from trigpoint.net.dial.acts import Answer, Connect, Lookup
from trigpoint.net.dial.diary import Diary


def test_acts_are_kept_in_the_order_of_their_ends_with_number_and_tags() -> None:
    async def main(_: Lab) -> None:
        await asyncio.sleep(100)
        diary = Diary()
        first, second = diary.trace("depth=0"), diary.trace()
        await asyncio.sleep(0.5)
        second.note(Connect, 0.25, "connection_refused", ip="192.0.2.1", port=80)
        first.event("read", num_bytes=7)
        first.note(Connect, 0.0, ip="192.0.2.2", port=81)
        assert [(act.ip, act.t0, act.t, act.transaction_id) for act in diary.connects] == [
            ("192.0.2.1", 0.25, 0.5, 2),
            ("192.0.2.2", 0.0, 0.5, 1),
        ]
        assert diary.connects[1].tags == ("depth=0",)
        event = diary.network_events[0]
        assert (event.t0, event.t, event.operation, event.num_bytes) == (0.5, 0.5, "read", 7)
        assert not (diary.lookups)
        assert not (diary.handshakes)
        assert not (diary.round_trips)

    run(main)


def test_an_act_can_be_amended() -> None:
    async def main(_: Lab) -> None:
        trace = Diary().trace()
        first = trace.note(Connect, 0.0, ip="192.0.2.1", port=80)
        last = trace.note(Connect, 0.0, ip="192.0.2.2", port=80)
        amended = trace.diary.amend(first, failure="timed_out")
        assert trace.diary.acts == [amended, last]
        assert amended.failure == "timed_out"

    run(main)


def test_addresses_of_a_lookup_are_those_of_its_answers() -> None:
    answers = (Answer("CNAME", "b.example"), Answer("A", "192.0.2.1", 60), Answer("AAAA", "2001:db8::1", 60))
    lookup = Lookup(
        t0=0,
        t=1,
        transaction_id=1,
        engine="udp",
        hostname="a.example",
        query_type="A",
        resolver_address="192.0.2.53:53",
        answers=answers,
    )
    assert lookup.addresses == ("192.0.2.1", "2001:db8::1")
