"""One HTTP/3 request (RFC 9114) on an open QUIC connection, and what came of it (df-001). No redirect is followed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aioquic.h3.connection import ErrorCode, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.events import StreamReset

from trigpoint.net.dial.exchange import Gathered, fields_of
from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.http import MOST_BYTES, noted, target_of
from trigpoint.net.dial.tcp import SECONDS

if TYPE_CHECKING:
    from aioquic.h3.events import H3Event
    from aioquic.quic.events import QuicEvent

    from trigpoint.net.dial.acts import Request, RoundTrip
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.quic import QuicStream

_FIRST_FINAL = 200  # statuses below are only a foretaste (RFC 9110, section 15.2)


async def fetch3(
    trace: Trace,
    stream: QuicStream,
    asked: Request,
    *,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the act fails by it, as by anything else
    most_bytes: int = MOST_BYTES,
) -> RoundTrip:
    """Send a request and take the response, as far as it comes. A connection carries one request; it is left open.

    Args:
        trace: where it is written down.
        stream: an open connection that speaks ``h3``.
        asked: what is sent.
        timeout: seconds, for all of it.
        most_bytes: of the body; the rest is not read.

    Returns:
        What was written down: with a response also where it failed half-way.

    """
    exchange = _Http3(stream, most_bytes)
    return await noted(trace, stream, asked, exchange, asyncio.wait_for(exchange.run(asked), timeout))


class _Http3(Gathered):
    """One request on a connection.

    Args:
        stream: the connection.
        most_bytes: of the body that are wanted.

    """

    def __init__(self, stream: QuicStream, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self._wire = stream.wire
        self._id = -1

    async def run(self, asked: Request) -> None:
        """Ask, and gather the response.

        Raises:
            Failed: the connection or the stream ended too early, or the peer broke the rules.
            ValueError: HTTP cannot carry a header.

        """
        fields = [
            (name.encode("ascii"), value.encode("latin-1")) for name, value in fields_of(asked, target_of(asked.url))
        ]
        http = H3Connection(self._wire.connection)
        self._id = self._wire.connection.get_next_available_stream_id()
        http.send_headers(self._id, fields, end_stream=not asked.body)
        if asked.body:
            http.send_data(self._id, asked.body, end_stream=True)
        self._wire.transmit()
        while not self.is_over:
            for event in await self._wire.events():
                self._take(http, event)
            self._wire.transmit()

    def _take(self, http: H3Connection, event: QuicEvent) -> None:
        for found in http.handle_event(event):
            if not self.is_over:
                self._gather(found)
        if isinstance(event, StreamReset) and event.stream_id == self._id and not self.is_over:
            failure = f"unknown_failure: http3: stream error: {_name(event.error_code)}; received from peer"
            raise Failed(failure)
        if (breach := self._wire.breach()) and not self.is_over:
            failure = f"unknown_failure: malformed HTTP/3: {breach}"
            raise Failed(failure)

    def _gather(self, found: H3Event) -> None:
        if isinstance(found, HeadersReceived) and found.stream_id == self._id:
            self._gather_head(found)
        elif isinstance(found, DataReceived) and found.stream_id == self._id:
            self._add(found.data)
        else:
            return
        if found.stream_ended:
            if self.code is None:
                failure = "eof_error"
                raise Failed(failure)
            self._end()

    def _gather_head(self, found: HeadersReceived) -> None:
        named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in found.headers]
        code = next((int(value) for name, value in named if name == ":status"), 0)
        if self.code is None and code >= _FIRST_FINAL:  # what follows are trailers
            self.code = code
            self.headers = tuple(field for field in named if not field[0].startswith(":"))


def _name(code: int) -> str:
    try:
        return ErrorCode(code).name
    except ValueError:
        return f"{code:#x}"
