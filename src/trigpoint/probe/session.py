"""What the measurements of one run share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

import msgspec

from trigpoint.model.facts import AddressFacts
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.trust import Trust
from trigpoint.probe.device import Device
from trigpoint.probe.location import NOWHERE, Location
from trigpoint.probe.needles import Needles
from trigpoint.probe.residue import Residue
from trigpoint.reference.landmarks import Landmark, PortalCheck
from trigpoint.reference.roots import ROOTS

Thing = TypeVar("Thing")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    system: Resolver
    """The resolver of the network."""
    public: tuple[Resolver, ...] = ()
    """Resolvers elsewhere: asked as well, to compare."""
    helpers: tuple[str, ...] = ()
    """URLs of test helpers, asked in turn until one answers."""
    trust: Trust
    """The authorities whose certificates are believed, and the day on which."""
    helper_trust: Trust | None = None
    """The same for the helpers. None: as above."""
    admit: Callable[[str], Awaitable[None]]
    """Waits until a new connection or query to a host is within the budget."""
    may_begin: Callable[[], bool] = lambda: True
    """Whether another measurement is within the budget, follow-ups too."""
    wall: Callable[[], float]
    """Seconds since 1970-01-01 UTC."""
    location: Location = NOWHERE
    """Where the probe is, as coarse as it is published (R10)."""
    resolver_location: Location = NOWHERE
    """The same of the network's resolver."""
    addresses: tuple[str, ...] = ()
    """The probe's own, as far as the device and the person know them."""
    needles: Needles = Needles()
    """What points at the person who measures, and is taken out of everything that is written."""
    run_id: str = ""
    """A number that tells the run's records from those of other runs, and nothing else. Empty: there is none."""
    annotations: Mapping[str, str] = {}
    """Written into every record: as :func:`trigpoint.probe.record.annotations_of` gives them."""
    families: frozenset[int] = frozenset({4, 6})
    """Versions of IP that the network has."""
    portal_checks: tuple[PortalCheck, ...] = ()
    """Pages by which a login page in between is seen."""
    landmarks: tuple[Landmark, ...] = ()
    """Servers that are up wherever there is Internet."""
    canary: str = ""
    """A name that resolvers deny which filter by their owner's wish. Empty: there is none."""
    networks: Callable[[str], AddressFacts] | None = None
    """A local database of addresses. None: there is none."""
    tiers: frozenset[int] = frozenset({0, 1})
    """Tiers of nettests that were agreed to."""
    control_name: str = "example.org"
    """A name that nobody filters, for the arms that hold against one that may be."""
    control_servers: tuple[tuple[str, int], ...] = ()
    """Addresses and ports of servers of one's own that speak TLS under any name, such as a helper's."""
    control_http: tuple[tuple[str, int], ...] = ()
    """The same of those that speak HTTP without TLS under any ``Host``."""
    control_quic: tuple[tuple[str, int], ...] = ()
    """The same of those that speak QUIC under any name."""
    echo_servers: tuple[tuple[str, int], ...] = ()
    """The same of those that send back what they get, over TCP and UDP (RFC 862)."""
    http_echo: str = ""
    """URL, with an address for its host, that answers with the request as JSON (ts-006). Empty: there is none."""
    bulk_servers: tuple[tuple[str, int], ...] = ()
    """Those of the control servers that give as many bytes as they are asked for
    (:data:`trigpoint.control.protocol.BYTES_PATH`)."""
    silent: tuple[tuple[str, int], ...] = ()
    """Addresses and UDP ports of one's own at which nobody answers DNS."""
    whoami: str = ""
    """A name whose authoritative server answers with the address that asked. Empty: there is none."""
    roots: tuple[str, ...] = ROOTS
    """Addresses of the root name servers."""
    device: Device = Device()
    """What the device puts between the probe and its network. In the lab: nothing is known."""
    residue: Residue
    """Addresses that are in use, or to be left alone for a while."""
    random: Random
    """Draws orders; seeded in the lab."""

    @property
    def resolvers(self) -> tuple[Resolver, ...]:
        """All resolvers, the network's own first."""
        return (self.system, *self.public)

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Put things in a random order."""
        return self.random.sample(things, len(things))
