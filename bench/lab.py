# ruff: noqa: INP001 - a script, not a package
"""Measure what the lab costs on kernel sockets: starts, packets and megabits a second, 500 TLS connections at once.

The bars are 0.7 seconds, 40,000 packets and 300 megabits. The world of the measure has the filters of a crowded path;
its servers and clients run in this process, the router and the engine in that of the lab.

    .venv/bin/python bench/lab.py [--wiring veth] [--megabytes 100]
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
from trigpoint.lab.fabrics.router import client_place
from trigpoint.lab.world.load import load

if TYPE_CHECKING:
    from trigpoint.lab.world.world import World

_STARTS = 5
_STREAMS = 8
_CROWD = 500
_REQUEST = b"GET / HTTP/1.1\r\nHost: free.example\r\n\r\n"
_PIECE = bytes(65_536)
_MEGA = 1_000_000
_NAMES = [f"name{number}.example" for number in range(1_000)]
_CENSORS: tuple[dict[str, Any], ...] = (
    {"id": "route", "behaviour": "null_route", "match": {"addresses": ["203.0.113.200", "2001:db8:9::/48"]}},
    {
        "id": "dns",
        "behaviour": "dns_injection",
        "match": {"suffix": _NAMES},
        "injectors": [{"lie": {"pool": ["10.0.0.1"]}}],
    },
    {"id": "sni", "behaviour": "tls_reset", "match": {"suffix": _NAMES}},
    {"id": "host", "behaviour": "http_reset", "match": {"suffix": _NAMES}},
    {"id": "quic", "behaviour": "quic_drop", "match": {"suffix": _NAMES}},
)
_SERVERS = (("203.0.113.10", 80), ("2001:db8:80::10", 80))


def main() -> None:
    """Measure and print one line for each figure."""
    parser = argparse.ArgumentParser(description="Measure the lab on kernel sockets.")
    parser.add_argument("--wiring", choices=("tun", "veth"), help="what wires are; else the better that is here")
    parser.add_argument("--megabytes", type=int, default=100, help="bytes of bulk in each family, in millions")
    parser.add_argument("--services", action="store_true", help="start what hosts run, too")
    options = parser.parse_args()
    world = msgspec.structs.replace(load("open"), censors=_CENSORS)
    asyncio.run(_measure(world, options))


async def _measure(world: World, options: argparse.Namespace) -> None:
    settings = {"wiring": options.wiring} | ({} if options.services else {"services": ""})
    await _starts(world, settings)
    async with KernelFabric(world, **settings) as fabric:
        _say("wires", fabric.wiring)
        for server in _SERVERS:
            await _bulk(fabric, server, options.megabytes * _MEGA)
        _say("lost", f"{fabric.counts().lost} packets")
    await _crowd(world, options.wiring)


async def _starts(world: World, settings: dict[str, Any]) -> None:
    before = time.perf_counter()
    for _ in range(_STARTS):
        async with KernelFabric(world, **settings):
            pass
    _say("start and stop", f"{(time.perf_counter() - before) / _STARTS:.3f} s")


async def _bulk(fabric: KernelFabric, server: tuple[str, int], size: int) -> None:
    listening = await fabric.stack("outside").listen(_Source, server)
    counts, before = fabric.counts(), time.perf_counter()
    await asyncio.gather(*(_fetch(fabric, server, size // _STREAMS) for _ in range(_STREAMS)))
    seconds = time.perf_counter() - before
    packets = fabric.counts().carried - counts.carried
    listening.close()
    _say(server[0], f"{size * 8 / seconds / _MEGA:.0f} Mbit/s, {packets / seconds:.0f} packets/s")


async def _crowd(world: World, wiring: str | None) -> None:
    """Shake hands with one server, a quarter of all under a listed name."""
    site = next(site for site in world.sites if "https" in site.schemes)
    server = world.host(site.hosts[0]).addresses[0], 443
    async with KernelFabric(world, wiring=wiring) as fabric:
        context = ssl.create_default_context(cafile=fabric.bundles[client_place(world.networks[0].name)])
        names = [_NAMES[0] if number % 4 == 0 else site.names[0] for number in range(_CROWD)]
        before = time.perf_counter()
        found = await asyncio.gather(*(_handshake(fabric, context, server, name) for name in names))
        seconds = time.perf_counter() - before
    wrong = sum(ended != ("reset" if name == _NAMES[0] else "") for name, ended in zip(names, found, strict=True))
    _say(f"{_CROWD} handshakes", f"{seconds:.2f} s, {wrong} with another outcome than they must have")


async def _handshake(fabric: KernelFabric, context: ssl.SSLContext, server: tuple[str, int], name: str) -> str:
    try:
        transport, _ = await fabric.stack().connect(asyncio.Protocol, server, tls=context, server_name=name)
    except ConnectionResetError:
        return "reset"
    except OSError as error:
        return str(error)
    transport.abort()
    return ""


async def _fetch(fabric: KernelFabric, server: tuple[str, int], size: int) -> None:
    done = asyncio.get_running_loop().create_future()
    transport, _ = await fabric.stack().connect(lambda: _Sink(size, done), server)
    transport.write(_REQUEST)
    await done
    transport.abort()


class _Source(asyncio.Protocol):
    """Sends zeros after a request, as long as somebody takes them."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._is_paused = False

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - as asyncio has it
        self.resume_writing()

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        while not (self._is_paused or self._transport.is_closing()):
            self._transport.write(_PIECE)  # type: ignore[attr-defined] - of a stream


class _Sink(asyncio.BufferedProtocol):
    """Counts bytes."""

    def __init__(self, size: int, done: asyncio.Future[None]) -> None:
        self._left = size
        self._done = done
        self._buffer = bytearray(1 << 18)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - as asyncio has it
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._left -= nbytes
        if self._left <= 0 and not self._done.done():
            self._done.set_result(None)


def _say(label: str, text: str) -> None:
    sys.stdout.write(f"{label:<18}{text}\n")


if __name__ == "__main__":
    main()
