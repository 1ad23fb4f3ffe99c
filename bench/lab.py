# ruff: noqa: INP001 - a script, not a package
"""Measure what the lab costs on kernel sockets, beside the bars that it must hold.

A start and stop of a world with all its services; bulk through router and engine; 500 TLS connections at a time, of
which the censors reset one of four; descriptors that 50 labs leave open. The world has the filters of a crowded path.
Servers of bulk, and all clients, run in this process; router, engine and services in that of the lab.

    .venv/bin/python bench/lab.py [--wiring veth] [--megabytes 100]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import ssl
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.lab.fabrics.kernel.doctor import probe
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
from trigpoint.lab.world.load import load

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.kernel.place import Wiring
    from trigpoint.lab.world.world import World

_STARTS = 9
_LABS = 50
_CONNECTIONS = 500
_BLOCKED_OF = 4  # one of so many
_PATIENCE = 60.0
_WEB = "203.0.113.10"
_FREE = "news.example"
_STREAMS = 8
_REQUEST = b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n"
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
_SERVERS = (("198.51.100.7", 8080), ("2001:db8:e::7", 8080))  # a host that serves no pages of its own


def main() -> None:
    """Measure and print one line for each figure."""
    parser = argparse.ArgumentParser(description="Measure the lab on kernel sockets.")
    parser.add_argument(
        "--wiring", choices=("tun", "veth"), help="what wires are; else both kinds, where they are here"
    )
    parser.add_argument("--megabytes", type=int, default=100, help="bytes of bulk in each family, in millions")
    options = parser.parse_args()
    findings = probe()
    if findings.why_not:
        _say("kernel fabric", f"not measured: {findings.why_not}")
        return
    here = [finding.name for finding in findings.all if finding.ok]
    world = msgspec.structs.replace(load("open"), censors=_CENSORS)
    for wiring in ("tun", "veth"):
        if wiring in here and options.wiring in {None, wiring}:
            asyncio.run(_measure(world, wiring, options.megabytes * _MEGA))  # type: ignore[arg-type] - one of the two


async def _measure(world: World, wiring: Wiring, size: int) -> None:
    _say("wires", wiring)
    times = [await _started(world, wiring) for _ in range(_STARTS)]
    _say("start and stop", f"{median(times):.3f} s, median of {_STARTS}; {max(times):.3f} s at most", "0.7 s")
    async with KernelFabric(world, wiring=wiring) as fabric:
        for server in _SERVERS:
            await _bulk(fabric, server, size)
        _say("lost", f"{fabric.counts().lost} packets")
        await _connections(fabric)
    before = _descriptors()
    for _ in range(_LABS):
        await _started(world, wiring)
    _say("descriptors", f"{_descriptors() - before} more after {_LABS} labs", "0")


async def _started(world: World, wiring: Wiring) -> float:
    before = time.perf_counter()
    async with KernelFabric(world, wiring=wiring):
        pass
    return time.perf_counter() - before


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count


async def _connections(fabric: KernelFabric) -> None:
    """Shake hands with many at a time: some names are blocked, all others are not."""
    context = ssl.create_default_context(cafile=fabric.bundles["a1/client"])
    before = time.perf_counter()
    blocked = [number % _BLOCKED_OF == 0 for number in range(_CONNECTIONS)]
    seen = await asyncio.gather(*(_handshake(fabric, context, _NAMES[1] if each else _FREE) for each in blocked))
    wanted = ["ConnectionResetError" if each else "ok" for each in blocked]
    held = sum(one == other for one, other in zip(seen, wanted, strict=True))
    told = f"{held} of {_CONNECTIONS} as expected in {time.perf_counter() - before:.2f} s"
    _say("TLS connections", told, f"{_CONNECTIONS}")


async def _handshake(fabric: KernelFabric, context: ssl.SSLContext, name: str) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            transport, _ = await fabric.stack().connect(asyncio.Protocol, (_WEB, 443), tls=context, server_name=name)
    except OSError as error:
        return type(error).__name__
    transport.abort()
    return "ok"


async def _bulk(fabric: KernelFabric, server: tuple[str, int], size: int) -> None:
    listening = await fabric.stack("outside").listen(_Source, server)
    counts, before = fabric.counts(), time.perf_counter()
    await asyncio.gather(*(_fetch(fabric, server, size // _STREAMS) for _ in range(_STREAMS)))
    seconds = time.perf_counter() - before
    packets = fabric.counts().carried - counts.carried
    listening.close()
    _say(
        "bulk, " + ("IPv6" if ":" in server[0] else "IPv4"),
        f"{size * 8 / seconds / _MEGA:.0f} Mbit/s, {packets / seconds:.0f} packets/s",
        "300 Mbit/s, 40000 packets/s",
    )


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
        # Not at once: asyncio loses a connection twice that breaks while a protocol writes from here.
        asyncio.get_running_loop().call_soon(self._fill)

    def _fill(self) -> None:
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


def _say(label: str, text: str, bar: str = "") -> None:
    sys.stdout.write(f"{label:<18}{text:<52}{f'bar: {bar}' if bar else ''}".rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
