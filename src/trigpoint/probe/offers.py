"""What helpers serve besides measurements, and which nettests want it.

A helper of this project tells it on ``/health`` (:class:`trigpoint.control.protocol.Services`). What a helper says is
not believed without bounds: it names its own addresses, or public ones, and not many.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from trigpoint.control.protocol import Health
from trigpoint.errors import InputError
from trigpoint.net.names import canonical_address, is_private, join_endpoint, split_endpoint
from trigpoint.probe.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trigpoint.control.protocol import Services
    from trigpoint.probe.nettest import Nettest
    from trigpoint.probe.session import Session

_MOST = 16
"""Places of one kind that are taken from one helper."""
_ANY = {"0.0.0.0": 4, "::": 6}  # noqa: S104 - what a helper says, no place to listen
_PLACES = ("http", "https", "quic", "echo", "silent")

WANTS = {
    "control_servers": "a server that speaks TLS under any name",
    "control_http": "a server that speaks HTTP under any name",
    "control_quic": "a server that speaks QUIC under any name",
    "bulk_servers": "a large object over TLS",
    "echo_servers": "an echo server",
    "http_echo": "an echo of requests",
    "silent": "an address that never answers DNS",
    "whoami": "a zone that tells who asks",
}
"""What a nettest may want of helpers, by the field of the session that has it."""


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """What one helper serves, each place with its address."""

    http: tuple[str, ...] = ()
    https: tuple[str, ...] = ()
    quic: tuple[str, ...] = ()
    echo: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    whoami: str = ""
    """Zone that tells who asks. Empty: there is none."""
    client: str = ""
    """The address that the helper sees; it never gets into a record."""


def offers(body: bytes, addresses: Sequence[str], own: Mapping[str, str] = MappingProxyType({})) -> Offers | None:
    """Read what a helper tells of itself.

    Args:
        body: of its answer on ``/health``.
        addresses: those of the helper, to which places without an address belong.
        own: where it answered, by the scheme of its URL; it may stand behind a proxy that it does not know of.

    Returns:
        What of it can be used. None: it tells nothing, as helpers of others.

    >>> told = b'{"software":"x","version":"1","services":{"echo":["0.0.0.0:7","10.0.0.1:7","[::]:7"]}}'
    >>> offers(told, ["203.0.113.7"]).echo
    ('203.0.113.7:7',)
    """
    try:
        health = msgspec.json.decode(body, type=Health)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    told = {kind: tuple(_usable(getattr(health.services, kind), addresses))[:_MOST] for kind in _PLACES}
    for kind, place in own.items():
        told[kind] = tuple(dict.fromkeys((place, *told[kind])))
    return Offers(**told, whoami=_zone(health.services), client=health.client)


def _usable(places: Iterable[str], addresses: Sequence[str]) -> Iterator[str]:
    for place in places:
        host, port = split_endpoint(place)
        address = canonical_address(host or "")
        if not address or not port:
            continue
        if address in _ANY:
            own = (one for one in addresses if (6 if ":" in one else 4) == _ANY[address])
            yield from (join_endpoint(one, port) for one in own)
        elif address in addresses or not is_private(address):
            yield join_endpoint(address, port)


def _zone(services: Services) -> str:
    try:
        return target_of(services.whoami).name
    except InputError:
        return ""


def with_offers(session: Session, told: Iterable[Offers]) -> Session:
    """Give the session with what helpers serve; what it had before comes first."""
    found = list(told)

    def places(kind: str) -> tuple[tuple[str, int], ...]:
        ends = (split_endpoint(place) for one in found for place in getattr(one, kind))
        return tuple((host, port) for host, port in ends if host and port)

    def together(field: str, kind: str) -> tuple[tuple[str, int], ...]:
        return tuple(dict.fromkeys((*getattr(session, field), *places(kind))))

    plain = together("control_http", "http")
    return msgspec.structs.replace(
        session,
        control_servers=together("control_servers", "https"),
        control_http=plain,
        control_quic=together("control_quic", "quic"),
        bulk_servers=together("bulk_servers", "https"),
        echo_servers=together("echo_servers", "echo"),
        silent=together("silent", "silent"),
        http_echo=session.http_echo or next((f"http://{join_endpoint(*place)}/" for place in plain), ""),
        whoami=session.whoami or next((one.whoami for one in found if one.whoami), ""),
    )


def lacks(session: Session, nettests: Iterable[Nettest]) -> Iterator[str]:
    """Say what nobody offers that nettests want, one sentence for each thing."""
    nettests = tuple(nettests)
    for field, thing in WANTS.items():
        names = [one.name for one in nettests if field in one.wants]
        if names and not getattr(session, field):
            yield f"No helper offers {thing}, so {_listed(names)} will tell less, or nothing."


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
