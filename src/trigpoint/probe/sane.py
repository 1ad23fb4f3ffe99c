"""What follows for a run from the state of the probe's own network, as ``sanity`` found it.

Login page: nothing can be measured (F2 of the design). One version of IP that does not work is taken out, and said once
(F4). The rest is said, and the run goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.acts import Handshake, RoundTrip
from trigpoint.net.names import parse_url, split_endpoint
from trigpoint.probe.offers import Offers, with_offers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.net.dial.diary import Diary
    from trigpoint.probe.nettest import Keys
    from trigpoint.probe.session import Session

MOST_CLOCK_SECONDS = 300.0
"""A clock that is off by more makes the times of records useless, and DNSSEC and certificates fail before long."""


def obstacle(keys: Keys) -> str | None:
    """Say in one sentence why nothing can be measured here. None: something can."""
    if keys["captive_portal"]:
        return "a login page stands between this device and the Internet: log in first, then measure"
    if not keys["answers"]:
        why = "nothing answers, no resolver and no server: this device is not connected, or its network is shut down"
        return f"{why}, or only a proxy leads out, which the probe never uses" if keys["proxies"] else why
    return None


def remarks(session: Session, keys: Keys) -> Iterator[str]:
    """Say what a person should know of the own network, one sentence for each thing."""
    usable = adapted(session, keys).families
    for version in sorted({4, 6} - usable):
        yield f"This network has no IPv{version}: it is not measured."
    if not (keys["ipv4"] or keys["ipv6"]):
        yield "None of the servers that should be up can be reached: what fails now says nothing of single sites."
    offset = keys["clock_offset_seconds"]
    if offset is not None and abs(offset) > MOST_CLOCK_SECONDS:
        direction = "ahead" if offset > 0 else "behind"
        yield f"This device's clock is {abs(offset):,.0f} seconds {direction}: the times of records are wrong, set it."
    yield from _of_device(keys)
    for helper in keys["helpers"]:
        if helper["failure"]:
            yield f"The helper {helper['address']} cannot be reached ({helper['failure']}): the run goes on without it."


def _of_device(keys: Keys) -> Iterator[str]:
    """Say what stands between the probe and its network, or is done by the network's owner."""
    if keys["tls_interception"]:
        yield "A program on this device or in its network opens encrypted connections: certificates say nothing here."
    if keys["tunnel"]:
        yield "A tunnel, such as a VPN's, takes all that is sent: what is measured is the network at its other end."
    if keys["proxies"]:
        yield f"A proxy is set ({', '.join(keys['proxies'])}): the probe goes past it, other programs do not."
    for one in keys["packet_sizes"]:
        if one["is_lost"]:
            yield f"Packets of {one['large_bytes']:,} bytes get lost over IPv{one['version']}: what stalls is no sign."
    if keys["nxdomain_rewrite"]:
        yield "This network's resolver gives addresses for names that do not exist."
    if keys["dns_filter"]:
        yield "This network's resolver says that it filters by its owner's wish: what it denies is no sign of more."


def adapted(session: Session, keys: Keys, diary: Diary | None = None) -> Session:
    """Give the session for what follows.

    Args:
        session: what was planned.
        keys: what was found.
        diary: its acts; from these come the addresses of helpers, at which arms can be held.

    Returns:
        The same without a version of IP that does not work where the other does, and with the control servers.

    """
    working = frozenset(version for version in session.families if keys[f"ipv{version}"] is not False)
    secure = tuple(_servers(session, diary.of(Handshake), "https") if diary else ())
    plain = tuple(_servers(session, diary.of(RoundTrip), "http") if diary else ())
    reached = msgspec.structs.replace(
        session,
        families=working or session.families,
        control_servers=tuple(dict.fromkeys((*session.control_servers, *secure))),
        control_http=tuple(dict.fromkeys((*session.control_http, *plain))),
    )
    return with_offers(reached, (msgspec.convert(one["offers"], Offers) for one in keys["helpers"] if "offers" in one))


def _servers(session: Session, acts: Iterable[Handshake | RoundTrip], scheme: str) -> Iterator[tuple[str, int]]:
    """Give where helpers of a scheme answered, by their addresses."""
    helpers = {(url.host, url.port) for url in map(parse_url, session.helpers) if url.scheme == scheme}
    for act in acts:
        address, port = split_endpoint(act.address)
        name = act.server_name if isinstance(act, Handshake) else parse_url(act.request.url).host
        if act.failure is None and address and port and (name or address, port) in helpers:
            yield address, port
