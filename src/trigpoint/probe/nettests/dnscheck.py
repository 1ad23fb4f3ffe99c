"""dnscheck: does a resolver lie, or does somebody on the path answer in its place (ts-028, M2 to M6).

Of a name: every resolver is asked for it and for an innocent name, over UDP with all replies that come, and over TCP,
TLS and HTTPS where it speaks them; who really asks for each resolver is found out; and both names are asked for at an
address of one's own where nobody answers. Whoever answers there stands on the path: for the name in question alone,
it is an injector of listed names; for any name, somebody takes all of DNS.

Injectors miss flows by their ports. So, where repeated triggers were agreed to, each question over UDP is asked several
times, from a new port each time (M27); what the resolver said first stands in ``lookups``, all else in the parts.

Of a DoT or DoH server, by its URL: an innocent name is asked for at each of its addresses, as OONI's nettest does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.model.chance import tries_to_see
from trigpoint.net.dial.dns import Resolver, ask, identity, resolve
from trigpoint.net.names import host_of, join_endpoint
from trigpoint.probe.arms import OF_LOOKUPS, PARTS, Arm, asked_tries, failure_in, places, tried
from trigpoint.probe.nettest import STEPS, Nettest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trigpoint.net.dial.diary import Diary, Trace
    from trigpoint.probe.nettest import Keys, Measuring

_ENCRYPTED = ("dot://", "https://")
_REPEATS_TIER = 2
_FIRST = ("target", 1)
_WINDOW_SECONDS = 5.0
"""How long later replies are waited for (ooni/spec, tq-002)."""


async def _run(measuring: Measuring) -> Keys:
    asked = measuring.input or ""
    return await (_of_server(measuring, asked) if asked.startswith(_ENCRYPTED) else _of_name(measuring, asked))


async def _of_server(measuring: Measuring, url: str) -> Keys:
    """Ask a DoT or DoH server at each of its addresses."""
    session = measuring.session
    resolver = Resolver.parse(url.removesuffix("/") if url.startswith("dot://") else url)
    bootstrap = measuring.part()
    known = resolver.address or resolver.name
    addresses = await resolve(bootstrap, session.system, known, trust=session.trust)
    lookups = {}
    for address in addresses:
        if (6 if ":" in address else 4) in session.families:
            server = resolver.at(address)
            lookups[_url(server, at_address=True)] = await _asked(measuring, server, session.control_name)
    failure = None if addresses else failure_in(bootstrap)
    part = {"failure": failure, STEPS: bootstrap} if bootstrap.acts else None
    return {"domain": session.control_name, "bootstrap": part, "bootstrap_failure": failure, "lookups": lookups}


async def _of_name(measuring: Measuring, asked: str) -> Keys:
    """Ask every resolver, in random order and as fast as the session lets it, then nobody."""
    session = measuring.session
    target = host_of(asked) or asked
    questions = [
        (arm, number, resolver)
        for resolver in _transports(session.resolvers)
        for arm in ("target", "control")
        for number in range(1, _tries(measuring, resolver) + 1)
    ]
    names = {"target": target, "control": session.control_name}
    questions = session.shuffled(questions)
    parts = await asyncio.gather(*(_asked(measuring, resolver, names[arm]) for arm, _, resolver in questions))
    asked_of = ((arm, number, _url(resolver)) for arm, number, resolver in questions)
    answered = dict(zip(asked_of, parts, strict=True))
    silent = await _of_nobody(measuring, target)
    asking = await _identities(measuring)
    return {
        "domain": target,
        "bootstrap": None,
        "bootstrap_failure": None,
        "lookups": {url: part for (arm, number, url), part in sorted(answered.items()) if (arm, number) == _FIRST},
        PARTS: [*_further(answered), *silent, *asking],
        "x_identities": {part["value"]: part["asks_from"] for part in asking},
        "x_replies_of_nobody": _replies(silent),
    }


def _tries(measuring: Measuring, resolver: Resolver) -> int:
    """Give how often a resolver is asked a question."""
    if resolver.engine != "udp" or _REPEATS_TIER not in measuring.session.tiers:
        return 1
    return asked_tries(measuring) or tries_to_see(OF_LOOKUPS)


def _further(answered: Mapping[tuple[str, int, str], Keys]) -> Iterator[Keys]:
    """Give the parts of all tries but the first of the name in question, in order."""
    for (arm, number, url), part in sorted(answered.items()):
        if (arm, number) != _FIRST:
            yield {"arm": arm if number == 1 else f"{arm}.{number}", "value": url, **part}


def _transports(resolvers: tuple[Resolver, ...]) -> Iterator[Resolver]:
    """Give all resolvers, and those of UDP over TCP as well: the path seldom injects there (M3)."""
    named = {}
    for resolver in resolvers:
        named[_url(resolver)] = resolver
        if resolver.engine == "udp":
            over_tcp = msgspec.structs.replace(resolver, engine="tcp")
            named[_url(over_tcp)] = over_tcp
    yield from named.values()


def _url(resolver: Resolver, *, at_address: bool = False) -> str:
    """Write a resolver as a URL, of its address where a server has several."""
    if resolver.engine == "getaddrinfo":
        return "system"
    if resolver.engine == "doh":
        named = msgspec.structs.replace(resolver, name="") if at_address else resolver
        return named.text
    is_named = resolver.engine == "dot" and resolver.name and not at_address
    place = resolver.name if is_named else resolver.address
    return f"{resolver.engine}://{join_endpoint(place, resolver.port)}"


async def _asked(measuring: Measuring, resolver: Resolver, name: str) -> Keys:
    """Ask one resolver for both kinds of addresses."""
    diary = measuring.part()
    types = ("ANY",) if resolver.engine == "getaddrinfo" else ("A", "AAAA")
    trust = measuring.session.trust
    await asyncio.gather(
        *(ask(diary.trace(), resolver, name, kind, window=_WINDOW_SECONDS, trust=trust) for kind in types)
    )
    return {"failure": failure_in(diary), STEPS: diary}


async def _of_nobody(measuring: Measuring, target: str) -> list[Keys]:
    """Ask for both names where nobody answers."""
    session = measuring.session

    async def question(trace: Trace, arm: Arm) -> Keys:
        await ask(trace, Resolver("udp", arm.address, arm.port), arm.value, "A", window=_WINDOW_SECONDS)
        return {"replies": _count(trace.diary)}

    arms = [
        arm
        for place in places(session, session.silent)[:1]
        for arm in (
            Arm("silent_target", place.address, place.port, target, control="silent_control"),
            Arm("silent_control", place.address, place.port, session.control_name),
        )
    ]
    return await tried(measuring, arms, question, share=OF_LOOKUPS, at_once=True)


def _count(diary: Diary) -> int:
    return sum(lookup.raw_response is not None for lookup in diary.lookups)


def _replies(parts: list[Keys]) -> dict[str, list[int]] | None:
    """Give how many replies came to each question. None: nobody was asked."""
    found: dict[str, list[int]] = {}
    for part in parts:
        found.setdefault(part["arm"].partition(".")[0], []).append(part["replies"])
    return found or None


async def _identities(measuring: Measuring) -> list[dict[str, Any]]:
    """Find the address from which each resolver asks the authoritative server (M6)."""
    session, parts = measuring.session, []
    for resolver in session.resolvers if session.whoami else ():
        diary = measuring.part()
        address = await identity(diary.trace("arm=whoami"), resolver, session.whoami, trust=session.trust)
        known = {"arm": "whoami", "value": _url(resolver), "asks_from": address}
        parts.append({**known, "failure": failure_in(diary), STEPS: diary})
    return parts


NETTEST = Nettest(
    name="dnscheck",
    version="0.12.0",
    title="Who answers for a name, or does a DoT or DoH server work",
    meaning=(
        "Asks all resolvers over all their transports for a name and for an innocent one, keeps every reply, finds out "
        "who asks on their behalf, and asks for both names at an address where nobody answers. Of a DoT or DoH server "
        "it asks each address for an innocent name."
    ),
    source="ooni/spec ts-028-dnscheck, tq-002, tq-016, tq-017; primitives M2 to M6 of the follow-ups",
    tier=1,
    takes="server",
    wants=("silent", "whoami"),
    run=_run,
)
