"""Nettests in a world of the lab: a session as the probe would have it there, and one measurement."""

from __future__ import annotations

import asyncio
import time
from random import Random
from typing import TYPE_CHECKING, Any

from trigpoint.lab.lab import Lab
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.trust import trust
from trigpoint.probe.nettest import Measuring
from trigpoint.probe.residue import Residue
from trigpoint.probe.session import Session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.probe.nettest import Keys, Nettest

CONTROL, CONTROL6 = "203.0.113.11", "2001:db8:80::11"
"""A web server that no world filters by its address; it answers to strange names as well."""
QUIC_CONTROL, QUIC_CONTROL6 = "203.0.113.10", "2001:db8:80::10"
"""The same, with QUIC."""
ECHO, ECHO6 = "198.51.100.7", "2001:db8:e::7"
"""The host that echoes."""


async def _freely(_: str) -> None:
    """Let everything pass."""


def session_in(lab: Lab, *, seed: int = 0, **changes: Any) -> Session:  # noqa: ANN401 - fields of the session
    """Make what a run at the client of a lab shares."""
    fields: dict[str, Any] = {
        "system": Resolver(),
        "public": tuple(Resolver.parse(f"udp://{address}") for address in ("198.51.100.8", "198.51.100.1")),
        "trust": trust(lab.bundle(), now=time.time()),
        "admit": _freely,
        "wall": time.time,
        "tiers": frozenset({0, 1, 2, 3}),
        "control_name": "news.example",
        "control_servers": ((CONTROL, 443), (CONTROL6, 443)),
        "control_http": ((CONTROL, 80), (CONTROL6, 80)),
        "control_quic": ((QUIC_CONTROL, 443), (QUIC_CONTROL6, 443)),
        "echo_servers": ((ECHO, 443), (ECHO6, 443)),
        "bulk": "/bytes/{bytes}",
        "silent": ECHO,
        "whoami": "whoami.example",
        "residue": Residue(),
        "random": Random(seed),
        "lab_world": lab.world.name,
    }
    return Session(**{**fields, **changes})


def measured(  # noqa: PLR0913 - what a measurement is made from
    nettest: Nettest,
    world: str,
    input: str | None,  # noqa: A002 - OONI's name
    *,
    network: str = "",
    options: dict[str, Any] | None = None,
    seed: int = 0,
    then: Callable[[Lab, Measuring, Keys], Awaitable[None]] | None = None,
    **changes: Any,  # noqa: ANN401 - fields of the session
) -> tuple[Keys, Measuring, float]:
    """Make one measurement; give its keys, its diary's owner, and the seconds of the lab that it took."""

    async def main(lab: Lab) -> tuple[Keys, Measuring, float]:
        begun = asyncio.get_running_loop().time()
        measuring = Measuring(session_in(lab, seed=seed, **changes), input, options or {})
        keys = await nettest.run(measuring)
        if then is not None:
            await then(lab, measuring, keys)
        return keys, measuring, asyncio.get_running_loop().time() - begun

    return Lab(world, fabric="virtual", network=network, seed=seed).play(main)
