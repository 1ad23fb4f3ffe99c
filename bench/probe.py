# ruff: noqa: INP001 - a script, not a package
"""Measure what the probe costs, and how true its times are, in the lab, beside the bars that it must hold.

First 1,000 names on five hosts of the open world, each visited by ``web_connectivity`` with three helpers at hand; the
helpers' and the servers' work is part of it, since all of the virtual fabric runs in one process, and so on one core.
Then connects and handshakes as the probe wrote them down, beside the packets at the client's edge, in each fabric that
can be had here.

    .venv/bin/python bench/probe.py [--count 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from trigpoint.lab.fabrics.kernel.doctor import why_not
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load
from trigpoint.net.names import join_endpoint
from trigpoint.net.packets import ACK, SYN, TCP, address_text, parse
from trigpoint.probe.run import Job, run
from trigpoint.rehearsal import Unit, rehearse, session_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.net.packets import Packet
    from trigpoint.probe.run import Measured

_SECONDS, _MEGABYTES, _MILLISECONDS = 60, 200, 5
"""The bars: of the run, of its memory, of a step's time."""
_HOSTS = ("web-1", "web-2", "cdn-1", "cdn-2")
_NAMES_OF_A_SITE = 20
_VISITS = 8
_MEGA = 1_000_000
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kibibytes on Linux
_RECORD = struct.Struct("<IIII")
_FILE_HEADER = 24  # bytes (draft-ietf-opsawg-pcap)

Times = dict[str, list[float]]
"""Durations in seconds of the steps to each endpoint, in the order of their beginnings; the kind stands before it."""


