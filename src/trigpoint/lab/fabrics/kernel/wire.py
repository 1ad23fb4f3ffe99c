"""Where packets leave a place and come into it, as a descriptor of the router's."""

from __future__ import annotations

from typing import Protocol

MTU = 1_500
"""Bytes of the largest packet on a wire, as in Ethernet."""
LARGEST = 2_048
"""Bytes that are read at most: an MTU and some."""
QUEUE = 4_096
"""Packets that wait for the router; the next ones get lost, as at any router."""


class Wire(Protocol):
    """One end of the only way into a place."""

    descriptor: int
    """Readable while packets wait."""

    def read(self) -> bytes | None:
        """Take the next packet that left the place; None where none waits."""
        ...

    def write(self, packet: bytes) -> None:
        """Bring a packet into the place.

        Raises:
            OSError: the kernel does not take it: its queue is full, or it is no packet.

        """
        ...

    def close(self) -> None:
        """Cut it."""
        ...
