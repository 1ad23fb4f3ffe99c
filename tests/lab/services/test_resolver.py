from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import dns.exception
import dns.flags
import dns.rcode
import pytest

from tests.lab.services import clients
from tests.lab.services.clients import ask, told
from tests.lab.services.loopback import AUTHORITY, CLIENT, OTHER_CLIENT, RESOLVER, WEB, Lab, made, running
from trigpoint.lab.engine.lies import ResolverLie
from trigpoint.lab.engine.names import Names
from trigpoint.lab.services import upstream
from trigpoint.lab.services.acts import Acts
from trigpoint.lab.services.resolver import RecursiveResolver
from trigpoint.lab.services.upstream import Upstream
from trigpoint.lab.world.place import Resolver
from trigpoint.net.dns_message import RD, Message, Question, build_message
from trigpoint.net.serve.dns import Asked
from trigpoint.net.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.lab.engine.event import Event


Found = TypeVar("Found")


def within(
    run: Callable[[Lab], Awaitable[Found]], sites: list[dict[str, Any]] | None = None, **resolver: object
) -> Found:
    hosts = [{"name": "isp-dns", "network": "a1", "addresses": [RESOLVER], "resolver": resolver}]

    async def whole() -> Found:
        async with running(made(sites, hosts)) as lab:
            return await run(lab)

    return asyncio.run(whole())


def lie(name: str, **how: object) -> dict[str, object]:
    return {"names": {"suffix": [name]}, "lie": how}


def test_the_truth_is_asked_for_once_and_then_remembered() -> None:
    async def run(lab: Lab) -> None:
        first = await ask(lab, "news.example")
        assert told(first) == [f"news.example. A {WEB}"]
        assert first.flags & dns.flags.RA
        assert not first.flags & dns.flags.AA
        del lab.ports[AUTHORITY, 53, "udp"]  # nobody is there any more
        assert told(await ask(lab, "NEWS.example")) == ["NEWS.example. A 203.0.113.10"]
        assert (await ask(lab, "news.example", "AAAA")).rcode() == dns.rcode.SERVFAIL

    within(run)


def test_many_who_ask_at_once_share_one_question() -> None:
    async def run(lab: Lab) -> None:
        found = await asyncio.gather(*(ask(lab, "whoami.example") for _ in range(20)))
        assert {tuple(told(message)) for message in found} == {(f"whoami.example. A {RESOLVER}",)}

    within(run)


def test_what_the_authority_denies_is_denied_with_its_soa() -> None:
    async def run(lab: Lab) -> None:
        message = await ask(lab, "no.example")
        assert message.rcode() == dns.rcode.NXDOMAIN
        assert message.authority[0].rdtype == dns.rdatatype.SOA

    within(run)


def test_it_lies_about_what_it_is_told_to_and_each_lie_is_logged() -> None:
    async def run(lab: Lab) -> None:
        denied = await ask(lab, "www.blocked.example")
        assert (denied.rcode(), denied.authority) == (dns.rcode.NXDOMAIN, [])
        assert told(await ask(lab, "page.example", by="tcp")) == ["page.example. A 192.0.2.80"]
        assert told(await ask(lab, "news.example")) == [f"news.example. A {WEB}"]
        assert lab.causes == [("a1", "lie", "dns.nxdomain"), ("a1", "lie", "dns.injection.blockpage")]
        assert lab.events[0][1].name == "www.blocked.example"

    lies = [lie("blocked.example", rcode="nxdomain"), lie("page.example", pool=["192.0.2.80"], is_block_page=True)]
    within(run, lies=lies)


def test_what_customers_asked_for_is_no_censorship() -> None:
    async def run(lab: Lab) -> None:
        assert (await ask(lab, "adult.example")).rcode() == dns.rcode.REFUSED
        assert lab.causes == [("a1", "filter", "resolver.filtering")]

    within(run, filters=[lie("adult.example", rcode="refused")])


