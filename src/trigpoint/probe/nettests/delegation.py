"""delegation: what do a name's own servers say to whoever asks from this network (M25, ooni/spec tq-008).

From the root down each label's servers are asked who is responsible, which shows them no more of the name than they
need (:rfc:`9156`). Those at the end, and those of an innocent name at the end of its own way, are then asked for an
address. Where the name's servers refuse or fail, and the others answer, the name's servers turn this network away: a
resolver in it that fails on the name has no other choice. Where they answer, a resolver that does not has made its
answer itself, or is broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dial.dns import Resolver, ask, resolve
from trigpoint.net.names import host_of
from trigpoint.net.referral import referral
from trigpoint.probe.arms import PARTS, Arm, failure_in, places, tally, tried
from trigpoint.probe.nettest import STEPS, Nettest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trigpoint.net.dial.diary import Diary, Trace
    from trigpoint.probe.arms import Place
    from trigpoint.probe.nettest import Keys, Measuring

_DNS = 53
_MOST_ASKED = 2
"""Servers of a zone that are asked, one after the other, until one replies."""
_MOST_LABELS = 10
"""Of a name: no site has more, and each costs a question."""
_SECONDS = 3.0


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    target = host_of(measuring.input or "") or measuring.input or ""
    names = {"target": target, "control": session.control_name}
    walks = {arm: await _walked(measuring, arm, name) for arm, name in names.items()}
    arms = list(_arms({arm: places(session, walk["servers"]) for arm, walk in walks.items()}, names))

    async def question(trace: Trace, arm: Arm) -> Keys:
        lookup = await ask(trace, Resolver("udp", arm.address, arm.port), arm.value, "A", timeout=_SECONDS, rd=False)
        return {"rcode": lookup.rcode}

    parts = await tried(measuring, arms, question)
    told = [
        {**walk, "arm": f"walk_{arm}", "servers": [host for host, _ in walk["servers"]]} for arm, walk in walks.items()
    ]
    return {"domain": target, PARTS: [*told, *parts], "x_tally": tally(parts)}


def _arms(at: dict[str, tuple[Place, ...]], names: dict[str, str]) -> Iterator[Arm]:
    """Give the arms of the versions of IP in which both names have servers."""
    both = {place.suffix for place in at["target"]} & {place.suffix for place in at["control"]}
    for arm, name in names.items():
        for place in (place for place in at[arm] if place.suffix in both):
            control = f"control{place.suffix}" if arm == "target" else ""
            yield Arm(f"{arm}{place.suffix}", place.address, place.port, name, control=control)


async def _walked(measuring: Measuring, arm: str, name: str) -> Keys:
    """Walk from the root down to the servers of a name."""
    diary = measuring.part()
    servers = _usable(measuring, measuring.session.roots)
    labels = name.split(".")
    for count in range(1, min(len(labels), _MOST_LABELS) + 1):
        zone = ".".join(labels[-count:])
        reply = await _asked(diary, arm, servers, zone)
        if reply is None:
            break
        if (found := referral(reply, zone)) is not None:
            servers = _usable(measuring, found.addresses or await _addresses(measuring, diary, found.names)) or servers
    return {"arm": "", "failure": failure_in(diary), "servers": [(server, _DNS) for server in servers], STEPS: diary}


async def _asked(diary: Diary, arm: str, servers: Sequence[str], zone: str) -> bytes | None:
    """Ask the servers of a zone in turn who is responsible for what is below. None: nobody replied."""
    by_version = {":" in server: server for server in reversed(servers)}
    for server in [*by_version.values()][:_MOST_ASKED]:
        trace = diary.trace(f"arm=walk_{arm}")
        lookup = await ask(trace, Resolver("udp", server, _DNS), zone, "NS", timeout=_SECONDS, rd=False)
        if lookup.raw_response is not None:
            return lookup.raw_response
    return None


async def _addresses(measuring: Measuring, diary: Diary, names: Sequence[str]) -> tuple[str, ...]:
    """Look up servers of which only the names were told."""
    session, found = measuring.session, list[str]()
    for name in names[:_MOST_ASKED]:
        found += await resolve(diary, session.system, name, tags=("arm=walk_servers",), trust=session.trust)
    return tuple(found)


def _usable(measuring: Measuring, addresses: Iterable[str]) -> tuple[str, ...]:
    """Give the addresses of the versions of IP that the network has."""
    return tuple(one for one in addresses if (6 if ":" in one else 4) in measuring.session.families)


NETTEST = Nettest(
    name="delegation",
    version="0.1.0",
    title="Do a name's own servers answer this network",
    meaning=(
        "Walks from the root of DNS down to the servers that are responsible for a name, and to those of an innocent "
        "name, and asks both for an address. Where the name's own servers alone refuse or fail, they turn this network "
        "away, and its resolver only passes that on."
    ),
    source="ooni/spec tq-008; primitive M25 of the follow-ups; RFC 9156 for how little of a name is shown",
    tier=1,
    takes="name",
    wants=(),
    run=_run,
)
