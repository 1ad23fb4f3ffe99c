"""Services made of several endpoints: what a service nettest tries, and what must answer for the service to work.

These are facts about the services, each with its source; a service's own servers are a *known expectation* in place
of a control (requirement R4): they are built to be up, and many of them at once do not fail by themselves.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Need(StrEnum):
    """How many endpoints a service needs."""

    ANY = "any_of"
    """One is enough: clients try them in turn."""
    ALL = "all_of"
    """Each is needed."""
    MOST = "most_of"
    """Independent servers of which some are always down: a quarter is enough."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service that a nettest assesses."""

    target: str
    """Name of the target, ``nettest/part``."""
    nettest: str
    """Nettest that tries it."""
    need: Need
    """What must answer."""
    hosts: tuple[str, ...] = ()
    """Host names (A-labels) of its endpoints."""
    addresses: tuple[str, ...] = ()
    """Addresses of its endpoints that the client knows without DNS."""
    tries: tuple[str, ...] = ()
    """What a nettest tries: pages by their URL, mere connections as ``tcp://HOST:PORT``, lookups as ``dns://HOST``."""
    asns: frozenset[int] = frozenset()
    """AS numbers in which all its endpoints are. None: it tells nothing."""
    tag: str | None = None
    """Value of the step tag ``service=`` that names it. Missing: hosts and addresses tell."""
    is_default: bool = False
    """Whether steps of the nettest that nothing else names belong to it."""
    minimum: int = 1
    """Endpoints that must have been tried before their failing together says anything."""
    is_volunteered: bool = False
    """Whether volunteers run the endpoints, who come and go: then only none at all answering says anything."""
    source: str
    """Where the endpoints are documented."""


_TELEGRAM = "ooni/spec ts-020-telegram"
_WHATSAPP = "ooni/spec ts-018-whatsapp"
_FACEBOOK = "ooni/spec ts-019-facebook-messenger"
_SIGNAL = "ooni/spec ts-029-signal"
_TOR = "ooni/spec ts-023-tor"

_SERVICES = (
    Service(
        target="telegram/chat",
        nettest="telegram",
        need=Need.ANY,
        addresses=(
            "149.154.175.50",
            "149.154.167.51",
            "149.154.175.100",
            "149.154.167.91",
            "149.154.171.5",
            "95.161.76.100",
        ),
        tries=tuple(
            f"http://{address}:{port}/"
            for address in ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91", "149.154.171.5")
            for port in (80, 443)
        ),
        minimum=4,
        source=_TELEGRAM,
    ),
    Service(
        target="telegram/web",
        nettest="telegram",
        need=Need.ALL,
        hosts=("web.telegram.org",),
        addresses=("149.154.167.99", "2001:67c:4e8:f004::9"),
        tries=("https://web.telegram.org/",),
        is_default=True,
        source=_TELEGRAM,
    ),
    Service(
        target="whatsapp/chat",
        nettest="whatsapp",
        need=Need.ANY,
        hosts=tuple(f"e{number}.whatsapp.net" for number in range(1, 17)),
        tries=tuple(f"tcp://e{number}.whatsapp.net:{port}" for number in range(1, 17) for port in (443, 5222)),
        minimum=4,
        source=_WHATSAPP,
    ),
    Service(
        target="whatsapp/registration",
        nettest="whatsapp",
        need=Need.ALL,
        hosts=("v.whatsapp.net",),
        tries=("https://v.whatsapp.net/v2/register",),
        source=_WHATSAPP,
    ),
    Service(
        target="whatsapp/web",
        nettest="whatsapp",
        need=Need.ALL,
        hosts=("web.whatsapp.com",),
        tries=("https://web.whatsapp.com/",),
        is_default=True,
        source=_WHATSAPP,
    ),
    Service(
        target="facebook_messenger/chat",
        nettest="facebook_messenger",
        need=Need.ALL,
        hosts=(
            "b-api.facebook.com",
            "b-graph.facebook.com",
            "edge-mqtt.facebook.com",
            "star.c10r.facebook.com",
            "external.xx.fbcdn.net",
            "scontent.xx.fbcdn.net",
            "stun.fbsbx.com",
        ),
        tries=(
            "tcp://b-api.facebook.com:443",
            "tcp://b-graph.facebook.com:443",
            "tcp://edge-mqtt.facebook.com:443",
            "tcp://external.xx.fbcdn.net:443",
            "tcp://scontent.xx.fbcdn.net:443",
            "tcp://star.c10r.facebook.com:443",
            "dns://stun.fbsbx.com",
        ),
        asns=frozenset({32934}),
        is_default=True,
        source=_FACEBOOK,
    ),
    Service(
        target="signal/chat",
        nettest="signal",
        need=Need.ALL,
        hosts=("chat.signal.org", "textsecure-service.whispersystems.org"),
        tries=("https://chat.signal.org/",),
        is_default=True,
        source=_SIGNAL,
    ),
    Service(
        target="signal/storage",
        nettest="signal",
        need=Need.ALL,
        hosts=("storage.signal.org", "cdn.signal.org", "cdn2.signal.org", "cdn3.signal.org"),
        tries=("https://storage.signal.org/", "https://cdn.signal.org/", "https://cdn2.signal.org/"),
        source=_SIGNAL,
    ),
    Service(
        target="signal/calls",
        nettest="signal",
        need=Need.ALL,
        hosts=("sfu.voip.signal.org",),
        tries=("https://sfu.voip.signal.org/",),
        source=_SIGNAL,
    ),
    Service(
        target="signal/contacts",
        nettest="signal",
        need=Need.ALL,
        hosts=("api.directory.signal.org", "cdsi.signal.org", "api.backup.signal.org"),
        source=_SIGNAL,
    ),
    Service(
        target="tor/directory_authorities",
        nettest="tor",
        need=Need.MOST,
        tag="or_port_dirauth",
        is_default=True,
        minimum=6,
        source=_TOR,
    ),
    Service(target="tor/directory_ports", nettest="tor", need=Need.MOST, tag="dir_port", minimum=6, source=_TOR),
    Service(
        target="tor/obfs4_bridges",
        nettest="tor",
        need=Need.MOST,
        tag="obfs4",
        minimum=8,
        is_volunteered=True,
        source=_TOR,
    ),
    Service(target="tor/relays", nettest="tor", need=Need.MOST, tag="or_port", minimum=6, source=_TOR),
)

