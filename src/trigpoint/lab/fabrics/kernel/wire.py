"""Where packets leave places and come into them, as descriptors of the router's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.lab.fabrics.kernel.netlink import Netlink

MTU = 1_500
"""Bytes of the largest packet on a wire, as in Ethernet."""
LARGEST = 2_048
"""Bytes that are read at most: an MTU and some."""
QUEUE = 8_192
"""Packets that wait for the router; the next ones get lost, as at any router."""


class Wires(Protocol):
    """One wire for each place, the only way into it."""

    @property
    def readers(self) -> Mapping[int, Callable[[], bytes | None]]:
        """By descriptor, readable while packets wait: takes the next one that left a place, None where none waits."""
        ...

    @property
    def writers(self) -> Mapping[str, Callable[[bytes], object]]:
        """By place: brings a packet into it. An ``OSError`` says that its queue is full, or that it is no packet."""
        ...

    def add(self, place: str, interface: str, netlink: Netlink) -> None:
        """Lay a wire to the current network namespace.

        Args:
            place: how it is called.
            interface: what its end in the place is called; it is up afterwards, without addresses.
            netlink: of the place.

        Raises:
            OSError: the kernel does not allow it.

        """
        ...

    def close(self) -> None:
        """Cut all."""
        ...
