"""Sockets of a place are those of a kernel, and say what a kernel says."""

from __future__ import annotations

import asyncio
import errno
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.worlds import CLIENT, CLIENT6, WEB, WEB6, world
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
from trigpoint.lab.fabrics.kernel.stack import _Draining

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trigpoint.lab.fabrics.kernel.place import Wiring

FAST = {"link": {"delay_ms": 1}, "inside_ms": 1, "outside_ms": 1}


@asynccontextmanager
async def _lab(
    wiring: Wiring | None = None, services: str = "tests.lab.fabrics.kernel.servers:start", **values: object
) -> AsyncIterator[KernelFabric]:
    async with KernelFabric(world(network=FAST), wiring=wiring, services=services, **values) as fabric:
        yield fabric


class _Client(asyncio.Protocol):
    """Keeps what it gets, and says when it ended."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[bytes] = asyncio.Queue()
        self.lost: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.got.put_nowait(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set_result(exc)


class _Asker(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.got: asyncio.Queue[object] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - as asyncio has it
        self.got.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self.got.put_nowait(exc)


def test_streams_reach_hosts_in_both_families(wiring: Wiring) -> None:
    async def run() -> None:
        async with _lab(wiring) as fabric:
            assert fabric.wiring == wiring
            for address, own in ((WEB, CLIENT), (WEB6, CLIENT6)):
                transport, client = await fabric.stack().connect(_Client, (address, 7))
                assert transport.get_extra_info("sockname")[0] == own
                assert transport.get_extra_info("peername")[:2] == (address, 7)
                transport.write(b"hello")
                assert await client.got.get() == b"hello"
                transport.close()
                assert await client.lost is None
            assert fabric.counts().carried > 10
            assert fabric.counts().lost == 0

    asyncio.run(run())


def test_datagrams_reach_hosts_in_both_families(wiring: Wiring) -> None:
    async def run() -> None:
        async with _lab(wiring) as fabric:
            for address, own in ((WEB, CLIENT), (WEB6, CLIENT6)):
                transport, client = await fabric.stack().datagrams(_Asker, (address, 7), local=own, port=4321)
                assert transport.get_extra_info("sockname")[:2] == (own, 4321)
                transport.sendto(b"hello")
                assert await client.got.get() == b"hello"
                transport.close()

    asyncio.run(run())


def test_refusals_and_routers_are_heard(namespaces: object) -> None:
    async def run() -> None:
        async with _lab() as fabric:
            stack = fabric.stack()
            for address in (WEB, WEB6):
                with pytest.raises(ConnectionRefusedError):
                    await stack.connect(_Client, (address, 81))
                closed, client = await stack.datagrams(_Asker, (address, 5000))
                closed.sendto(b"x")
                assert isinstance(await client.got.get(), ConnectionRefusedError)
                short, client = await stack.datagrams(_Asker, (address, 7), ttl=2)
                for _ in range(3):
                    short.sendto(b"x")
                    error = await client.got.get()
                    assert isinstance(error, OSError)
                    assert error.errno == errno.EHOSTUNREACH
                before = _spent()
                await asyncio.sleep(0.05)
                assert _spent() - before < 0.04, "an error that waits keeps the loop awake"
                closed.close()
                short.close()
            with pytest.raises(OSError, match=r"Network is unreachable|No route"):
                await fabric.stack("a2/client").connect(_Client, (WEB6, 80))

    asyncio.run(run())


def _spent() -> float:
    import time  # noqa: PLC0415 - in the process of the lab

    return time.process_time()


def test_addresses_of_others_and_ports_in_use_are_refused(namespaces: object) -> None:
    async def run() -> None:
        async with _lab() as fabric:
            stack = fabric.stack("outside")
            with pytest.raises(OSError, match="Address already in use"):
                await stack.listen(_Client, (WEB, 7))
            with pytest.raises(OSError, match="Cannot assign"):
                await stack.listen(_Client, (CLIENT, 7))
            with pytest.raises(OSError, match="Cannot assign"):
                await stack.connect(_Client, (WEB, 7), local=CLIENT)
            with pytest.raises(OSError, match="Address already in use"):
                await stack.bind(_Asker, (WEB6, 7))
            with pytest.raises(OSError, match=r"bind: bind.*port must be"):
                await stack.bind(_Asker, (WEB6, 70_000))
            with pytest.raises(OSError, match="bind: illegal IP address"):
                await stack.bind(_Asker, ("no address", 7))

    asyncio.run(run())


def test_code_of_this_process_serves_too_and_hears_where_flows_went(namespaces: object) -> None:
    async def run() -> None:
        taken: asyncio.Queue[_Client] = asyncio.Queue()

        def take() -> _Client:
            taken.put_nowait(client := _Client())
            return client

        async with _lab(services="") as fabric:
            server = await fabric.stack("outside").listen(take, (WEB, 8080))
            transport, _ = await fabric.stack("control").connect(_Client, (WEB, 8080))
            assert fabric.stack("outside").original((CLIENT, 1), (WEB, 8080), "tcp") is None
            taker = await fabric.stack("outside").bind(_Asker, (WEB, 8080))
            taker.close()
            transport.abort()
            await asyncio.wait_for((await taken.get()).lost, 10)  # what is left open would be told of another test
            server.close()

    asyncio.run(run())


def test_tls_begins_at_once_and_its_failure_is_told(namespaces: object) -> None:
    async def run() -> None:
        async with _lab() as fabric:
            context = ssl.create_default_context()
            with pytest.raises(ssl.SSLError):  # an echo sends the ClientHello back
                await fabric.stack().connect(_Client, (WEB, 7), tls=context, server_name="web.example")

    asyncio.run(run())


def test_whoever_stops_waiting_leaves_no_socket(namespaces: object) -> None:
    async def run() -> None:
        async with _lab() as fabric:
            attempt = asyncio.ensure_future(fabric.stack().connect(_Client, ("203.0.113.250", 80)))
            await asyncio.sleep(0.05)
            attempt.cancel()
            with pytest.raises(asyncio.CancelledError):
                await attempt

    asyncio.run(run())


def test_hundreds_of_connections_at_once_all_come_about(wiring: Wiring) -> None:
    async def run() -> None:
        async with _lab(wiring) as fabric:
            stack = fabric.stack()
            made = await asyncio.gather(
                *(stack.connect(_Client, ((WEB, WEB6)[number % 2], 7)) for number in range(300))
            )
            for number, (transport, _) in enumerate(made):
                transport.write(b"%d" % number)
            assert fabric.events() == ()  # who asks at once gets through as well
            for number, (transport, client) in enumerate(made):
                assert await asyncio.wait_for(client.got.get(), 10) == b"%d" % number
                transport.abort()

    asyncio.run(run())


def test_flow_control_is_handed_on() -> None:
    said: list[str] = []

    class Inner:
        def pause_writing(self) -> None:
            said.append("pause")

        def resume_writing(self) -> None:
            said.append("resume")

    draining = _Draining(Inner(), None)
    draining.pause_writing()
    draining.resume_writing()
    assert said == ["pause", "resume"]
