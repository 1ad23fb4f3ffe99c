"""HTTP/3 (RFC 9114) on aioquic's protocol code: one UDP port, many connections.

The ClientHello is read before a connection is made, since the certificate depends on the name in it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from aioquic.buffer import Buffer  # type: ignore[attr-defined]
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.h3.exceptions import H3Error
from aioquic.quic.configuration import SMALLEST_MAX_DATAGRAM_SIZE, QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionIdIssued, ConnectionIdRetired, ConnectionTerminated, StreamReset
from aioquic.quic.packet import QuicFrameType, QuicPacketType, encode_quic_version_negotiation, pull_quic_header

from trigpoint.lab.services.exchange import LARGEST_REQUEST, Fields, Request, is_without_body
from trigpoint.lab.services.pki import Identity  # noqa: TC001 - a tuple's annotation
from trigpoint.lab.services.running import end_of
from trigpoint.net.quic_initial import CryptoReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from aioquic.quic.packet import QuicHeader

    from trigpoint.lab.fabrics.stack import Address
    from trigpoint.lab.services.exchange import Respond, Response
    from trigpoint.lab.services.running import Running

    Choose = Callable[[str, Address, Address], "Choice | None"]

_CONNECTION_ID_BYTES = 8
_MOST_OPENING = 1_024  # clients whose ClientHello is not whole yet, or who wait in vain
_MOST_DATAGRAMS = 8  # of one of them
_MOST_CONNECTIONS = 4_096
_MOST_BUFFERED = 262_144  # bytes of a response that wait to be sent or acknowledged
_CRYPTO_ERROR = 0x0100  # and the alert: RFC 9001, section 4.8
_INTERNAL_ERROR = 0x0102  # H3_INTERNAL_ERROR, RFC 9114, section 8.1


class Choice(NamedTuple):
    """What a client gets to see."""

    identity: Identity
    alert: int = 0
    """The TLS alert that ends the handshake. 0: none."""


class _Stream(msgspec.Struct):
    fields: Fields = ()
    body: bytearray = msgspec.field(default_factory=bytearray)
    work: asyncio.Task[None] | None = None


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
        self._connections: dict[bytes, _Connection] = {}
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
        connection = _Connection(self, quic, (addr[0], addr[1]))
        self.knows(destination, connection)
        self.knows(quic.host_cid, connection)
        if choice.alert:
            quic.close(error_code=_CRYPTO_ERROR + choice.alert, frame_type=QuicFrameType.CRYPTO)
        connection.take(held, addr)

    def knows(self, connection_id: bytes, connection: _Connection) -> None:
        """Route a connection ID to a connection."""
        self._connections[connection_id] = connection

    def forgets(self, connection_id: bytes) -> None:
        """Route it nowhere."""
        self._connections.pop(connection_id, None)

    def ended(self, connection: _Connection) -> None:
        """Forget a connection."""
        self._connections = {key: value for key, value in self._connections.items() if value is not connection}


def _configuration(identity: Identity) -> QuicConfiguration:
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN, idle_timeout=30.0)
    configuration.certificate, *configuration.certificate_chain = identity.chain
    configuration.private_key = identity.key
    return configuration


class _Connection:
    """One connection: QUIC and HTTP/3 without I/O, a timer, and a task for each request."""

    def __init__(self, endpoint: QuicEndpoint, quic: QuicConnection, client: Address) -> None:
        self._endpoint = endpoint
        self._quic = quic
        self._client = client
        self._http = H3Connection(quic)
        self._streams: dict[int, _Stream] = {}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False
        self._moved = asyncio.Event()

    def take(self, datagrams: list[bytes], addr: tuple[str, int]) -> None:
        """Take datagrams of the client."""
        for datagram in datagrams:
            self._quic.receive_datagram(datagram, addr, now=self._loop.time())
        self._proceed()

    def stop(self) -> None:
        """Give up everything under way."""
        self._is_over = True
        self._moved.set()
        if self._timer is not None:
            self._timer.cancel()
        for stream in self._streams.values():
            if stream.work is not None:
                stream.work.cancel()

    def _proceed(self) -> None:
        while (event := self._quic.next_event()) is not None:
            if isinstance(event, ConnectionIdIssued):
                self._endpoint.knows(event.connection_id, self)
            elif isinstance(event, ConnectionIdRetired):
                self._endpoint.forgets(event.connection_id)
            elif isinstance(event, ConnectionTerminated):
                self.stop()
                self._endpoint.ended(self)
                return
            elif isinstance(event, StreamReset):
                self._drop(event.stream_id)
            self._read(event)
        self._moved.set()  # what was acknowledged made room
        self._transmit()

    def _read(self, event: object) -> None:
        with suppress(H3Error):
            for found in self._http.handle_event(event):  # type: ignore[arg-type]
                if isinstance(found, HeadersReceived | DataReceived):
                    self._collect(found)

    def _collect(self, found: HeadersReceived | DataReceived) -> None:
        stream = self._streams.setdefault(found.stream_id, _Stream())
        if isinstance(found, DataReceived):
            stream.body += found.data
            if len(stream.body) > LARGEST_REQUEST:
                self._quic.stop_stream(found.stream_id, _INTERNAL_ERROR)
                self._drop(found.stream_id)
                return
        elif not stream.fields:
            stream.fields = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in found.headers)
        if found.stream_ended and stream.work is None:
            stream.work = self._endpoint.running.spawn(self._answer(found.stream_id, self._request(stream)))

    def _drop(self, stream_id: int) -> None:
        stream = self._streams.pop(stream_id, None)
        if stream is not None and stream.work is not None:
            stream.work.cancel()

    def _request(self, stream: _Stream) -> Request:
        named = dict(stream.fields)
        fields = tuple((name, value) for name, value in stream.fields if not name.startswith(":"))
        method, target = named.get(":method", ""), named.get(":path", "")
        authority, body = named.get(":authority") or named.get("host", ""), bytes(stream.body)
        return Request(method, target, authority, "https", fields, body, self._client, self._endpoint.local, "udp")

    async def _answer(self, stream_id: int, request: Request) -> None:
        try:
            response = await self._endpoint.respond(request)
            if response is None:
                self._quic.reset_stream(stream_id, _INTERNAL_ERROR)
                self._transmit()
            else:
                await self._write(stream_id, request, response)
        except (H3Error, AssertionError, ValueError):  # aioquic asserts that the stream may be written to
            pass
        finally:
            self._streams.pop(stream_id, None)

    async def _write(self, stream_id: int, request: Request, response: Response) -> None:
        fields = [(b":status", b"%d" % response.status)]
        fields += [(name.encode(), value.encode("latin-1", "replace")) for name, value in response.fields]
        fields.append((b"content-length", b"%d" % response.length))
        is_empty = is_without_body(request.method, response.status) or not response.length
        self._http.send_headers(stream_id, fields, end_stream=is_empty)
        self._transmit()
        if is_empty:
            return
        for chunk in response.chunks():
            while self._waiting(stream_id) > _MOST_BUFFERED and not self._is_over:
                self._moved.clear()
                await self._moved.wait()
            self._http.send_data(stream_id, chunk, end_stream=False)
            self._transmit()
        self._http.send_data(stream_id, b"", end_stream=True)
        self._transmit()

    def _waiting(self, stream_id: int) -> int:
        """Count the bytes that aioquic holds of a stream, which it tells in no other way."""
        stream = self._quic._streams.get(stream_id)  # noqa: SLF001
        return len(stream.sender._buffer) if stream is not None else 0  # noqa: SLF001

    def _transmit(self) -> None:
        if self._is_over:
            return
        for data, addr in self._quic.datagrams_to_send(now=self._loop.time()):
            self._endpoint.transport.sendto(data, addr)
        at = self._quic.get_timer()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._expire, at) if at is not None else None

    def _expire(self, at: float) -> None:
        self._timer = None
        self._quic.handle_timer(now=max(at, self._loop.time()))
        self._proceed()
