"""One place's network stack: which packet is for which socket, which ports are free, and what closed ports say."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.fabrics.virtual.endpoints import ANY4, ANY6, is_loopback
from trigpoint.lab.fabrics.virtual.icmp import Trouble, pong, trouble
from trigpoint.lab.fabrics.virtual.tcp.connection import reset
from trigpoint.lab.fabrics.virtual.tcp.core import Ends
from trigpoint.net.packets import (
    ACK,
    ICMP,
    ICMPV6,
    RST,
    SYN,
    TCP,
    UDP,
    Endpoint,
    IcmpError,
    Packet,
    checksums_hold,
    icmp_error,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

FIRST_PORT, LAST_PORT = 32_768, 60_999
"""Ports for those who do not ask for one (ip_local_port_range of Linux)."""
MOST_CONNECTIONS = 16_384
"""Connections of one place; further SYNs get no answer."""

Pair: TypeAlias = tuple[Endpoint, Endpoint]
"""Local and remote end of a flow."""


class StreamReceiver(Protocol):
    """Who owns a connection."""

    def segment_received(self, packet: Packet) -> None:
        """Take a segment."""

    def trouble_received(self, trouble: Trouble) -> None:
        """Take an ICMP error."""

    def abandon(self) -> None:
        """End, and tell who uses it."""


class DatagramReceiver(Protocol):
    """Who owns a UDP port."""

    @property
    def remote(self) -> Endpoint | None:
        """The only one from whom it takes datagrams; None: it takes them from everybody."""

    def datagram_received(self, data: bytes, source: Endpoint) -> None:
        """Take a datagram."""

    def trouble_received(self, trouble: Trouble) -> None:
        """Take an ICMP error."""

    def abandon(self) -> None:
        """End, and tell who uses it."""


Accept: TypeAlias = Callable[[Ends, Packet], None]
"""Who listens: it takes the ends of a new connection and its SYN."""


class Host:
    """The sockets of one place.

    Args:
        addresses: its own, of both families; loopback addresses are always its own.
        send: takes each packet that it sends.
        seed: of port numbers and sequence numbers.

    """

    def __init__(self, addresses: Sequence[bytes], send: Callable[[bytes], None], seed: object) -> None:
        self.addresses = tuple(addresses)
        self.send = send
        self.connections: dict[Pair, StreamReceiver] = {}
        self.listeners: dict[Endpoint, Accept] = {}
        self.datagrams: dict[Endpoint, DatagramReceiver] = {}
        self._seed = seed
        self._known = frozenset(addresses)
        self._port = Draws(seed, "port").between(FIRST_PORT, LAST_PORT)
        self._opened = 0

    def is_own(self, address: bytes) -> bool:
        """Tell whether an address is its own."""
        return address in self._known or is_loopback(address)

    def source_for(self, remote: bytes) -> bytes:
        """Give the address from which it talks to another.

        Raises:
            OSError: it has none of that family.

        """
        if is_loopback(remote):
            return remote
        for address in self.addresses:
            if len(address) == len(remote):
                return address
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))

    def check_local(self, address: bytes) -> None:
        """See that a socket may have an address.

        Raises:
            OSError: it is somebody else's.

        """
        if address not in {ANY4, ANY6} and not self.is_own(address):
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))

    def check_free(self, local: Endpoint, taken: Container[Endpoint]) -> None:
        """See that nobody has a port at an address, nor at every address.

        Raises:
            OSError: somebody has.

        """
        if local in taken or (_any(local[0]), local[1]) in taken:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))

    def free_port(self, is_free: Callable[[int], bool]) -> int:
        """Choose a port for who does not ask for one.

        Raises:
            OSError: none is free.

        """
        for _ in range(LAST_PORT - FIRST_PORT + 1):
            self._port = FIRST_PORT if self._port >= LAST_PORT else self._port + 1
            if is_free(self._port):
                return self._port
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))

    def ends(self, local: Endpoint, remote: Endpoint) -> Ends:
        """Give a connection the numbers with which it begins."""
        self._opened += 1
        draws = Draws(self._seed, "connection", self._opened)
        return Ends(local, remote, draws.between(0, 0xFFFFFFFF), draws.between(0, 0xFFFF))

    def reset(self) -> None:
        """End all connections, free all ports."""
        self.listeners.clear()
        owners: list[StreamReceiver | DatagramReceiver] = [*self.connections.values(), *self.datagrams.values()]
        for owner in owners:
            owner.abandon()

    def receive(self, data: bytes) -> None:
        """Take a packet that arrived; what is damaged, or for somebody else, is dropped."""
        packet = parse(data)
        if packet is None or packet.is_fragment or not self.is_own(packet.target) or not checksums_hold(packet):
            return
        if packet.protocol == TCP:
            self._receive_segment(packet)
        elif packet.protocol == UDP:
            self._receive_datagram(packet)
        elif packet.protocol in {ICMP, ICMPV6}:
            self._receive_icmp(packet)

    def _receive_segment(self, packet: Packet) -> None:
        local, remote = (packet.target, packet.target_port), (packet.source, packet.source_port)
        owner = self.connections.get((local, remote))
        if owner is not None:
            owner.segment_received(packet)
            return
        accept = self.listeners.get(local) or self.listeners.get((_any(local[0]), local[1]))
        if accept and packet.flags & (SYN | ACK | RST) == SYN:
            if len(self.connections) < MOST_CONNECTIONS:
                accept(self.ends(local, remote), packet)
        elif not packet.flags & RST:
            self.send(reset(packet))

    def _receive_datagram(self, packet: Packet) -> None:
        local, remote = (packet.target, packet.target_port), (packet.source, packet.source_port)
        owner = self.datagrams.get(local) or self.datagrams.get((_any(local[0]), local[1]))
        if owner and owner.remote in {None, remote}:
            owner.datagram_received(packet.content, remote)
        elif error := icmp_error(packet.target, packet.data, IcmpError.PORT_UNREACHABLE):
            self.send(error)

    def _receive_icmp(self, packet: Packet) -> None:
        if answer := pong(packet):
            self.send(answer)
        elif found := trouble(packet):
            owner: StreamReceiver | DatagramReceiver | None
            if found.protocol == TCP:
                owner = self.connections.get((found.local, found.remote))
            else:
                local = found.local
                owner = self.datagrams.get(local) or self.datagrams.get((_any(local[0]), local[1]))
            if owner:
                owner.trouble_received(found)


def _any(address: bytes) -> bytes:
    return ANY4 if len(address) == len(ANY4) else ANY6