def main() -> None:
    """Measure and print one line for each figure."""
    parser = argparse.ArgumentParser(description="Measure the probe in the lab.")
    parser.add_argument("--count", type=int, default=1_000, help="URLs")
    parser.add_argument("--rounds", type=int, default=3, help="fresh processes")
    parser.add_argument("--fresh", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--inside", type=Path, nargs=2, metavar=("BUNDLE", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fresh:
        sys.stdout.write(json.dumps(_visited(options.count)))
    elif options.inside:
        bundle, file = options.inside
        file.write_text(json.dumps(asyncio.run(_times_of_steps(bundle))))
    else:
        _report_visits(options.count, options.rounds)
        _report_times()


def _say(what: str, figure: str, bar: str = "") -> None:
    sys.stdout.write(f"{what:<24}{figure}{f'   (bar: {bar})' if bar else ''}\n")
    sys.stdout.flush()


# How fast ---------------------------------------------------------------------------------------------------------


def _report_visits(count: int, rounds: int) -> None:
    command = [sys.executable, str(Path(__file__).resolve()), "--fresh", "--count", str(count)]
    results = []
    for _ in range(rounds):
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this file
        results.append(json.loads(done.stdout))
    middle = {key: statistics.median(result[key] for result in results) for key in ("seconds", "processor", "peak")}
    _say(f"{count} URLs", f"{middle['seconds']:.1f} s, median of {rounds}", f"{_SECONDS} s for 1,000 on two cores")
    _say("processor time", f"{middle['processor']:.1f} s, {1000 * middle['processor'] / count:.1f} ms a URL")
    _say("memory", f"{middle['peak'] / _MEGA:.0f} MB at most", f"{_MEGABYTES} MB")
    _say("outcomes", ", ".join(f"{number} {word}" for word, number in results[0]["counts"].items()))


def _visited(count: int) -> dict[str, Any]:
    """Visit each URL once, in this process, with all that the command does."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "many.toml"
        names = [f"site-{number}.example" for number in range(count)]
        world.write_text("".join(_world_of(names)))
        jobs = tuple(Job(nettest="web_connectivity", input=f"https://{name}/") for name in names)
        path = Path(folder) / "measured.jsonl.gz"
        unit = Unit(world=str(world), network="a1", path=str(path), started=time.time(), jobs=jobs, parallel=8)
        started, spent = time.perf_counter(), time.process_time()
        counts = rehearse(unit).counts
        seconds, processor = time.perf_counter() - started, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT
    return {"seconds": seconds, "processor": processor, "peak": peak, "counts": counts}


def _world_of(names: list[str]) -> Iterator[str]:
    """Write the open world with a third helper and many more names."""
    yield 'base = "open"\n[[host]]\nname = "control-3"\nasn = 64506\n'
    yield 'addresses = ["198.18.0.4", "2001:db8:c::4"]\nrole = "control"\n'
    for number, first in enumerate(range(0, len(names), _NAMES_OF_A_SITE)):
        name, *aliases = names[first : first + _NAMES_OF_A_SITE]
        yield f'[[site]]\nname = "{name}"\naliases = {json.dumps(aliases)}\n'
        yield f'hosts = ["{_HOSTS[number % len(_HOSTS)]}"]\n'


# How true ---------------------------------------------------------------------------------------------------------


def _report_times() -> None:
    for fabric in ("virtual", "kernel"):
        obstacle = why_not() if fabric == "kernel" else None
        if obstacle:
            _say(f"{fabric} fabric", f"not measured: {obstacle}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            capture = Path(folder) / "edge.pcap"
            noted = _noted(fabric, capture)
            seen = _times_of_packets(capture)
        for kind in ("connect", "handshake"):
            apart = list(_apart(kind, noted, seen))
            figures = f"{statistics.median(apart):.3f} ms apart, median of {len(apart)}; {max(apart):.3f} at most"
            _say(f"{fabric}: {kind}", figures, f"{_MILLISECONDS} ms")


def _apart(kind: str, noted: Times, seen: Times) -> Iterator[float]:
    """Give how far apart, in milliseconds, times of steps are from those of packets."""
    for key, times in noted.items():
        if key.startswith(kind):
            for one, other in zip(times, seen[key], strict=True):
                yield 1000 * abs(one - other)


def _noted(fabric: str, capture: Path) -> Times:
    lab = Lab("open", fabric=fabric, pcap=capture)  # type: ignore[arg-type] - one of the two
    if fabric == "virtual":
        return lab.play(lambda running: _times_of_steps(running.bundle()))

    async def measured(running: Lab) -> Times:
        file = capture.with_suffix(".json")
        command = [sys.executable, str(Path(__file__).resolve()), "--inside", str(running.bundle()), str(file)]
        if status := await running.run(command):
            message = f"the probe ended with status {status}"
            raise RuntimeError(message)
        times: Times = json.loads(file.read_text())
        return times

    return lab.play(measured)


async def _times_of_steps(bundle: Path) -> Times:
    """Visit every site of the open world several times, and give how long connects and handshakes took."""
    world, zero = load("open"), time.time() - asyncio.get_running_loop().time()
    session = session_in(world, "a1", bundle, wall=lambda: zero + asyncio.get_running_loop().time())
    # The control sits in the path's other end, and connections to it are in no record: none is asked here.
    session = msgspec.structs.replace(session, helpers=())
    made: list[Measured] = []
    urls = [f"https://{site.names[0]}/" for site in world.sites]
    jobs = [Job(nettest="web_connectivity", input=url) for url in urls * _VISITS]
    await run(session, jobs, made.append, explains=False)
    times: Times = defaultdict(list)
    for diary in (measured.measuring.diary for measured in made):
        for connect in sorted(diary.connects, key=lambda act: act.t0):
            times[f"connect {join_endpoint(connect.ip, connect.port)}"].append(connect.t - connect.t0)
        for shake in sorted(diary.handshakes, key=lambda act: act.t0):
            times[f"handshake {shake.address}"].append(shake.t - shake.t0)
    return times


def _times_of_packets(capture: Path) -> Times:
    """Give the same from packets: SYN to the answer; ClientHello to what the client says next after an answer."""
    flows: dict[tuple[int, str], _Flow] = {}
    for at, packet in _packets(capture):
        if packet.flags & (SYN | ACK) == SYN:
            endpoint = join_endpoint(address_text(packet.target), packet.target_port)
            flows.setdefault((packet.source_port, endpoint), _Flow([], [], []))
        outward = (packet.source_port, join_endpoint(address_text(packet.target), packet.target_port))
        inward = (packet.target_port, join_endpoint(address_text(packet.source), packet.source_port))
        if outward in flows:
            (flows[outward].said if packet.content else flows[outward].opened).append(at)
        elif inward in flows:
            flows[inward].heard.append((at, bool(packet.content)))
    times: Times = defaultdict(list)
    for (_, endpoint), flow in flows.items():
        times[f"connect {endpoint}"].append(flow.heard[0][0] - flow.opened[0])
        answered = next(at for at, has_content in flow.heard if has_content)
        times[f"handshake {endpoint}"].append(next(at for at in flow.said if at >= answered) - flow.said[0])
    return times


class _Flow(NamedTuple):
    """When packets of one connection passed, in seconds."""

    opened: list[float]
    """From the client, without content; the first is the SYN."""
    said: list[float]
    """From the client, with content."""
    heard: list[tuple[float, bool]]
    """To the client, and whether with content."""


def _packets(capture: Path) -> Iterable[tuple[float, Packet]]:
    data, position = capture.read_bytes(), _FILE_HEADER
    while position < len(data):
        seconds, nanoseconds, size, _ = _RECORD.unpack_from(data, position)
        position += _RECORD.size
        packet = parse(data[position : position + size])
        position += size
        if packet is not None and packet.protocol == TCP:
            yield seconds + nanoseconds / 1e9, packet


if __name__ == "__main__":
    main()
