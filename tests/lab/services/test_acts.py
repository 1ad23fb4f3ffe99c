from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.lab.services.loopback import CLIENT, RESOLVER, made
from trigpoint.lab.services.acts import Acts

if TYPE_CHECKING:
    from trigpoint.lab.engine.event import Event


async def noted(client: str) -> tuple[str, Event]:
    found: list[tuple[str, Event]] = []
    acts = Acts("isp-dns", made().places(), lambda network, event: found.append((network, event)))
    acts.note("resolver", "lie", "dns.nxdomain", (client, 4000), (RESOLVER, 53), name="a.example", protocol="udp")
    return found[0]


def test_an_act_goes_to_the_log_of_the_clients_network() -> None:
    network, event = asyncio.run(noted(CLIENT))
    assert network == "a1"
    assert (event.censor, event.behaviour, event.act, event.cause) == ("isp-dns", "resolver", "lie", "dns.nxdomain")
    assert (event.client, event.client_port, event.server, event.server_port) == (CLIENT, 4000, RESOLVER, 53)
    assert not event.outward


def test_who_is_in_no_network_is_outside() -> None:
    assert asyncio.run(noted("198.18.9.9"))[0] == "outside"
    assert asyncio.run(noted(""))[0] == "outside"
    assert Acts("x", {"2001:db8::1": "a1"}, print).network_of("2001:0db8::0001") == "a1"