SERVICES: Mapping[str, Service] = MappingProxyType({service.target: service for service in _SERVICES})
"""Every service by target."""


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A service of several parts, which is a target as well: what its user has of it follows from its parts."""

    target: str
    """Name of the target: the nettest's."""
    need: Need
    """Which of its parts must work."""
    spares: tuple[str, ...] = ()
    """Targets of its nettest that its users do without, and that say nothing of whether it works for them."""
    source: str
    """Why so many."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Targets of its parts, sorted."""
        every = (service.target for service in _SERVICES if service.nettest == self.target)
        return tuple(sorted(target for target in every if target not in self.spares))


WHOLES: Mapping[str, Whole] = MappingProxyType(
    {
        whole.target: whole
        for whole in (
            Whole(target="telegram", need=Need.ALL, source=_TELEGRAM),
            Whole(target="whatsapp", need=Need.ALL, source=_WHATSAPP),
            Whole(target="signal", need=Need.ALL, source=_SIGNAL),
            # Bridges are there for where the public servers are blocked, and a client asks for the directory by any.
            # Directory ports are for relays: clients ask over the OR ports, in connections like all others.
            Whole(target="tor", need=Need.ANY, spares=("tor/directory_ports",), source=f"{_TOR}; tor-spec, BEGIN_DIR"),
        )
    }
)
"""Every service of several parts by target. One of a single part is that part."""

RETIRED_HOSTS: Mapping[str, float] = MappingProxyType(
    {
        "api.directory.signal.org": 1_680_307_200.0,  # 2023-04-01
        "textsecure-service.whispersystems.org": 1_699_315_200.0,  # 2023-11-07
    }
)
"""Names that a service gave up, and since when (seconds since 1970-01-01 UTC): programs that are not updated go on
trying them, and their failing says nothing (ooni/probe issues 2477, where the first was found gone in May, and
2627)."""

IGNORED_HOSTS = frozenset({"uptime.signal.org"})
"""Names that a nettest looks up for another purpose: Signal's service-status name answers 127.0.0.1 (or .2) by design
(ooni/spec ts-029-signal)."""
