"""HTTP/3 (RFC 9114) on aioquic's protocol code: one connection, many requests at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.h3.exceptions import H3Error
from aioquic.quic.events import ConnectionIdIssued, ConnectionIdRetired, ConnectionTerminated, StreamReset

from trigpoint.net.serve.exchange import LARGEST_REQUEST, Fields, Request, is_without_body

if TYPE_CHECKING:
    from aioquic.quic.connection import QuicConnection

    from trigpoint.net.serve.exchange import Response
    from trigpoint.net.serve.quic import QuicEndpoint
    from trigpoint.net.serve.running import Address

_MOST_BUFFERED = 262_144  # bytes of a response that wait to be sent or acknowledged
_INTERNAL_ERROR, _EXCESSIVE_LOAD = 0x0102, 0x0107  # of HTTP/3: RFC 9114, section 8.1


class _Stream(msgspec.Struct):
    """A request that is coming, or being answered."""

    fields: Fields = ()
    body: bytearray = msgspec.field(default_factory=bytearray)
    work: asyncio.Task[None] | None = None
    is_refused: bool = False
    """Whether it is too large, so that the rest of it is forgotten."""


class Http3:
    """A server's end of a connection: QUIC and HTTP/3 without I/O, a timer, and a task for each request.

    Args:
        endpoint: the port through which it goes.
        quic: the connection, which has taken nothing yet.
        client: who it is.

    """

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
        if stream.is_refused:
            return
        if isinstance(found, DataReceived):
            stream.body += found.data
            # Of all that are coming at once, for a client may begin a hundred.
            if sum(len(each.body) for each in self._streams.values()) > LARGEST_REQUEST:
                stream.is_refused = True
                stream.body.clear()
                self._quic.stop_stream(found.stream_id, _EXCESSIVE_LOAD)
                self._quic.reset_stream(found.stream_id, _EXCESSIVE_LOAD)
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
        stream = self._quic._streams.get(stream_id)  # noqa: SLF001 - no other way to ask what is unsent
        return len(stream.sender._buffer) if stream is not None else 0  # noqa: SLF001 - as above

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
