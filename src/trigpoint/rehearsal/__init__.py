"""The probe, rehearsed in the lab: what a world is measured with, and what in it is measured."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit, urlunsplit

import msgspec

from trigpoint.lab.lab import Lab
from trigpoint.lab.services.zone import SUFFIX, WHOAMI
from trigpoint.lab.world.load import load
from trigpoint.model.facts import AddressFacts
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.trust import trust
from trigpoint.probe.kept import Kept, keep
from trigpoint.probe.location import Location
from trigpoint.probe.record import annotations_of
from trigpoint.probe.residue import LONGEST_SECONDS, Residue
from trigpoint.probe.run import Job, measure, run
from trigpoint.probe.sane import adapted
from trigpoint.probe.session import Session
from trigpoint.probe.writer import Writer
from trigpoint.reference.landmarks import Landmark, PortalCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.world import World
    from trigpoint.probe.run import Measured

KERNEL_HURRY = 0.005
"""By which residual windows are shortened where time is real: 360 s are 2 s."""
EVERY_TIER = frozenset({0, 1, 2, 3})
"""In the lab nobody is at risk."""

_NETTESTS = {
    "https": "web_connectivity",
    "http": "web_connectivity",
    "h3": "quic",
    "dot": "dnscheck",
    "tcp": "random_payload",
}
"""What measures the rows of truth, by the scheme of their URLs."""


def _run_id(world: World, network: str, seed: int, started: float) -> str:
    return hashlib.sha256(f"{world.name} {network} {seed} {started:.6f}".encode()).hexdigest()[:32]


async def _freely(_host: str) -> None:
    """Let everything pass: the lab has no hosts that a probe could burden."""


def session_in(world: World, network: str, bundle: Path, *, wall: Callable[[], float], seed: int = 0) -> Session:
    """Give the session of a probe at the client of a network.

    Args:
        world: which.
        network: the name of one of its access networks.
        bundle: file of the authorities that the client trusts.
        wall: seconds since 1970-01-01 UTC.
        seed: of the orders of arms and follow-ups.

    Raises:
        InputError: there is no such network.
        OSError: the file cannot be read.

    """
    access = world.network(network)
    controls = [host for host in world.hosts if host.role == "control"]
    versions = frozenset(6 if ":" in address else 4 for address in access.client)
    numbers = {address: host.asn for host in world.hosts for address in host.addresses}
    return Session(
        system=Resolver(),
        public=tuple(_public(world, versions)),
        helpers=tuple(
            f"{scheme}://{host.name}.{SUFFIX}/" for host, scheme in zip(controls, ("https", "http"), strict=False)
        ),
        trust=trust(bundle, now=wall()),
        admit=_freely,
        wall=wall,
        location=Location(access.asn, world.country, access.title),
        resolver_location=Location(world.host(access.resolver).asn, world.country),
        run_id=_run_id(world, network, seed, wall()),
        annotations=annotations_of("", world=world.name),
        families=versions,
        portal_checks=tuple(
            PortalCheck(f"http://{host.name}.{SUFFIX}/health", 200, '"status":"ok"', "the lab's control server")
            for host in controls
        ),
        landmarks=tuple(_landmarks(world)),
        networks=lambda address: AddressFacts(asn=numbers.get(address)),
        tiers=EVERY_TIER,
        control_name=next((f"{host.name}.{SUFFIX}" for host in controls), "news.example"),
        control_servers=_at(controls, 443),
        control_http=_at(controls, 80),
        control_quic=_at(controls, 443),
        echo_servers=tuple(
            (address, max(host.echo)) for host in world.hosts if host.echo for address in host.addresses
        ),
        http_echo=next((f"http://{host.addresses[0]}/" for host in controls), ""),
        bulk_servers=_at(controls, 443),
        silent=_at(controls, 53),
        whoami=WHOAMI,
        roots=tuple(address for host in world.hosts if host.authority for address in host.addresses),
        residue=Residue(LONGEST_SECONDS * world.time_scale),
        random=Random(f"{world.name} {network} {seed}"),  # noqa: S311 - orders of tests, no secrets
    )


def _landmarks(world: World) -> Iterator[Landmark]:
    """Give the servers that are up: the controls, and the public resolvers that speak HTTPS."""
    for host in world.hosts:
        is_public = host.resolver is not None and not host.network and "doh" in host.resolver.transports
        if host.role == "control" or is_public:
            name = host.resolver.name if host.resolver else ""
            for address in host.addresses:
                yield Landmark(address, 443, name or f"{host.name}.{SUFFIX}", "the lab")


def _at(hosts: Iterable[Host], port: int) -> tuple[tuple[str, int], ...]:
    return tuple((address, port) for host in hosts for address in host.addresses)


def jobs_in(world: World, network: str) -> Iterator[Job]:
    """Give what measures each row of a network's truth: each URL once."""
    for address in dict.fromkeys(row.address for name, row in world.truths() if name == network):
        parts = urlsplit(address)
        yield Job(nettest=_NETTESTS[parts.scheme], input=_input(address), options=_options(world, parts.hostname or ""))


