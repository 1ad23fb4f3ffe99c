"""One request of HTTP/3 on a stack, driven by aioquic's sans-I/O connection."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionTerminated, ProtocolNegotiated

if TYPE_CHECKING:
    from trigpoint.lab.stack import Stack
    from trigpoint.net.serve.running import Address


_EXPIRED_ALERT = 0x0100 + 45  # RFC 9001, section 4.8; RFC 8446, section 6.2: not yet valid, too
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL


def _ended(event: ConnectionTerminated) -> OSError:
    """Say why a connection ended, as TLS over TCP would."""
    if event.error_code != _EXPIRED_ALERT:
        return ConnectionResetError(event.reason_phrase)
    error = ssl.SSLCertVerificationError(1, event.reason_phrase)
    error.verify_code = _EXPIRED
    return error


class Http3(asyncio.DatagramProtocol):
    """A connection for one GET."""

    def __init__(self, host: str, path: str, authorities: str) -> None:
        configuration = QuicConfiguration(server_name=host, alpn_protocols=["h3"])
        configuration.load_verify_locations(cadata=authorities.encode())
        self._quic = QuicConnection(configuration=configuration)
        self._head = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", host.encode())]
        self._head += [(b":path", path.encode())]
        self._http: H3Connection | None = None
        self._status, self._body = 0, b""
        self._timer: asyncio.TimerHandle | None = None
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, stack: Stack, remote: Address) -> tuple[int, bytes]:
        """Fetch; gives status and body.

        Raises:
            OSError: the datagrams or the handshake came to an error.

        """
        self._loop, self._remote = asyncio.get_running_loop(), remote
        self._transport, _ = await stack.datagrams(lambda: self, remote)
        try:
            self._quic.connect(remote, now=self._loop.time())
            self._transmit()
            await self._over
        finally:
            self._quic.close()
            self._transmit()
            if self._timer:
                self._timer.cancel()
            self._transport.close()
        return self._status, self._body

    def datagram_received(self, data: bytes, _: object) -> None:
        self._quic.receive_datagram(data, self._remote, now=self._loop.time())
        self._process()

    def error_received(self, error: Exception) -> None:
        self._end(error)

    def _process(self) -> None:
        while (event := self._quic.next_event()) is not None:
            if isinstance(event, ProtocolNegotiated):
                self._http = H3Connection(self._quic)
                self._http.send_headers(self._quic.get_next_available_stream_id(), self._head, end_stream=True)
            elif isinstance(event, ConnectionTerminated):
                self._end(_ended(event))
            for answer in self._http.handle_event(event) if self._http else ():
                self._take(answer)
        self._transmit()

    def _take(self, answer: object) -> None:
        if isinstance(answer, HeadersReceived):
            self._status = int(dict(answer.headers)[b":status"])
        if isinstance(answer, DataReceived):
            self._body += answer.data
        if isinstance(answer, HeadersReceived | DataReceived) and answer.stream_ended:
            self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self._over.done():
            return
        if error is None:
            self._over.set_result(None)
        else:
            self._over.set_exception(error)

    def _transmit(self) -> None:
        for data, _ in self._quic.datagrams_to_send(now=self._loop.time()):
            self._transport.sendto(data)
        if self._timer:
            self._timer.cancel()
        deadline = self._quic.get_timer()
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._quic.handle_timer(now=self._loop.time())
        self._process()
