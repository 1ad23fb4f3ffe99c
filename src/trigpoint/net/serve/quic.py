"""A server's UDP port of QUIC (RFC 9000): many connections, told apart by their IDs.

The ClientHello is read before a connection is made, since the certificate depends on the name in it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from aioquic.buffer import Buffer  # type: ignore[attr-defined]
from aioquic.h3.connection import H3_ALPN
from aioquic.quic.configuration import SMALLEST_MAX_DATAGRAM_SIZE, QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.packet import QuicFrameType, QuicPacketType, encode_quic_version_negotiation, pull_quic_header

from trigpoint.net.quic_initial import CryptoReader
from trigpoint.net.serve.http3 import Http3
from trigpoint.net.serve.identity import Identity  # noqa: TC001 - a tuple's annotation
from trigpoint.net.serve.running import end_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aioquic.quic.packet import QuicHeader

    from trigpoint.net.serve.exchange import Respond
    from trigpoint.net.serve.running import Address, Running

    Choose = Callable[[str, Address, Address], "Choice | None"]

_CONNECTION_ID_BYTES = 8
_MOST_OPENING = 1_024  # clients whose ClientHello is not whole yet, or who wait in vain
_MOST_DATAGRAMS = 8  # of one of them
_MOST_CONNECTIONS = 4_096
_CRYPTO_ERROR = 0x0100  # and the alert: RFC 9001, section 4.8


class Choice(NamedTuple):
    """What a client gets to see."""

    identity: Identity
    alert: int = 0
    """The TLS alert that ends the handshake. 0: none."""


class _Opening(msgspec.Struct):
    """A client whose ClientHello is not whole yet, or to whom nothing is said."""

    reader: CryptoReader
    held: list[bytes]


class QuicEndpoint(asyncio.DatagramProtocol):
    """A server's UDP port.

    Args:
        running: what it belongs to.
        choose: by server name, client and own address; None lets the client wait in vain.
        respond: answers requests.

    """

    def __init__(self, running: Running, choose: Choose, respond: Respond) -> None:
        self.running = running
        self.respond = respond
        self._choose = choose
        self._connections: dict[bytes, Http3] = {}
        self._opening: OrderedDict[bytes, _Opening] = OrderedDict()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]
        self.local = end_of(transport, "sockname")
        self.running.holds(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """Stop all timers."""
        for connection in set(self._connections.values()):
            connection.stop()
        self.running.releases(self.transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Find the connection, or begin one."""
        try:
            header = pull_quic_header(Buffer(data=data), host_cid_length=_CONNECTION_ID_BYTES)
        except ValueError:
            return
        connection = self._connections.get(header.destination_cid)
        if connection is not None:
            connection.take([data], addr)
        elif header.packet_type == QuicPacketType.INITIAL or header.version is not None:
            self._open(data, header, addr)

    def _open(self, data: bytes, header: QuicHeader, addr: tuple[str, int]) -> None:
        if len(data) < SMALLEST_MAX_DATAGRAM_SIZE or header.packet_type == QuicPacketType.VERSION_NEGOTIATION:
            return
        supported = QuicConfiguration().supported_versions
        if header.version not in supported:
            offer = encode_quic_version_negotiation(header.destination_cid, header.source_cid, supported)
            self.transport.sendto(offer, addr)
            return
        opening = self._opening.setdefault(header.destination_cid, _Opening(CryptoReader(), []))
        if len(self._opening) > _MOST_OPENING:
            self._opening.popitem(last=False)
        if opening.reader.is_over or len(opening.held) == _MOST_DATAGRAMS:
            return
        opening.held.append(data)
        hello = opening.reader.feed(data)
        if hello is None or len(self._connections) > _MOST_CONNECTIONS:
            return
        choice = self._choose(hello.server_name or "", (addr[0], addr[1]), self.local)
        if choice is not None:
            del self._opening[header.destination_cid]
            self._begin(choice, header.destination_cid, opening.held, addr)

    def _begin(self, choice: Choice, destination: bytes, held: list[bytes], addr: tuple[str, int]) -> None:
        configuration = _configuration(choice.identity)
        quic = QuicConnection(configuration=configuration, original_destination_connection_id=destination)
        connection = Http3(self, quic, (addr[0], addr[1]))
        self.knows(destination, connection)
        self.knows(quic.host_cid, connection)
        if choice.alert:
            quic.close(error_code=_CRYPTO_ERROR + choice.alert, frame_type=QuicFrameType.CRYPTO)
        connection.take(held, addr)

    def knows(self, connection_id: bytes, connection: Http3) -> None:
        """Route a connection ID to a connection."""
        self._connections[connection_id] = connection

    def forgets(self, connection_id: bytes) -> None:
        """Route it nowhere."""
        self._connections.pop(connection_id, None)

    def ended(self, connection: Http3) -> None:
        """Forget a connection."""
        self._connections = {key: value for key, value in self._connections.items() if value is not connection}


def _configuration(identity: Identity) -> QuicConfiguration:
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN, idle_timeout=30.0)
    configuration.certificate, *configuration.certificate_chain = identity.chain
    configuration.private_key = identity.key
    return configuration
