"""address_blocking: is it the port that is silent, the address, or the whole range (M10).

A helper says which neighbours of the site's address take connections, up to eight addresses to either side in its /24,
of IPv6 in its /64; those of the site itself do not count. From here the site's port is tried, other ports of its
address, a few of the neighbours once or twice, and a control server. Where the site's port alone is silent, it is the
port. Where another port of its address answers or refuses, the address can be reached. Where neighbours answer, it is
the address; where none of them does, and the control server does, it is the range. All have the version of IP of the
address that was silent.

Neighbours belong to others. So none is asked for anything, none is tried that does not serve whoever comes, and the
nettest is of the highest tier: a few connections beside each other may look like a scan.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from trigpoint.model.chance import CONTROLS
from trigpoint.net.dial.tcp import connect
from trigpoint.net.names import join_endpoint, parse_url
from trigpoint.probe.arms import PARTS, Arm, part, places, tally
from trigpoint.probe.helpers import ask_helpers, question
from trigpoint.probe.nettest import STEPS, Nettest
from trigpoint.probe.web.routes import traces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.helpers import Control
    from trigpoint.probe.nettest import Keys, Measuring

_PORTS = {"http": 80, "https": 443}
_CLOSED = 9
"""Discard (:rfc:`863`): hardly anybody listens there, so a host that can be reached refuses."""
_NEAR = 8
_RANGE_BITS = {4: 24, 6: 64}
"""Of addresses that go one way, by version of IP: hardly any network takes routes to less of IPv4 than a /24, and the
last 64 bits of IPv6 mean interfaces of one link (:rfc:`4291`, section 2.5.1)."""
_MOST_NEIGHBOURS = 4
_TRIES = 4
"""Of the site's address, and of neighbours together."""


async def _run(measuring: Measuring) -> Keys:
    session, url = measuring.session, parse_url(measuring.input or "")
    port = url.port or _PORTS.get(url.scheme or "", 443)
    helping = measuring.part()
    known = measuring.options.get("address")
    control = await ask_helpers(session, helping, question(url.text, near(known) if known else (), (port,)))
    address = _true(known, [one for one in control.addresses if _version(one) in session.families])
    if address != known:
        control = await ask_helpers(session, helping, question(url.text, near(address), (port,)))
    alive = _alive(control, address, port)
    arms = list(_arms(address, port, alive)) if address else []
    arms += [
        Arm("control", place.address, place.port, "")
        for place in places(session, session.control_servers)
        for _ in range(CONTROLS * _TRIES)
        if address and _version(place.address) == _version(address)
    ]
    counted: dict[str, int] = {}
    parts = []
    for arm in session.shuffled(arms):
        counted[arm.name] = counted.get(arm.name, 0) + 1
        parts.append(await part(measuring, arm, _opened, counted[arm.name]))
    own = [act for one in parts for act in one[STEPS].connects if act.ip == address]
    return {
        "x_neighbours": list(alive),
        "x_tally": tally(parts),
        PARTS: sorted(parts, key=lambda one: one["arm"]),
        **await traces(measuring, own, control),
    }


def near(address: str | None) -> tuple[str, ...]:
    """Give an address and its neighbours, the nearest first. Empty: there is none.

    >>> near("192.0.2.2")[:4], len(near("192.0.2.2"))
    (('192.0.2.2', '192.0.2.1', '192.0.2.3', '192.0.2.4'), 10)
    >>> near("2001:db8::1")[:3]
    ('2001:db8::1', '2001:db8::2', '2001:db8::3')
    """
    if not address:
        return ()
    own = ipaddress.ip_address(address)
    hosts = ipaddress.ip_network((own, _RANGE_BITS[own.version]), strict=False)
    steps = sorted(range(-_NEAR, _NEAR + 1), key=lambda step: (abs(step), step))
    beside = (int(own) + step for step in steps)
    first, last = int(hosts.network_address), int(hosts.broadcast_address)
    return tuple(str(type(own)(one)) for one in beside if first < one < last)


def _true(known: str | None, own: Sequence[str]) -> str | None:
    """Give the address of the sign if it is the site's for the helper too, else one that is. None: there is none.

    One of the same version of IP is meant first; where no address is known, of IPv4.
    """
    version = _version(known or "")
    return known if known in own else next(iter(sorted(own, key=lambda one: _version(one) != version)), None)


def _version(address: str) -> int:
    return 6 if ":" in address else 4


def _alive(control: Control, address: str | None, port: int) -> tuple[str, ...]:
    """Give the neighbours that took the helper's connection, the nearest first."""
    told = (control.answer or {}).get("tcp_connect")
    outcomes = told if isinstance(told, dict) else {}
    found = (outcomes.get(join_endpoint(one, port)) for one in near(address))
    pairs = zip(near(address), found, strict=True)
    opened = (one for one, outcome in pairs if isinstance(outcome, dict) and outcome.get("status") is True)
    return tuple(one for one in opened if one not in control.addresses)[:_MOST_NEIGHBOURS]


def _arms(address: str, port: int, alive: Sequence[str]) -> Iterator[Arm]:
    """Give each try."""
    for _ in range(_TRIES):
        yield Arm("target", address, port, "")
    for other in {*_PORTS.values(), _CLOSED} - {port}:
        yield Arm("port", address, other, "")
    for number in range(_TRIES if alive else 0):
        yield Arm("neighbour", alive[number % len(alive)], port, "")


async def _opened(trace: Trace, arm: Arm) -> Keys:
    stream = await connect(trace, arm.address, arm.port)
    if stream is not None:
        stream.close()
    return {}


NETTEST = Nettest(
    name="address_blocking",
    version="0.1.0",
    title="Is it the port, the address or the range that is silent",
    meaning=(
        "Connects to the site's address at its port and at others, to a few neighbours that take connections from a "
        "helper, and to a control server. Where the neighbours are as silent as the site and the control "
        "server answers, a whole range is cut off."
    ),
    source="primitive M10 of the follow-ups; ooni/spec tq-012",
    tier=3,
    takes="url",
    wants=("control_servers",),
    run=_run,
)
