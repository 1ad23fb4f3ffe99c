from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from tests.lab.fabrics.virtual.carriers import RESOLVER, SERVER, SERVER6, Lab, Straight, run
from tests.lab.fabrics.virtual.resolvers import Tcp, Udp, serve_names
from trigpoint.lab.fabrics.virtual.lookup import Lookup
from trigpoint.net.dns_message import QR, REFUSED, SERVFAIL, TC, build_reply

ZONE = {
    ("two.example", 1): [SERVER],
    ("two.example", 28): [SERVER6],
    ("four.example", 1): [SERVER],
    ("empty.example", 16): [],
}
BOTH = (socket.AF_INET6, socket.AF_INET)


def lookup(lab: Lab) -> Lookup:
    return Lookup(lab.loop, {"client": RESOLVER}, 1)


class Wrong(Udp):
    """Sends what is no answer before the answer."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        right = build_reply(data, [])
        for each in (b"", b"\0" * 5, data, bytes([right[0] ^ 1]) + right[1:], right.replace(b"example", b"elsewhe")):
            self.transport.sendto(each, addr)
        super().datagram_received(data, addr)
        super().datagram_received(data, addr)


class Short(Udp):
    """Says that the answer is too long."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(build_reply(data, flags=QR | TC), addr)


class Failing(Udp):
    """Fails."""

    rcode = SERVFAIL

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(build_reply(data, rcode=self.rcode), addr)


class Refusing(Failing):
    """Refuses."""

    rcode = REFUSED


def test_addresses_of_both_families_are_found_in_the_order_that_is_wanted() -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, ZONE)
        found = await lookup(lab).addresses("Two.Example.", BOTH, "client")
        assert found == [(socket.AF_INET6, SERVER6), (socket.AF_INET, SERVER)]
        assert await lookup(lab).addresses("four.example", BOTH, "client") == [(socket.AF_INET, SERVER)]

    run(main)


@pytest.mark.parametrize(
    "name", ["gone.example", "empty.example", "a" * 64 + ".example", "two..example", "x" * 300, "\ud800.example"]
)
def test_a_name_without_addresses_is_unknown(name: str) -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, ZONE)
        with pytest.raises(socket.gaierror) as caught:
            await lookup(lab).addresses(name, BOTH, "client")
        assert caught.value.errno == socket.EAI_NONAME

    run(main)


@pytest.mark.parametrize(
    ("protocol", "seconds"), [(None, 0.04), (asyncio.DatagramProtocol, 10.0), (Failing, 0.04), (Refusing, 0.04)]
)
def test_a_resolver_that_does_not_answer_is_asked_twice(protocol: Any, seconds: float) -> None:
    async def main(lab: Lab) -> None:
        if protocol:
            made = protocol({}) if issubclass(protocol, Udp) else protocol()
            await lab.resolver.bind(lambda: made, (RESOLVER, 53))
        start = lab.loop.time()
        with pytest.raises(socket.gaierror) as caught:
            await lookup(lab).addresses("two.example", BOTH, "client")
        assert caught.value.errno == socket.EAI_AGAIN
        assert lab.loop.time() - start == pytest.approx(seconds)

    run(main)


def test_a_place_without_a_resolver_knows_no_names() -> None:
    async def main(lab: Lab) -> None:
        with pytest.raises(socket.gaierror) as caught:
            await lookup(lab).addresses("two.example", BOTH, "server")
        assert caught.value.errno == socket.EAI_AGAIN

    run(main)


def test_the_first_answer_that_fits_counts() -> None:
    async def main(lab: Lab) -> None:
        await lab.resolver.bind(lambda: Wrong(ZONE), (RESOLVER, 53))
        assert len(await lookup(lab).addresses("two.example", BOTH, "client")) == 2

    run(main)


def test_what_is_too_long_is_asked_again_over_tcp() -> None:
    async def main(lab: Lab) -> None:
        await lab.resolver.bind(lambda: Short(ZONE), (RESOLVER, 53))
        with pytest.raises(socket.gaierror) as caught:
            await lookup(lab).addresses("two.example", BOTH, "client")
        assert caught.value.errno == socket.EAI_AGAIN  # nobody is there
        await lab.resolver.listen(lambda: Tcp(ZONE), (RESOLVER, 53))
        assert len(await lookup(lab).addresses("two.example", BOTH, "client")) == 2

    run(main)


def test_a_connection_that_ends_without_an_answer_is_none() -> None:
    class Leaving(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            transport.close()

    async def main(lab: Lab) -> None:
        await lab.resolver.bind(lambda: Short(ZONE), (RESOLVER, 53))
        await lab.resolver.listen(Leaving, (RESOLVER, 53))
        with pytest.raises(socket.gaierror) as caught:
            await lookup(lab).addresses("two.example", BOTH, "client")
        assert caught.value.errno == socket.EAI_AGAIN

    run(main)


def test_one_family_that_stays_silent_does_not_hide_the_other() -> None:
    carrier = Straight(lambda packet: [] if b"\0\x1c\0\x01" in packet.content else [(0.0, packet.data)])

    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, ZONE)
        assert await lookup(lab).addresses("two.example", BOTH, "client") == [(socket.AF_INET, SERVER)]

    run(main, carrier)
