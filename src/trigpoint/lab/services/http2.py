"""HTTP/2 (RFC 9113) on h2: one connection, many requests at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import hpack
import msgspec

from trigpoint.net.serve.exchange import LARGEST_REQUEST, Fields, Request, is_without_body
from trigpoint.net.serve.running import Connection

if TYPE_CHECKING:
    from trigpoint.net.serve.exchange import Respond, Response
    from trigpoint.net.serve.running import Running

_FORBIDDEN = {"connection", "keep-alive", "transfer-encoding", "upgrade"}  # RFC 9113, section 8.2.2


class _Stream(msgspec.Struct):
    """A request that is coming, or being answered."""

    fields: Fields
    body: bytearray
    work: asyncio.Task[None] | None = None


class _Encoder(hpack.Encoder):
    """Writes header fields as they are (RFC 7541, section 5.2), so that their size depends on their length alone.

    Answers that bear other dates then take the same time on lines with a rate.
    """

    def encode(self, headers: Any, huffman: bool = False) -> bytes:  # noqa: ANN401, FBT001, FBT002 - as hpack has it
        """Encode, without Huffman's code unless it is asked for."""
        return super().encode(headers, huffman)


class Http2(Connection):
    """A server's end of a connection.

    Args:
        running: what it belongs to.
        respond: answers requests.

    """

    def __init__(self, running: Running, respond: Respond) -> None:
        super().__init__(running)
        self._respond = respond
        self._http = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8", validate_inbound_headers=True)
        )
        self._http.encoder = _Encoder()
        self._streams: dict[int, _Stream] = {}
        self._windows = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the preface."""
        super().connection_made(transport)
        self._http.initiate_connection()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up all answers under way."""
        super().connection_lost(exc)
        self._windows.set()
        for stream in self._streams.values():
            if stream.work is not None:
                stream.work.cancel()
        self._streams.clear()

    def data_received(self, data: bytes) -> None:
        """Read on; who breaks the protocol is told so and cut off."""
        try:
            for event in self._http.receive_data(data):
                self._take(event)
        except (h2.exceptions.ProtocolError, UnicodeDecodeError):
            self._flush()
            self.transport.close()
            return
        self._flush()

    def _take(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self._streams[event.stream_id] = _Stream(_fields(event.headers), bytearray())
        elif isinstance(event, h2.events.DataReceived):
            self._collect(event)
        elif isinstance(event, h2.events.StreamEnded):
            self._begin(event.stream_id)
        elif isinstance(event, h2.events.StreamReset):
            self._drop(event.stream_id)
        elif isinstance(event, h2.events.WindowUpdated | h2.events.RemoteSettingsChanged):
            self._windows.set()
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.transport.close()

    def _collect(self, event: h2.events.DataReceived) -> None:
        stream = self._streams.get(event.stream_id)
        if event.flow_controlled_length:
            self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        if stream is not None:
            stream.body += event.data
            if len(stream.body) > LARGEST_REQUEST:
                self._http.reset_stream(event.stream_id, h2.errors.ErrorCodes.ENHANCE_YOUR_CALM)
                self._drop(event.stream_id)

    def _drop(self, stream_id: int) -> None:
        stream = self._streams.pop(stream_id, None)
        if stream is not None and stream.work is not None:
            stream.work.cancel()

    def _begin(self, stream_id: int) -> None:
        stream = self._streams.get(stream_id)
        if stream is not None:
            stream.work = self.running.spawn(self._answer(stream_id, self._read(stream)))

    def _read(self, stream: _Stream) -> Request:
        named = dict(stream.fields)
        authority = named.get(":authority") or named.get("host", "")
        fields = tuple((name, value) for name, value in stream.fields if not name.startswith(":"))
        method, target = named.get(":method", ""), named.get(":path", "")
        return Request(method, target, authority, "https", fields, bytes(stream.body), self.peer, self.local)

    async def _answer(self, stream_id: int, request: Request) -> None:
        try:
            response = await self._respond(request)
            if response is None:
                self._http.reset_stream(stream_id, h2.errors.ErrorCodes.REFUSED_STREAM)
            else:
                await self._write(stream_id, request, response)
            self._flush()
        except h2.exceptions.ProtocolError:  # the stream or the connection ended meanwhile
            pass
        finally:
            self._streams.pop(stream_id, None)

    async def _write(self, stream_id: int, request: Request, response: Response) -> None:
        fields = [(":status", str(response.status))]
        fields += [(name, value) for name, value in response.fields if name not in _FORBIDDEN]
        fields.append(("content-length", str(response.length)))
        is_empty = is_without_body(request.method, response.status) or not response.length
        self._http.send_headers(stream_id, fields, end_stream=is_empty)
        self._flush()
        if not is_empty:
            for chunk in response.chunks():
                await self._send(stream_id, chunk)
            self._http.end_stream(stream_id)

    async def _send(self, stream_id: int, chunk: bytes) -> None:
        position = 0
        while position < len(chunk):
            room = min(self._http.local_flow_control_window(stream_id), self._http.max_outbound_frame_size)
            if room <= 0:
                self._windows.clear()
                await self._windows.wait()
            else:
                self._http.send_data(stream_id, chunk[position : position + room])
                position += room
                self._flush()
            await self.drained()

    def _flush(self) -> None:
        data = self._http.data_to_send()
        if data and not self.transport.is_closing():
            self.transport.write(data)


def _fields(headers: object) -> Fields:
    return tuple((str(name), str(value)) for name, value in headers)  # type: ignore[attr-defined]
