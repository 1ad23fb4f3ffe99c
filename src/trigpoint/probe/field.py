"""The session of a probe on the real network."""

from __future__ import annotations

import socket
import time
from functools import partial
from pathlib import Path
from random import SystemRandom
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError, NetworkError
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.system import make_room_for_lookups
from trigpoint.net.dial.trust import trust
from trigpoint.net.names import is_private, parse_url
from trigpoint.probe.device import device_of
from trigpoint.probe.followups import TABLE
from trigpoint.probe.location import locate
from trigpoint.probe.needles import needles_of
from trigpoint.probe.offers import lacks
from trigpoint.probe.own import hidden
from trigpoint.probe.record import annotations_of
from trigpoint.probe.residue import Residue
from trigpoint.probe.run import Job, all_nettests, measure, run
from trigpoint.probe.sane import adapted, obstacle, remarks
from trigpoint.probe.session import Session
from trigpoint.reference.addresses import AddressDatabase
from trigpoint.reference.landmarks import CANARY, LANDMARKS, PORTAL_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trigpoint.probe.budget import Budget
    from trigpoint.probe.nettest import Nettest
    from trigpoint.probe.run import Measured

PUBLIC = ("udp://8.8.8.8", "https://dns.google/dns-query@8.8.8.8")
"""Resolvers that are asked besides the network's own: the one that ooni/probe-cli asks, in the clear and encrypted."""

_FIRST = "sanity"
_RUN_BYTES = 16
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
    device = device_of(own)
    public = next((one for one in (*settings.addresses, *own.values()) if not is_private(one)), None)
    return Session(
        system=Resolver(),
        public=tuple(Resolver.parse(text) for text in settings.resolvers),
        helpers=helpers,
        trust=trust(now=time.time()),
        admit=budget.admit,
        may_begin=lambda: not budget.is_spent,
        wall=time.time,
        location=locate(public, settings.database),
        addresses=(*settings.addresses, *own.values()),
        needles=needles_of([*settings.addresses, *own.values()], [*settings.names, socket.gethostname()]),
        run_id=token_hex(_RUN_BYTES),
        annotations=annotations_of(settings.consent, {"network_type": "vpn"} if device.is_tunnelled else None),
        device=device,
        families=frozenset(own) or frozenset({4, 6}),
        portal_checks=PORTAL_CHECKS,
        landmarks=LANDMARKS,
        canary=CANARY,
        networks=AddressDatabase(settings.database).lookup if settings.database else None,
        tiers=settings.tiers,
        residue=Residue(),
        random=SystemRandom(),
    )


async def work(  # noqa: PLR0913 - what, how, and whom to tell
    session: Session,
    jobs: Iterable[Job],
    done: Callable[[Session, Measured], bool],
    say: Callable[[str], None],
    *,
    parallel: int = 1,
    nettests: Iterable[str] = (),
    left: Sequence[Sequence[Job]] = (),
) -> None:
    """Look at the own network, and measure if it lets anything be measured.

    Args:
        session: what was planned; what the network lacks is taken out.
        jobs: what is measured.
        done: is told of each measurement, that of the own network first, and what to keep out of its record; as in
            :func:`trigpoint.probe.run.run`.
        say: is told what the person should know of the own network.
        parallel: how many at a time.
        nettests: what is measured with, so that it can be said what of it helpers do not offer.
        left: follow-ups that an earlier run did not come to.

    Raises:
        NetworkError: nothing can be measured from here; what was seen of the own network is written.

    """
    make_room_for_lookups()
    first = await measure(session, Job(nettest=_FIRST))
    why = obstacle(first.keys)
    session = await hidden(session, first.keys, asks=why is None)
    done(session, first)
    if why is not None:
        raise NetworkError(why)
    for sentence in remarks(session, first.keys):
        say(sentence)
    session = adapted(session, first.keys, first.measuring.diary)
    for sentence in lacks(session, _all_used(session, nettests)):
        say(sentence)
    wanted = (job for job in jobs if job.nettest != _FIRST)
    await run(session, wanted, partial(done, session), parallel=parallel, left=left)


def _all_used(session: Session, names: Iterable[str]) -> list[Nettest]:
    """Give nettests, and those that may follow by themselves and were agreed to."""
    names = set(names)
    if "web_connectivity" in names and session.helpers:  # without one, nothing is followed
        names |= {one.nettest for each in TABLE.values() for one in each}
    return [one for name, one in all_nettests().items() if name in names and one.tier in session.tiers]


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
