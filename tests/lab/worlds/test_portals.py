"""What the world of portals and offices shows besides its rows: a login, a split horizon, a gateway with a name."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import TYPE_CHECKING

import pytest

from tests.lab.client import Client, Fetched
from tests.lab.test_lab import FABRICS
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.virtual.stack import VirtualStack
    from trigpoint.lab.stack import Stack

GATES = {"a1": ("192.0.2.9", "192.0.2.53"), "a2": ("192.0.2.73", "192.0.2.117")}
"""By network: the portal, and the resolver of the network."""
SHORT = {"dns": 2.0, "tcp": 2.0, "tls": 2.0}


class _Answered(asyncio.Protocol):
    def __init__(self) -> None:
        self.data = b""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, _: Exception | None) -> None:
        self.ended.set_result(None)


async def is_captive(lab: Lab, portal: str) -> bool:
    """Ask the portal's API over TLS, as a device does that was told its URL."""
    context = ssl.create_default_context(cafile=str(lab.bundle()))
    transport, answered = await lab.client().connect(
        _Answered, (portal, 443), tls=context, server_name="portal.example"
    )
    transport.write(b"GET /captive-portal/api HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(10):
        await answered.ended
    told: bool = json.loads(answered.data.partition(b"\r\n\r\n")[2])["captive"]
    return told


async def say(stack: Stack | VirtualStack, address: str, text: str) -> str:
    """Send a request to port 80, and give all that is answered."""
    transport, answered = await stack.connect(_Answered, (address, 80))
    transport.write(text.encode())  # type: ignore[attr-defined]
    async with asyncio.timeout(10):
        await answered.ended
    return answered.data.decode()


def form(path: str = "/login", method: str = "POST") -> str:
    return f"{method} {path} HTTP/1.1\r\nHost: portal.example\r\nContent-Length: 6\r\nConnection: close\r\n\r\nroom=7"


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("network", GATES)
def test_who_sends_the_form_is_online_and_nobody_before(fabric: str, network: str) -> None:
    portal, resolver = GATES[network]

    async def main(lab: Lab) -> tuple[list[str], list[Fetched]]:
        client = Client(lab.client(), lab.bundle().read_text(), resolver, 10.0, SHORT)
        seen = []
        assert await is_captive(lab, portal)
        for text in (form(method="GET"), form("/other"), form()):
            answer = await say(lab.client(), portal, text)
            seen.append((answer, await client.fetch("https://news.example/")))
        assert not await is_captive(lab, portal)
        over_ipv6 = await client.fetch("https://news.example/", 6, ("2001:db8:80::10",))
        return [answer for answer, _ in seen], [*(fetched for _, fetched in seen), over_ipv6]

    lab = Lab("captive-portal", fabric=fabric, network=network)
    answers, fetched = lab.play(main)
    assert "Please sign in" in answers[0]
    assert "You are connected" in answers[2]
    assert [bool(each.step) for each in fetched] == [True, True, False, False]
    assert [entry.event.act for entry in lab.events].count("login") == 1
    assert {entry.event.cause for entry in lab.events} == {"local.captive_portal"}


@pytest.mark.parametrize("fabric", FABRICS)
def test_in_the_office_every_resolver_knows_what_the_office_knows(fabric: str) -> None:
    async def main(lab: Lab) -> list[tuple[str, ...]]:
        client = Client(lab.client(), lab.bundle().read_text(), "198.51.100.8")
        control = Client(lab.control(), lab.bundle().read_text(), "198.51.100.8")
        return [(await each.resolve("intranet.example"))[0] for each in (client, control)]

    lab = Lab("captive-portal", fabric=fabric, network="a3")
    assert lab.play(main) == [("10.3.0.20",), ("203.0.113.11",)]
    assert {(entry.event.act, entry.event.cause) for entry in lab.events} == {("divert", "local.dns_filter")}


def test_the_office_s_gateway_names_itself() -> None:
    async def main(lab: Lab) -> str:
        return await say(lab.client(), "203.0.113.11", "GET / HTTP/1.1\r\nHost: casino.example\r\n\r\n")

    lab = Lab("captive-portal", fabric="virtual", network="a3")
    head = lab.play(main).partition("\r\n\r\n")[0]
    assert head.startswith("HTTP/1.1 403")
    assert "Via: 1.1 gateway.office.example (Lab-Gateway/7.2)" in head
    assert "Server: Lab-Gateway" in head
    assert {entry.event.cause for entry in lab.events} == {"local.tls_interception"}
