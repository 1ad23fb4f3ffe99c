"""What points at the probe and only others know is learnt before anything is written, and written nowhere."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.probe.test_sane import SOUND, session
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dns_message import NXDOMAIN, Message, reply_to
from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import PTR, Record
from trigpoint.net.serve.dns import Asked, DnsDatagrams
from trigpoint.net.serve.running import Running
from trigpoint.probe.own import hidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.probe.needles import Needles

OUTER, NAME = "8.8.4.4", "line-42.subscribers.isp.example"


def learnt(
    told: object, *known: str, asks: bool = True, answer: Callable[[Asked], Message | None] | None = None
) -> tuple[Needles, list[str]]:
    """Learn, with a resolver that answers so; give what is looked for, and what was asked."""
    asked: list[str] = []

    async def reply(query: Asked) -> Message | None:
        asked.append(query.name)
        return answer(query) if answer else named(query)

    async def main() -> Needles:
        running = Running()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: DnsDatagrams(running, reply), ("127.0.0.1", 0))
        own = msgspec.structs.replace(
            session(), addresses=known, public=(Resolver("udp", *transport.get_extra_info("sockname")),)
        )
        helpers: list[dict[str, Any]] = [{"address": "https://h.example/", "failure": None}]
        helpers.append(helpers[0] | {"offers": {"client": told}})
        try:
            return (await hidden(own, SOUND | {"helpers": helpers}, asks=asks)).needles
        finally:
            await running.close()

    return asyncio.run(main()), asked


def named(query: Asked) -> Message:
    return reply_to(query.query, (Record(query.query.questions[0].name, PTR, 60, wire_name(NAME)),))


def test_the_address_that_helpers_see_and_its_names_are_looked_for() -> None:
    needles, asked = learnt(OUTER)
    assert asked == ["4.4.8.8.in-addr.arpa"]
    assert needles.out_of(f"you are {OUTER}, {NAME.upper()}") == "you are [scrubbed], [scrubbed]"


def test_names_of_the_addresses_that_are_known_are_asked_for_but_not_of_private_ones() -> None:
    needles, asked = learnt("", OUTER, "192.168.1.7", "2606:4700::6810:84e5", "fd00::1")
    assert len(asked) == 2
    assert {name.rpartition(".")[0].rpartition(".")[2] for name in asked} == {"in-addr", "ip6"}
    assert needles.out_of(NAME) == "[scrubbed]"


@pytest.mark.parametrize("told", ["", "10.0.0.1", "127.0.0.1", "no address", None, 7, "::1"])
def test_a_helper_that_tells_no_public_address_tells_nothing(told: object) -> None:
    needles, asked = learnt(told)
    assert (bool(needles), asked) == (False, [])


def test_where_nobody_may_be_asked_nobody_is() -> None:
    needles, asked = learnt(OUTER, asks=False)
    assert asked == []
    assert needles.out_of(f"{OUTER} {NAME}") == f"[scrubbed] {NAME}"


def test_an_address_without_a_name_and_a_silent_resolver_are_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.probe.own._SECONDS", 0.1)
    needles, _ = learnt(OUTER, answer=lambda query: reply_to(query.query, rcode=NXDOMAIN))
    assert needles.out_of(OUTER) == "[scrubbed]"
    needles, asked = learnt(OUTER, answer=lambda _query: None)
    assert needles.out_of(OUTER) == "[scrubbed]"
    assert asked
