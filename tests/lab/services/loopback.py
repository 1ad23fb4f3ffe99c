"""Stacks on real sockets of the loopback interface: each address of a world has one of 127.0.0.0/8; ports differ."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.lab.services.hosts import Services, start
from trigpoint.lab.world.world import World, check

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from trigpoint.lab.engine.event import Event

Address = tuple[str, int]
CLIENT, OTHER_CLIENT, RESOLVER, AUTHORITY, WEB, SECOND = (
    "192.0.2.2",
    "198.51.100.2",
    "192.0.2.53",
    "198.18.0.53",
    "203.0.113.10",
    "203.0.113.20",
)
NETWORKS = [
    {"name": "a1", "asn": 64501, "client": [CLIENT], "resolver": "isp-dns"},
    {"name": "b1", "asn": 64502, "client": [OTHER_CLIENT], "resolver": "isp-dns"},
]
HOSTS = [
    {"name": "isp-dns", "network": "a1", "addresses": [RESOLVER], "resolver": {}},
    {"name": "authority", "addresses": [AUTHORITY], "authority": True},
    {"name": "web", "addresses": [WEB]},
    {"name": "second", "addresses": [SECOND]},
]


def made(sites: list[dict[str, Any]] | None = None, hosts: list[dict[str, Any]] | None = None, **more: object) -> World:
    """Make a world of two networks; a host replaces the one of its name."""
    by_name = {host["name"]: host for host in (*HOSTS, *(hosts or []))}
    tables = {
        "name": "test",
        "title": "t",
        "meaning": "m",
        "country": "XA",
        "network": NETWORKS,
        "host": list(by_name.values()),
        "site": sites or [{"name": "news.example", "hosts": ["web"]}],
        **more,
    }
    world = msgspec.convert(tables, World)
    check(world)
    return world


class Loopback:
    """The Internet of a test."""

    def __init__(self, world: World) -> None:
        addresses = [each for network in world.networks for each in network.client]
        addresses += [each for host in world.hosts for each in host.addresses]
        net = f"127.{1 + os.getpid() // 256 % 127}.{os.getpid() % 256}"  # of this process
        self.real = {address: f"{net}.{number}" for number, address in enumerate(addresses, 1)}
        self._virtual = {real: address for address, real in self.real.items()}
        self.ports: dict[tuple[str, int, str], int] = {}
        self._server_ports: dict[tuple[str, int], int] = {}
        self.origins: dict[str, Address] = {}
        """Where the flows that come to an address were going."""

    def serves(self, local: Address, transport: str, real_port: int) -> None:
        """Note the port on which somebody listens."""
        self.ports[(*local, transport)] = real_port
        self._server_ports[self.real[local[0]], real_port] = local[1]

    def end(self, address: str, port: int, transport: str = "tcp") -> Address:
        """Give the true end of an address and port of the world."""
        if (address, port, transport) not in self.ports:
            raise ConnectionRefusedError(111, f"nothing listens at {address}:{port}")
        return self.real[address], self.ports[address, port, transport]

    def virtual(self, end: tuple[Any, ...]) -> Address:
        """Give the address and port in the world of a true end."""
        host, port = end[:2]
        return self._virtual.get(host, host), self._server_ports.get((host, port), port)

    def back(self, end: Address) -> Address:
        """Give the true end of a client."""
        return self.real.get(end[0], end[0]), end[1]


class LoopbackStack:
    """The sockets of one host."""

    def __init__(self, net: Loopback, addresses: tuple[str, ...]) -> None:
        self._net = net
        self._addresses = addresses

    async def listen(self, protocol: Callable[[], Any], local: Address, *, tls: ssl.SSLContext | None = None) -> object:
        loop = asyncio.get_running_loop()
        port = self._net.ports.get((*local, "udp"), 0)  # the same, so that who comes by one finds the other
        server = await loop.create_server(
            lambda: _Adapter(self._net, protocol()), self._net.real[local[0]], port, ssl=tls, backlog=1024
        )
        self._net.serves(local, "tcp", server.sockets[0].getsockname()[1])
        return server

    async def bind(self, protocol: Callable[[], Any], local: Address) -> object:
        loop = asyncio.get_running_loop()
        port = self._net.ports.get((*local, "tcp"), 0)
        adapter = _Adapter(self._net, protocol())
        transport, _ = await loop.create_datagram_endpoint(lambda: adapter, (self._net.real[local[0]], port))
        self._net.serves(local, "udp", transport.get_extra_info("sockname")[1])
        adapter.inner.connection_made(adapter.seen)
        return adapter.seen

    async def connect(
        self,
        protocol: Callable[[], Any],
        remote: Address,
        *,
        local: str = "",
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
    ) -> object:
        loop = asyncio.get_running_loop()
        host, port = self._net.end(*remote)
        source = self._net.real[local or self._addresses[0]]
        _, adapter = await loop.create_connection(
            lambda: _Adapter(self._net, protocol()),
            host,
            port,
            ssl=tls,
            server_hostname=server_name,
            local_addr=(source, 0),
        )
        return adapter.seen, adapter.inner

    async def datagrams(
        self,
        protocol: Callable[[], Any],
        remote: Address,
        *,
        local: str = "",
        port: int = 0,
        ttl: int = 0,  # noqa: ARG002 - as every stack has it
    ) -> object:
        loop = asyncio.get_running_loop()
        end = self._net.end(*remote, "udp")
        source = self._net.real[local or self._addresses[0]]
        return await loop.create_datagram_endpoint(protocol, remote_addr=end, local_addr=(source, port))

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:  # noqa: ARG002 - as every stack has it
        return self._net.origins.get(local[0])


class _Seen(asyncio.Transport):
    """A transport whose ends are those of the world."""

    def __init__(self, net: Loopback, real: asyncio.Transport, adapter: _Adapter) -> None:
        super().__init__()
        self._net, self._real, self._adapter = net, real, adapter

    def get_extra_info(self, name: str, default: object = None) -> object:
        found = self._real.get_extra_info(name, default)
        return self._net.virtual(found) if name in {"peername", "sockname"} and found else found

    def set_protocol(self, protocol: asyncio.Protocol) -> None:
        self._adapter.inner = protocol

    def sendto(self, data: bytes, addr: Address) -> None:
        self._real.sendto(data, self._net.back(addr))

    def __getattribute__(self, name: str) -> object:
        own = {"get_extra_info", "set_protocol", "sendto", "_net", "_real", "_adapter", "__class__"}
        return object.__getattribute__(self, name) if name in own else getattr(self._real, name)


class _Adapter(asyncio.Protocol):
    """Hands a protocol such a transport."""

    def __init__(self, net: Loopback, inner: asyncio.Protocol) -> None:
        self._net = net
        self.inner = inner

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.seen: Any = _Seen(self._net, transport, self)
        if not hasattr(transport, "sendto"):  # a datagram endpoint first has to know its port
            self.inner.connection_made(self.seen)

    def connection_lost(self, exc: Exception | None) -> None:
        self.inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.inner.data_received(data)

    def eof_received(self) -> object:
        return self.inner.eof_received()

    def pause_writing(self) -> None:
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        self.inner.resume_writing()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.inner.datagram_received(data, self._net.virtual(addr))

    def error_received(self, exc: Exception) -> None:
        self.inner.error_received(exc)


class Lab(Loopback):
    """A world with all its services, on the loopback interface."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.world = world
        self.events: list[tuple[str, Event]] = []
        self.services: Services

    @property
    def causes(self) -> list[tuple[str, str, str]]:
        """Network, act and cause of each event."""
        return [(network, event.act, event.cause) for network, event in self.events]

    def bundle(self, network: str = "a1") -> str:
        """What the client trusts."""
        return self.services.bundle(network).decode()


@asynccontextmanager
async def running(
    world: World, origins: dict[str, Address] | None = None, clock: Callable[[], float] = time.time
) -> AsyncIterator[Lab]:
    """Run a world."""
    lab = Lab(world)
    lab.origins.update(origins or {})
    with tempfile.TemporaryDirectory() as folder:
        lab.services = await start(
            world,
            lambda host: LoopbackStack(lab, host.addresses),
            Path(folder),
            lambda network, event: lab.events.append((network, event)),
            clock=clock,
        )
        try:
            yield lab
        finally:
            await lab.services.close()
