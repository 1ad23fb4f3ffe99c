"""TLS on a server's side: the ClientHello is read first, and whoever reads it decides what becomes of the connection.

asyncio's own TLS decides before it has read anything, and cannot reset, stall or hand on what it was given.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from trigpoint.net.client_hello import ClientHello, ClientHelloReader
from trigpoint.net.serve.plain import Sink
from trigpoint.net.serve.running import Connection, reset

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.net.serve.running import Running

HANDSHAKE_FAILURE, UNRECOGNIZED_NAME, INTERNAL_ERROR, NO_APPLICATION_PROTOCOL = 40, 112, 80, 120
"""Alerts of TLS (RFC 8446, section 6; the last of RFC 7301, section 3.2)."""

_READ = 65_536  # bytes of plaintext taken at once


class Opening(Connection):
    """A connection until its ClientHello has come; ``decide`` then hands it on, resets it, or lets it be.

    Args:
        running: what it belongs to.
        decide: called once, with this; reading is paused until one of the methods is called.

    """

    def __init__(self, running: Running, decide: Callable[[Opening], None]) -> None:
        super().__init__(running)
        self._decide = decide
        self._reader = ClientHelloReader()
        self._is_decided = False
        self.received = bytearray()
        """All that came so far."""
        self.hello: ClientHello | None = None
        """What came first. None: it was no TLS."""

    @property
    def server_name(self) -> str:
        """The name asked for, empty if there is none."""
        return (self.hello.server_name or "") if self.hello else ""

    def data_received(self, data: bytes) -> None:
        """Collect until the ClientHello is whole."""
        self.received += data
        if self._is_decided:
            return
        found = self._reader.feed(data)
        if found is not None:
            self._is_decided = True
            self.hello = found if isinstance(found, ClientHello) else None
            self.transport.pause_reading()
            self._decide(self)

    def hand_on(self, protocol: asyncio.Protocol) -> None:
        """Give the connection to another protocol, with all that came."""
        if self.is_lost:
            return
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        protocol.data_received(bytes(self.received))
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def end_tls(
        self,
        context: ssl.SSLContext,
        protocol: Callable[[TlsConnection], asyncio.Protocol],
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        """Take part in the handshake: see :class:`TlsConnection`."""
        if self.is_lost:
            failed()
        else:
            self.hand_on(TlsConnection(self.running, context, protocol, failed))

    def alert(self, description: int) -> None:
        """End the handshake with a fatal alert."""
        self.transport.write(bytes([21, 3, 3, 0, 2, 2, description]))
        self.transport.close()

    def reset(self) -> None:
        """End it with a reset."""
        reset(self.transport)

    def stall(self) -> None:
        """Never answer; what comes is taken and forgotten."""
        self.received.clear()
        self.hand_on(Sink(self.running))


class TlsConnection(asyncio.Transport, Connection):
    """Protocol of a connection, and transport of what is spoken inside its TLS.

    Args:
        running: what it belongs to.
        context: certificate and protocols.
        protocol: makes what is spoken inside, when the handshake is over.
        failed: called where it comes to nothing.
        patience: seconds that a client has for the handshake. 0: as long as it likes.

    """

    def __init__(
        self,
        running: Running,
        context: ssl.SSLContext,
        protocol: Callable[[TlsConnection], asyncio.Protocol],
        failed: Callable[[], None] = lambda: None,
        *,
        patience: float = 0.0,
    ) -> None:
        asyncio.Transport.__init__(self)
        Connection.__init__(self, running)
        self._make = protocol
        self._failed = failed
        self._patience = patience
        self._limit: asyncio.TimerHandle | None = None
        self._inner: asyncio.Protocol | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._is_paused = self._is_closing = False
        self._is_ended = self._stays_open = False

    @property
    def alpn(self) -> str | None:
        """The protocol that was agreed on (RFC 7301)."""
        return self._tls.selected_alpn_protocol()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Await the handshake."""
        super().connection_made(transport)
        if self._patience:
            self._limit = asyncio.get_running_loop().call_later(self._patience, self.abort)

    def data_received(self, data: bytes) -> None:
        """Decrypt."""
        self._incoming.write(data)
        self._pump()

    def eof_received(self) -> bool:
        """Stay open only for what is being answered after a goodbye; an end without one is a broken connection."""
        return self._stays_open and not self._is_closing

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell what is inside."""
        self._is_closing = True
        self._stop_waiting()
        super().connection_lost(exc)
        if self._inner is not None:
            self._inner.connection_lost(exc)
        else:
            self._failed()

    def pause_writing(self) -> None:
        """Pass it on."""
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        if self._inner is not None:
            self._inner.resume_writing()

    def _pump(self) -> None:
        try:
            if self._inner is None:
                self._tls.do_handshake()
                self._begin()
            while not (self._is_paused or self._is_closing or self._is_ended):
                self._read()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError:  # the alert that tells why is in the buffer
            self._flush()
            self._is_closing = True
            self.transport.close()

    def _begin(self) -> None:
        self._stop_waiting()
        self._flush()
        self._inner = self._make(self)
        self._inner.connection_made(self)

    def _stop_waiting(self) -> None:
        if self._limit is not None:
            self._limit.cancel()

    def _read(self) -> None:
        data = self._tls.read(_READ)
        inner = cast("asyncio.Protocol", self._inner)
        if data:
            inner.data_received(data)
            return
        self._is_ended = True
        self._stays_open = bool(inner.eof_received())
        if not self._stays_open:
            self.close()

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Encrypt and send."""
        if data and not self._is_closing:
            with suppress(ssl.SSLError):  # the other side has ended TLS already
                self._tls.write(data)
            self._flush()

    def close(self) -> None:
        """Say goodbye (RFC 8446, section 6.1), and close below."""
        if not self._is_closing:
            self._is_closing = True
            with suppress(ssl.SSLError):  # nobody waits for the other's goodbye
                self._tls.unwrap()
            self._flush()
            self.transport.close()

    def abort(self) -> None:
        """Reset."""
        self._is_closing = True
        reset(self.transport)

    def is_closing(self) -> bool:
        """Tell whether it is closed, or about to be."""
        return self._is_closing or self.transport.is_closing()

    def pause_reading(self) -> None:
        """Stop, here and below."""
        self._is_paused = True
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on, with what is decrypted first."""
        if self._is_paused:
            self._is_paused = False
            if not self.transport.is_closing():
                self.transport.resume_reading()
                asyncio.get_running_loop().call_soon(self._pump)

    def is_reading(self) -> bool:
        """Tell whether it is not paused."""
        return not self._is_paused

    def can_write_eof(self) -> bool:
        """TLS has no half-closed connections that anybody uses."""
        return False

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as asyncio has it
        """As below, but for the socket, which nobody inside may touch."""
        return default if name == "socket" else self.transport.get_extra_info(name, default)
