"""The session of a probe on the real network."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError, NetworkError
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.system import make_room_for_lookups
from trigpoint.net.dial.trust import trust
from trigpoint.net.names import is_private, parse_url
from trigpoint.probe.location import locate
from trigpoint.probe.needles import needles_of
from trigpoint.probe.record import annotations_of
from trigpoint.probe.residue import Residue
from trigpoint.probe.run import Job, measure, run
from trigpoint.probe.sane import adapted, obstacle, remarks
from trigpoint.probe.session import Session
from trigpoint.reference.addresses import AddressDatabase
from trigpoint.reference.landmarks import CANARY, LANDMARKS, PORTAL_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trigpoint.probe.budget import Budget
    from trigpoint.probe.run import Measured

PUBLIC = ("udp://8.8.8.8", "https://dns.google/dns-query@8.8.8.8")
"""Resolvers that are asked besides the network's own: the one that ooni/probe-cli asks, in the clear and encrypted."""

_FIRST = "sanity"
_FAR = {4: "192.0.2.1", 6: "2001:db8::1"}  # documentation addresses: the kernel chooses a way, and nothing is sent


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose."""

    consent: str
    """Version of the text that was agreed to."""
    helpers: tuple[str, ...] = ()
    """URLs of test helpers."""
    resolvers: tuple[str, ...] = PUBLIC
    """Resolvers besides the network's own, as :meth:`trigpoint.net.dial.resolver.Resolver.parse` reads them."""
    addresses: tuple[str, ...] = ()
    """Public addresses of the probe that the person knows; taken out of records, and looked up in the database."""
    names: tuple[str, ...] = ()
    """Host names that point at the person."""
    database: Path | None = None
    """Local database of addresses. None: network and country are not known."""
    tiers: frozenset[int] = frozenset({0, 1})
    """Tiers of nettests that were agreed to."""


def session_of(settings: Settings, budget: Budget) -> Session:
    """Make it. Nothing is sent.

    Raises:
        InputError: a helper, a resolver, an address or the database cannot be used.

    """
    helpers = tuple(_helper(text) for text in settings.helpers)
    own = _own_addresses()
    public = next((one for one in (*settings.addresses, *own.values()) if not is_private(one)), None)
    return Session(
        system=Resolver(),
        public=tuple(Resolver.parse(text) for text in settings.resolvers),
        helpers=helpers,
        trust=trust(now=time.time()),
        admit=budget.admit,
        wall=time.time,
        location=locate(public, settings.database),
        needles=needles_of([*settings.addresses, *own.values()], [*settings.names, socket.gethostname()]),
        annotations=annotations_of(settings.consent),
        families=frozenset(own) or frozenset({4, 6}),
        portal_checks=PORTAL_CHECKS,
        landmarks=LANDMARKS,
        canary=CANARY,
        networks=AddressDatabase(settings.database).lookup if settings.database else None,
        tiers=settings.tiers,
        residue=Residue(),
        random=SystemRandom(),
    )


async def work(
    session: Session,
    jobs: Iterable[Job],
    done: Callable[[Measured], None],
    say: Callable[[str], None],
    *,
    parallel: int = 1,
) -> None:
    """Look at the own network, and measure if it lets anything be measured.

    Args:
        session: what was planned; what the network lacks is taken out.
        jobs: what is measured.
        done: is told of each measurement, that of the own network first.
        say: is told what the person should know of the own network.
        parallel: how many at a time.

    Raises:
        NetworkError: nothing can be measured from here; what was seen of the own network is written.

    """
    make_room_for_lookups()
    first = await measure(session, Job(nettest=_FIRST))
    done(first)
    if (why := obstacle(first.keys)) is not None:
        raise NetworkError(why)
    for sentence in remarks(session, first.keys):
        say(sentence)
    session = adapted(session, first.keys, first.measuring.diary)
    await run(session, (job for job in jobs if job.nettest != _FIRST), done, parallel=parallel)


def _helper(text: str) -> str:
    url = parse_url(text)
    if url.scheme not in {"http", "https"} or not url.host:
        message = f"--helper {text}: a helper is an http or https URL, such as https://helper.example/"
        raise InputError(message)
    return url.text


def _own_addresses() -> dict[int, str]:
    """Give the address of each family that this machine would send from; a family without a way is missing."""
    found = {}
    for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        with socket.socket(family, socket.SOCK_DGRAM) as looking:
            try:
                looking.connect((_FAR[version], 9))
                found[version] = str(looking.getsockname()[0])
            except OSError:
                continue
    return found