def test_a_silent_lie_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "SECONDS", 0.05)

    async def run(lab: Lab) -> None:
        with pytest.raises(dns.exception.Timeout):
            await ask(lab, "blocked.example")
        assert lab.causes == [("a1", "lie", "dns.timeout")]

    within(run, lies=[{"names": {"exact": ["blocked.example"]}, "is_silent": True}])


def test_lies_take_turns() -> None:
    async def run(lab: Lab) -> list[str]:
        return [told(await ask(lab, "x.example"))[0][-1] for _ in range(4)]

    pool = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert within(run, lies=[lie("x.example", pool=pool, order="cyclic")]) == ["1", "2", "3", "1"]


def test_only_so_many_turns_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.lab.services.resolver._MOST_TURNS", 1)

    async def run(lab: Lab) -> list[str]:
        names = ("a.x.example", "b.x.example", "a.x.example")
        return [told(await ask(lab, name))[0][-1] for name in names]

    assert within(run, lies=[lie("x.example", pool=["192.0.2.1", "192.0.2.2"], order="cyclic")]) == ["1", "1", "1"]


def test_a_provider_answers_for_names_that_do_not_exist() -> None:
    async def run(lab: Lab) -> None:
        assert told(await ask(lab, "no.example")) == ["no.example. A 192.0.2.80"]
        assert told(await ask(lab, "no.example", "AAAA")) == ["no.example. AAAA 2001:db8::80"]
        assert (await ask(lab, "no.example", "MX")).rcode() == dns.rcode.NXDOMAIN
        assert told(await ask(lab, "news.example")) == [f"news.example. A {WEB}"]
        assert lab.causes == [("a1", "rewrite", "isp.nxdomain_rewrite")] * 2

    within(run, nxdomain_rewrite=["192.0.2.80", "2001:db8::80"])


def test_a_network_may_be_refused_altogether() -> None:
    async def run(lab: Lab) -> None:
        assert (await ask(lab, "news.example", client=OTHER_CLIENT)).rcode() == dns.rcode.REFUSED
        assert (await ask(lab, "news.example")).rcode() == dns.rcode.NOERROR
        assert lab.causes == [("b1", "refuse", "dns.refused")]

    within(run, refuses=["b1"])


def test_a_resolver_whose_servers_do_not_answer_says_that_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "_WAITS", (0.01,))

    async def run(lab: Lab) -> None:
        lab.ports.pop((AUTHORITY, 53, "udp"))
        assert (await ask(lab, "news.example")).rcode() == dns.rcode.SERVFAIL

    within(run)


def test_its_clients_see_what_its_own_network_sees() -> None:
    sites = [{"name": "geo.example", "hosts": ["web"], "views": [{"networks": ["a1"], "hosts": ["second"]}]}]

    async def run(lab: Lab) -> list[str]:
        return told(await ask(lab, "geo.example", client=OTHER_CLIENT))

    assert within(run, sites) == ["geo.example. A 203.0.113.20"]


def test_some_queries_stay_unanswered_by_chance_and_with_one_seed_the_same_ones() -> None:
    def unanswered(seed: int, share: float) -> list[bool]:
        async def run() -> list[bool]:
            noted: list[Event] = []
            acts = Acts("isp-dns", {CLIENT: "a1"}, lambda _, event: noted.append(event))
            liar = Resolver(unanswered=share, lies=(ResolverLie(names=Names()),))
            resolver = RecursiveResolver(liar, Upstream(None, (), ()), acts, Running(), seed)  # type: ignore[arg-type]
            question = Message(7, RD, (Question("news.example", 1),))
            asked = Asked(question, build_message(question), (CLIENT, 4_000), (RESOLVER, 53), "udp")
            found = [await resolver.answer(asked) is None for _ in range(200)]
            assert [event.act for event in noted if event.cause == "network.flaky"] == ["drop"] * sum(found)
            return found

        return asyncio.run(run())

    assert not any(unanswered(1, 0.0))
    assert all(unanswered(1, 1.0))
    first = unanswered(1, 0.1)
    assert 5 < sum(first) < 40
    assert unanswered(1, 0.1) == first != unanswered(2, 0.1)
