"""HTTP/1.1 (RFC 9112) on h11: one connection, one request after the other."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11

from trigpoint.net.serve.exchange import LARGEST_REQUEST, Request, Response, is_without_body
from trigpoint.net.serve.running import Connection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from trigpoint.net.serve.exchange import Fields, Respond
    from trigpoint.net.serve.running import Running

_LINGER_SECONDS = 2.0
_MOST_AHEAD = 65_536  # bytes that a client may send while it is being answered


class Http1(Connection):
    """A server's end of a connection.

    Args:
        running: what it belongs to.
        respond: answers requests.
        scheme: ``https`` inside TLS.
        patience: seconds that a client has for each request. 0: as long as it likes.

    """

    def __init__(
        self,
        running: Running,
        respond: Respond,
        scheme: Literal["http", "https"] = "http",
        *,
        patience: float = 0.0,
    ) -> None:
        super().__init__(running)
        self._patience = patience
        self._limit: asyncio.TimerHandle | None = None
        self._respond = respond
        self._scheme = scheme
        self._http = h11.Connection(h11.SERVER)
        self._work: asyncio.Task[None] | None = None
        self._ahead = 0
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._linger: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Await the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, unless an answer is under way."""
        if self._linger is not None:
            return
        self._feed(data)
        if self._work is None:
            self._go_on()
        else:
            self._ahead += len(data)
            if self._ahead > _MOST_AHEAD:
                self.transport.pause_reading()

    def eof_received(self) -> bool:
        """Read on to the end; the answer under way is finished."""
        if self._linger is not None:
            return False
        self._feed(b"")
        if self._work is None:
            self._go_on()
        return self._work is not None

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up the answer under way."""
        super().connection_lost(exc)
        if self._work is not None:
            self._work.cancel()
        if self._linger is not None:
            self._linger.cancel()
        self._stop_waiting()

    def _wait(self) -> None:
        if self._patience:
            self._limit = asyncio.get_running_loop().call_later(self._patience, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._limit is not None:
            self._limit.cancel()

    def _feed(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
        except RuntimeError:  # more after the end
            self.transport.close()

    def _go_on(self) -> None:
        """Take events until one request is whole, and begin to answer it."""
        try:
            while not self.transport.is_closing() and self._take(self._http.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint)

    def _take(self, event: object) -> bool:
        if isinstance(event, h11.Request):
            self._request = event
            self._body.clear()
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > LARGEST_REQUEST:
                self._refuse(413)
                return False
        elif isinstance(event, h11.EndOfMessage) and self._request is not None:
            self._stop_waiting()
            self._work = self.running.spawn(self._answer(self._read(self._request)))
            return False
        else:
            if isinstance(event, h11.ConnectionClosed):
                self.transport.close()
            return False
        return True

    def _read(self, request: h11.Request) -> Request:
        fields, spelled = _fields(request.headers), _fields(request.headers.raw_items())
        authority = next((value for name, value in fields if name == "host"), "")
        target = request.target.decode("ascii", "replace")
        method = request.method.decode("ascii")
        return Request(
            method,
            target,
            authority,
            self._scheme,
            fields,
            bytes(self._body),
            self.peer,
            self.local,
            version=request.http_version.decode("ascii"),
            spelled=spelled,
        )

    async def _answer(self, request: Request) -> None:
        try:
            response = await self._respond(request)
            if response is None:
                self.transport.abort()
                return
            await self._write(request, response)
        finally:
            self._work = None
        self._begin_next()

    async def _write(self, request: Request, response: Response) -> None:
        fields = [*response.fields, ("content-length", str(response.length))]
        self._send(h11.Response(status_code=response.status, headers=fields, reason=_reason(response.status)))
        if not is_without_body(request.method, response.status):
            for chunk in response.chunks():
                self._send(h11.Data(data=chunk))
                await self.drained()
        self._send(h11.EndOfMessage())

    def _begin_next(self) -> None:
        if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is h11.CLOSED:
            self.transport.close()
            return
        self._http.start_next_cycle()
        self._wait()
        self._ahead = 0
        self.transport.resume_reading()
        self._go_on()

    def _refuse(self, status: int) -> None:
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            fields = [("content-length", "0"), ("connection", "close")]
            self._send(h11.Response(status_code=status, headers=fields, reason=_reason(status)))
            self._send(h11.EndOfMessage())
        self._leave()

    def _leave(self) -> None:
        """Close when the client has, or soon: closing at once, with octets unread, would reset what was said."""
        if self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
            self._linger = asyncio.get_running_loop().call_later(_LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data and not self.transport.is_closing():
            self.transport.write(data)


def _fields(pairs: Iterable[tuple[bytes, bytes]]) -> Fields:
    return tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in pairs)


def _reason(status: int) -> str:
    """Give the reason phrase, which means nothing and which every server sends (RFC 9112, section 4)."""
    return _REASONS.get(status, "")


_REASONS = {int(status): status.phrase for status in HTTPStatus}
