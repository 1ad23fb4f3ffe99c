"""A whole world on kernel sockets: places, router, pump, services, programs."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from trigpoint.lab.capture import Capture
from trigpoint.lab.fabrics.bundles import write_bundles
from trigpoint.lab.fabrics.kernel.diary import Diary
from trigpoint.lab.fabrics.kernel.messages import Acted, Ready
from trigpoint.lab.fabrics.kernel.office import Office
from trigpoint.lab.fabrics.kernel.place import Places, firsts
from trigpoint.lab.fabrics.kernel.programs import authority_files, name_files
from trigpoint.lab.fabrics.kernel.pump import Pump
from trigpoint.lab.fabrics.kernel.sockets import Wanted, open_socket
from trigpoint.lab.fabrics.kernel.stack import KernelStack
from trigpoint.lab.fabrics.router import Router
from trigpoint.lab.fabrics.spots import client_place, network_of
from trigpoint.net.packets import address_bytes

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.fabrics.kernel.messages import Plan
    from trigpoint.lab.fabrics.kernel.namespaces import Namespace
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.world import World


@asynccontextmanager
async def built(channel: socket.socket, plan: Plan) -> AsyncIterator[Office]:
    """Build what was planned, and take it down afterwards.

    Raises:
        LabError: an interface would not be the lab's own.
        OSError: the kernel does not allow something, or the file of the capture cannot be written.

    """
    async with AsyncExitStack() as undo:
        diary = Diary()
        loop = asyncio.get_running_loop()
        capture = _capture(plan)
        if capture:
            undo.callback(_close, capture)
        captured = _captured(capture, plan.captured)
        router = Router(plan.world, seed=plan.seed, log=diary.note, capture=captured)
        places = Places(router.places, plan.machine, plan.wiring)
        undo.callback(places.close)
        _settle(plan.world, places)
        pump = Pump(router, places.wires, loop, capture.flush if capture else None)
        undo.callback(pump.close)
        services = await _serve(plan, router, places, diary.note)
        if services:
            undo.push_async_callback(services.close)
        folders = {name: Path(plan.folder, "places", str(number)) for number, name in enumerate(places.namespaces)}
        files = _files(plan.world, folders)
        bundles = write_bundles(services.bundle, folders) if services else {}
        for name, bundle in bundles.items():
            files[name] |= authority_files(bundle)
        office = Office(channel, places.namespaces, files, router, diary, pump)
        if capture:
            office.finish = capture.close
        undo.callback(office.close)
        diary.noted = lambda: office.tell(Acted())
        office.tell(Ready(places.wiring, bundles))
        yield office


def _settle(world: World, places: Places) -> None:
    """Have each client's kernel speak as its network says."""
    for network in world.networks:
        if not network.timestamps:
            places.namespaces[client_place(network.name)].set("ipv4/tcp_timestamps", "0")


def _capture(plan: Plan) -> Capture | None:
    return Capture(Path(plan.capture), epoch=time.time() - asyncio.get_running_loop().time()) if plan.capture else None


def _close(capture: Capture) -> None:
    """Close a file that may be closed already; who asked for the end was told if it could not be written."""
    with suppress(OSError):
        capture.close()


def _captured(capture: Capture | None, network: str) -> Callable[[str, float, bytes], None] | None:
    if capture is None:
        return None
    add = capture.add
    return lambda where, at, packet: add(at, packet) if network in {"", where} else None


class _Services(Protocol):
    """What hosts run."""

    def bundle(self, network: str) -> bytes:
        """Give the certificate authorities that clients of a network trust, as PEM; of no network: all others."""
        ...

    async def close(self) -> None:
        """End it."""
        ...


async def _serve(plan: Plan, router: Router, places: Places, log: Callable[[str, Event], None]) -> _Services | None:
    if not plan.services:
        return None
    module, _, name = plan.services.partition(":")
    start = getattr(import_module(module), name)

    def stack_of(host: Host) -> KernelStack:
        place = router.place(address_bytes(host.addresses[0]))
        return stack(places.namespaces[place or ""], host.addresses, router)

    def clock() -> float:
        return time.time() - plan.behind_seconds

    services: _Services = await start(plan.world, stack_of, Path(plan.folder), log, seed=plan.seed, clock=clock)
    return services


def stack(namespace: Namespace, addresses: Sequence[str], router: Router) -> KernelStack:
    """Give a stack of a place to code of this process.

    Args:
        namespace: which place.
        addresses: where it talks from, the first of each family, unless it says otherwise.
        router: knows where diverted flows were going.

    """
    own = firsts(addresses)

    async def make(wanted: Wanted) -> socket.socket:
        if wanted.remote[0] and not wanted.local[0]:
            local = own.get(":" in wanted.remote[0], ""), wanted.local[1]
            wanted = msgspec.structs.replace(wanted, local=local)
        with namespace.inside():
            return open_socket(wanted)

    return KernelStack(make, router.original)


def _files(world: World, folders: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """Write the files by which programs resolve names, place by place."""
    resolvers = resolver_addresses(world)
    return {
        name: name_files(folder, resolvers.get(network_of(name), resolvers[""])) for name, folder in folders.items()
    }


def resolver_addresses(world: World) -> dict[str, tuple[str, ...]]:
    """Give the addresses of the resolver that programs ask, by access network; under no name that of all others."""
    hosts = {host.name: host for host in world.hosts}
    outside = next((host.addresses for host in world.hosts if host.resolver and not host.network), ())
    return {"": outside} | {network.name: hosts[network.resolver].addresses for network in world.networks}
