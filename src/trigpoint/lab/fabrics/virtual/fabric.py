"""The virtual fabric of a world: its router, the loop, and the stacks of its places."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.router import Router
from trigpoint.lab.fabrics.spots import CONTROL, client_place
from trigpoint.lab.fabrics.virtual.clock import START_SECONDS
from trigpoint.lab.fabrics.virtual.loop import VirtualLoop
from trigpoint.lab.fabrics.virtual.stack import VirtualStack
from trigpoint.lab.world.world import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.world.world import World


class VirtualFabric:
    """A world in memory.

    Args:
        world: which.
        network: in which access network programs run. Empty: the first.
        seed: of every draw.
        log: takes each act of a censor, with the name of the network.
        capture: takes each packet at a client's edge: the network, the time, the packet.

    Raises:
        InputError: there is no such network.

    """

    def __init__(
        self,
        world: World,
        *,
        network: str = "",
        seed: int = 0,
        log: Callable[[str, Event], None] | None = None,
        capture: Callable[[str, float, bytes], None] | None = None,
    ) -> None:
        self._place = client_place(world.network(network).name)
        self._router = Router(world, seed=seed, start=START_SECONDS, log=log, capture=capture)
        self._resolvers = resolvers(world)
        self._seed = seed
        self.places = tuple(self._router.places)
        """All places."""

    @cached_property
    def _loop(self) -> VirtualLoop:
        """Made when it is needed first: it holds descriptors until it is closed."""
        return VirtualLoop(self._router, self._place, self._resolvers, self._seed)

    def loop(self) -> VirtualLoop:
        """Give the loop, always the same; :class:`asyncio.Runner` takes this method as its ``loop_factory``."""
        return self._loop

    def at(self, place: str) -> AbstractContextManager[None]:
        """Be at a place: connections, ports and tasks that are begun within belong to it.

        Raises:
            KeyError: there is no such place.

        """
        return self._loop.internet.at(place)

    def stack(self, place: str, addresses: Sequence[str] = ()) -> VirtualStack:
        """Give the sockets of a place, or of one of its hosts, which talks from its own addresses.

        Raises:
            KeyError: there is no such place.

        """
        return VirtualStack(self._loop, place, addresses)

    def reattach(self, network: str) -> None:
        """Attach the client of a network anew: see :meth:`trigpoint.lab.lab.Lab.reattach`."""
        self._router.reattach(network)

    def close(self) -> None:
        """Close the loop, if there is one and nobody did."""
        if "_loop" in self.__dict__:
            self._loop.close()


def resolvers(world: World) -> dict[str, str]:
    """Say which address each place asks for names: its network's resolver; else the first that is in no network."""
    found = {}
    for network in world.networks:
        addresses = world.host(network.resolver).addresses
        found[client_place(network.name)] = _reachable(addresses, network.client)
        found[network.name] = addresses[0]
    public = next((host for host in world.hosts if host.resolver and not host.network), None)
    if public:
        found[OUTSIDE] = found[CONTROL] = public.addresses[0]
    return found


def _reachable(addresses: Sequence[str], own: Sequence[str]) -> str:
    """Give the first address of a family that is one's own too; the first of all, if there is none."""
    families = {":" in address for address in own}
    return next((address for address in addresses if (":" in address) in families), addresses[0])
