"""The ground truth: what each censor did, when, to which flow, and why."""

from __future__ import annotations

from typing import Literal

import msgspec


class Event(msgspec.Struct, frozen=True, gc=False):
    """One act of one censor."""

    time: float
    """Seconds of lab time."""
    censor: str
    """Its name in the world; of services the host's."""
    behaviour: str
    """Its kind: a module of ``lab/censors``; of services ``resolver``, ``interceptor``, ``authority`` or ``site``."""
    act: str
    """What it did: ``inject``, ``reset``, ``drop``, ``rewrite``, ``close``, ``page``, ``redirect``, ``divert``,
    ``unreachable``, ``probe``, ``shape``, ``arm`` (acts on later packets), ``delay``, ``duplicate``, ``login``; and of
    services ``lie``, ``filter``, ``refuse``, ``drop``, ``rewrite``, ``intercept``, ``serve``."""
    cause: str
    """Node of the vocabulary of mechanisms, or of explanations where it is no interference."""
    rule: str
    """Which entry was met."""
    name: str
    """The name that met it: of a query, a ClientHello, a Host field; a path. Empty: none was read."""
    protocol: Literal["tcp", "udp", "icmp", "other"]
    client: str
    """Address inside."""
    client_port: int
    """0 where there is none."""
    server: str
    """Address outside."""
    server_port: int
    """0 where there is none."""
    outward: bool
    """Whether the packet went from client to server."""
    packet: str
    """First 16 digits of the packet's BLAKE2b digest, by which a capture is searched. It differs from run to run, as
    the random numbers of TLS do; so does ``packet_bytes`` where a name is padded."""
    packet_bytes: int
    injected: int = 0
    """Packets that were sent besides."""

    @property
    def story(self) -> tuple[object, ...]:
        """All that two runs with one seed must have in common."""
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in {"packet", "packet_bytes"})
