"""What carries a QUIC connection (RFC 9000): aioquic without I/O, a UDP port, a timer, and a name for how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, cast

from aioquic.quic.connection import NetworkAddress, QuicConnection  # noqa: TC002 - read by mypy alone
from aioquic.quic.events import HandshakeCompleted
from aioquic.quic.packet import QuicErrorCode, QuicFrameType
from aioquic.tls import AlertDescription

from trigpoint.net.dial.failures import ALERT_ROWS, Failed, failure_of
from trigpoint.net.names import join_endpoint

if TYPE_CHECKING:
    from aioquic.quic.events import ConnectionTerminated, QuicEvent

    from trigpoint.net.dial.diary import Trace

# What goes wrong is written down, so the libraries need not tell it on standard error.
for _name in ("quic", "http3"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_LONG_HEADER = 0x80
_NO_VERSION = bytes(4)  # of a Version Negotiation packet (RFC 8999, section 6)
_ALERTS = range(0x0100, 0x0200)  # a code of TLS is 0x0100 and the alert (RFC 9001, section 4.8)
_OWN_NAMES: dict[int, str] = {  # ooni/probe-cli netxlite, the classifier of QUIC handshakes
    AlertDescription.handshake_failure: "ssl_failed_handshake",
    AlertDescription.decrypt_error: "ssl_failed_handshake",
    AlertDescription.bad_certificate: "ssl_invalid_certificate",
    AlertDescription.unsupported_certificate: "ssl_invalid_certificate",
    AlertDescription.certificate_revoked: "ssl_invalid_certificate",
    AlertDescription.certificate_expired: "ssl_invalid_certificate",
    AlertDescription.certificate_unknown: "ssl_invalid_certificate",
    AlertDescription.unknown_ca: "ssl_unknown_authority",
    AlertDescription.unrecognized_name: "ssl_invalid_hostname",
}
_WORDS = {int(description): description.name.replace("_", " ") for description in AlertDescription}
_TEXTS: dict[object, str] = {row.cause: row.failure for row in ALERT_ROWS}
_H3_NO_ERROR = 0x0100  # RFC 9114, section 8.1


class QuicWire(asyncio.DatagramProtocol):
    """One connection.

    Args:
        trace: what its datagrams are written to.
        connection: of aioquic, not begun.
        address: of the peer.
        port: of the peer.

    """

    def __init__(self, trace: Trace, connection: QuicConnection, address: str, port: int) -> None:
        self.connection = connection
        self.endpoint = join_endpoint(address, port)
        """Peer with port, IPv6 in brackets."""
        self.alpn: str | None = None
        """Agreed on. None: the handshake is not over."""
        self.failure: str | None = None
        """How it ended. None: it did not."""
        self._trace = trace
        self._peer: NetworkAddress = (address, port)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._events: deque[QuicEvent] = deque()
        self._moved = asyncio.Event()
        self._is_offered_versions = self._is_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def begin(self) -> None:
        """Send the first flight.

        Raises:
            ValueError: TLS cannot carry the server's name.

        """
        self.connection.connect(self._peer, now=self._loop.time())
        self.transmit()

    def datagram_received(self, data: bytes, _: object) -> None:
        """Take what came."""
        self._event("read_from", num_bytes=len(data))
        if len(data) > len(_NO_VERSION) and data[0] & _LONG_HEADER and data[1:5] == _NO_VERSION:
            self._is_offered_versions = True
        try:
            self.connection.receive_datagram(data, self._peer, now=self._loop.time())
        except Exception as error:  # noqa: BLE001 - a library reads what anybody may have sent
            self.fail(f"unknown_failure: quic: {type(error).__name__}")
        self._proceed()

    def error_received(self, exc: Exception) -> None:
        """Take an ICMP error, or that nothing could be sent."""
        failure = failure_of(exc)
        self._event("read_from", failure)
        self.fail(failure)

    async def shaken(self) -> None:
        """Wait for the end of the handshake.

        Raises:
            Failed: the connection ended.

        """
        while self.alpn is None:
            if self.failure:
                raise Failed(self.failure)
            self._moved.clear()
            await self._moved.wait()

    async def events(self) -> list[QuicEvent]:
        """Wait for what happens, and give it.

        Raises:
            Failed: it ended; what happened before is given first.

        """
        while not self._events:
            if self.failure:
                raise Failed(self.failure)
            self._moved.clear()
            await self._moved.wait()
        found = list(self._events)
        self._events.clear()
        return found

    def transmit(self) -> None:
        """Send what waits, and set the timer."""
        if self._is_closed or self._transport is None:
            return
        for data, _ in self.connection.datagrams_to_send(now=self._loop.time()):
            self._transport.sendto(data)
            self._event("write_to", num_bytes=len(data))
        if self._timer:
            self._timer.cancel()
        deadline = self.connection.get_timer()
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._fire, deadline)

    def breach(self) -> str:
        """Say which rule the peer broke, if what is spoken on the connection ended it for that. Empty: none."""
        end = self.connection._close_event  # noqa: SLF001 - as below
        return end.reason_phrase or f"{end.error_code:#x}" if end and not self.failure else ""

    def fail(self, failure: str) -> None:
        """Decide how it ended, unless that is decided."""
        self.failure = self.failure or failure
        self._moved.set()

    def close(self, code: int = QuicErrorCode.NO_ERROR, frame_type: int | None = None) -> None:
        """Say goodbye, if anybody may hear it, and close the port."""
        if self._is_closed:
            return
        if self.failure is None and self._transport:
            self.connection.close(error_code=code, frame_type=frame_type)
            self.transmit()
        self._is_closed = True
        if self._timer:
            self._timer.cancel()
        self.fail("connection_already_closed")
        if self._transport:
            self._transport.close()

    def _fire(self, deadline: float) -> None:
        # asyncio calls up to a tick of the clock early; what waits for the deadline would be asked again for ever where
        # the clock stands still meanwhile
        self.connection.handle_timer(now=max(deadline, self._loop.time()))
        self._proceed()

    def _proceed(self) -> None:
        while (event := self.connection.next_event()) is not None:
            self._events.append(event)
            if isinstance(event, HandshakeCompleted):
                self.alpn = event.alpn_protocol or ""
        self._heed()
        self.transmit()
        self._moved.set()

    def _heed(self) -> None:
        """See whether it ended. aioquic tells it only after three more round trips, in which nothing can happen."""
        end = self.connection._close_event  # noqa: SLF001 - as said
        if end is not None:
            is_ours = self.connection._close_pending  # noqa: SLF001 - our side found a mistake, and will say so
            self.fail(self._named(end, is_ours=is_ours))

    def _named(self, end: ConnectionTerminated, *, is_ours: bool) -> str:
        """Give the failure string for an end."""
        if end.error_code == QuicErrorCode.INTERNAL_ERROR and end.frame_type == QuicFrameType.PADDING and not is_ours:
            # aioquic's own two ends without a word to the peer: no common version, and an idle connection
            return "quic_incompatible_version" if self._is_offered_versions else "generic_timeout_error"
        if end.frame_type is not None and end.error_code in _ALERTS:
            return alert_failure(end.error_code - _ALERTS.start, is_ours=is_ours)
        if end.frame_type is not None and end.error_code == QuicErrorCode.CONNECTION_REFUSED:
            return "connection_refused"  # as ooni/probe-cli has it
        if end.error_code == (QuicErrorCode.NO_ERROR if end.frame_type is not None else _H3_NO_ERROR):
            return "eof_error"
        whose = "local" if is_ours else "remote"
        kind = "application" if end.frame_type is None else "transport"
        return f"unknown_failure: quic: {kind} error {end.error_code:#x} ({whose})"

    def _event(self, operation: str, failure: str | None = None, *, num_bytes: int | None = None) -> None:
        self._trace.event(operation, failure=failure, address=self.endpoint, proto="udp", num_bytes=num_bytes)


def alert_failure(alert: int, *, is_ours: bool) -> str:
    """Give the failure string for an alert of TLS: with a name of its own as ooni/probe-cli has it, else as over TCP.

    >>> alert_failure(120, is_ours=False), alert_failure(112, is_ours=False)
    ('unknown_failure: remote error: tls: no application protocol', 'ssl_invalid_hostname')
    """
    if (own := _OWN_NAMES.get(alert)) is not None:
        return own
    text = _WORDS.get(alert, f"alert({alert})")
    if is_ours:
        return f"unknown_failure: tls: {text}"
    return _TEXTS.get(text) or f"unknown_failure: remote error: tls: {text}"