def _input(address: str) -> str:
    """Write the URL of a row as the nettest takes it: HTTP/3 is asked for by the URL of HTTPS."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(scheme="https")) if parts.scheme == "h3" else address


def _options(world: World, name: str) -> dict[str, Any]:
    """Say where a host of the world is, which no resolver knows by the name that its row has."""
    host = next((host for host in world.hosts if host.name == name), None)
    return {} if host is None else {"addresses": host.addresses}


def _public(world: World, versions: frozenset[int]) -> Iterator[Resolver]:
    """Give the resolvers outside: the first over UDP, the second over HTTPS."""
    hosts = [host for host in world.hosts if host.resolver and not host.network]
    for host, engine in zip(hosts, ("udp", "doh"), strict=False):
        address, resolver = _address(host, versions), host.resolver
        if resolver is not None and engine in resolver.transports and address is not None:
            path, port = ("/dns-query", 443) if engine == "doh" else ("", 53)
            yield Resolver(engine, address, port, resolver.name, path)


def _address(host: Host, versions: frozenset[int]) -> str | None:
    return next((one for one in host.addresses if (6 if ":" in one else 4) in versions), None)


_VISIT = "web_connectivity"


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One network of a world to be measured: a piece of work for one process."""

    world: str
    """Its name, or the path of its file."""
    network: str
    path: str
    """File that the measurements go to; it must not be there yet."""
    started: float
    """When it begins, seconds since 1970-01-01 UTC."""
    seed: int = 0
    jobs: tuple[Job, ...] = ()
    """What is measured. None: what the world's truth speaks of."""
    explains: bool = True
    """Whether signs are followed up."""
    tiers: frozenset[int] = EVERY_TIER
    """Tiers of nettests that are agreed to."""
    parallel: int = 1
    fabric: Literal["virtual", "kernel"] = "virtual"
    """``virtual``, or ``kernel``: real sockets and real time."""


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    unit: Unit
    counts: dict[str, int]
    """Measurements by the probe's own word for them (:func:`trigpoint.probe.words.outcome`)."""
    told: tuple[str, ...] = ()
    """A sentence for each measurement with signs of interference."""
    lost: tuple[str, ...] = ()
    """A sentence for each measurement that could not be written."""


def units_of(worlds: Iterable[str], network: str = "", **fields: Any) -> Iterator[Unit]:  # noqa: ANN401 - fields of the unit
    """Give the units of some worlds, each with every network or with the one named; ``path`` is the folder's.

    Raises:
        InputError: there is no such world or network.

    """
    folder = Path(fields.pop("path"))
    for name in worlds:
        world = load(name)
        networks = (world.network(network),) if network else world.networks
        for one in networks:
            file = f"{file_name(world.name)}.{one.name}.jsonl.gz"
            yield Unit(world=name, network=one.name, path=str(folder / file), **fields)


def file_name(world: str) -> str:
    """Name files of a world; no system forbids such names."""
    return world.replace(":", ".")


def rehearse(unit: Unit) -> Rehearsed:
    """Measure one network of a world into its file, in virtual time.

    For real sockets see :func:`trigpoint.rehearsal.labs.rehearse_in_labs`.

    Raises:
        InputError: there is no such world or network, or the file cannot be written.

    """
    lab = Lab(world_of(unit), fabric="virtual", network=unit.network, seed=unit.seed, started=unit.started)
    return lab.play(lambda running: _measured_virtually(running, unit))


def world_of(unit: Unit) -> World:
    """Load the world of a unit; where time is real, its residual windows are short.

    Raises:
        InputError: there is no such world.

    """
    world = load(unit.world)
    hurry = 1.0 if unit.fabric == "virtual" else KERNEL_HURRY
    return msgspec.structs.replace(world, time_scale=world.time_scale * hurry)


def jobs_of(unit: Unit) -> tuple[Job, ...]:
    """Give what a unit asks to be measured.

    Raises:
        InputError: there is no such world or network.

    """
    world = load(unit.world)
    return unit.jobs or tuple(jobs_in(world, world.network(unit.network).name))


async def _measured_virtually(lab: Lab, unit: Unit) -> Rehearsed:
    session = session_in(
        lab.world, unit.network, lab.bundle(unit.network), wall=virtual_wall(unit.started), seed=unit.seed
    )
    return await measured(session, unit)


async def measured(session: Session, unit: Unit) -> Rehearsed:
    """Measure a unit where this program runs, which is the client of its network.

    Raises:
        InputError: the file cannot be written.

    """
    kept: list[Kept] = []
    run_id = _run_id(load(unit.world), unit.network, unit.seed, unit.started)  # one, in however many labs it is made
    session = msgspec.structs.replace(session, tiers=unit.tiers, run_id=run_id)
    with Writer(Path(unit.path), is_durable=False) as writer:

        def done(made: Measured) -> bool:
            kept.append(keep(writer, session, made))
            return not kept[-1].lost

        first = await measure(session, Job(nettest="sanity"))
        done(first)
        adjusted = adapted(session, first.keys)
        wanted = adjusted.shuffled(jobs_of(unit))
        jobs = sorted(wanted, key=lambda job: job.nettest != _VISIT)  # what waits for windows comes after the visits
        await run(adjusted, jobs, done, parallel=unit.parallel, explains=unit.explains)
    return Rehearsed(
        unit=unit,
        counts=dict(Counter(one.outcome for one in kept)),
        told=tuple(line for one in kept for line in one.told),
        lost=tuple(line for one in kept for line in one.lost),
    )


def virtual_wall(started: float) -> Callable[[], float]:
    """Give a clock that goes with the running loop, from a moment on (seconds since 1970-01-01 UTC)."""
    loop = asyncio.get_running_loop()
    zero = loop.time()
    return lambda: started + loop.time() - zero
