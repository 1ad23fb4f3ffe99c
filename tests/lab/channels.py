"""Connections of a client written by hand: bytes as they come, TLS over them, and failures by their names."""

from __future__ import annotations

import asyncio
import errno
import ssl

_ERRNOS = {
    errno.ECONNREFUSED: "connection_refused",
    errno.ECONNRESET: "connection_reset",
    errno.EPIPE: "connection_reset",
    errno.EHOSTUNREACH: "host_unreachable",
    errno.ENETUNREACH: "network_unreachable",
    errno.ETIMEDOUT: "generic_timeout_error",
}
_KINDS = (
    (ssl.SSLError, "ssl_failed_handshake"),
    (TimeoutError, "generic_timeout_error"),
    (EOFError, "eof_error"),
)
_WRONG_NAME, _WRONG_ADDRESS = 62, 64  # OpenSSL, X509_V_ERR_*
_OUT_OF_TIME = {9, 10}
_READ = 65_536


class StepError(Exception):
    """A step failed."""

    def __init__(self, step: str, failure: str) -> None:
        super().__init__(step, failure)
        self.step, self.failure = step, failure


def failure_of(error: BaseException) -> str:
    """Name an error as failure strings do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in {_WRONG_NAME, _WRONG_ADDRESS}:
            return "ssl_invalid_hostname"
        return "ssl_invalid_certificate" if error.verify_code in _OUT_OF_TIME else "ssl_unknown_authority"
    for kind, name in _KINDS:
        if isinstance(error, kind):
            return name
    if isinstance(error, OSError):
        return _ERRNOS.get(error.errno or 0, "connection_reset" if isinstance(error, ConnectionError) else "unknown")
    return "http_request_failed"


class Pipe(asyncio.Protocol):
    """The bytes of a connection, one read after the other."""

    def __init__(self) -> None:
        self._chunks: asyncio.Queue[bytes | BaseException] = asyncio.Queue()

    def data_received(self, data: bytes) -> None:
        self._chunks.put_nowait(data)

    def eof_received(self) -> None:
        self._chunks.put_nowait(EOFError())

    def connection_lost(self, error: Exception | None) -> None:
        self._chunks.put_nowait(error or EOFError())

    async def read(self) -> bytes:
        chunk = await self._chunks.get()
        if isinstance(chunk, BaseException):
            self._chunks.put_nowait(chunk)
            raise chunk
        return chunk


class Replies(asyncio.DatagramProtocol):
    """Datagrams as they come."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, _: object) -> None:
        self.queue.put_nowait(data)

    def error_received(self, error: Exception) -> None:
        self.queue.put_nowait(error)


class Channel:
    """A TCP connection, on which TLS may begin."""

    def __init__(self, transport: asyncio.Transport, pipe: Pipe) -> None:
        self.transport, self.pipe = transport, pipe
        self.certificate = b""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    async def handshake(self, context: ssl.SSLContext, name: str) -> None:
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._incoming.write(await self.pipe.read())
            else:
                break
        self._flush()
        self.certificate = self._tls.getpeercert(binary_form=True) or b""

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self.transport.write(data)

    def send(self, data: bytes) -> None:
        if self._tls is None:
            self.transport.write(data)
        else:
            self._tls.write(data)
            self._flush()

    async def read(self) -> bytes:
        while self._tls is not None:
            try:
                data = self._tls.read(_READ)
            except ssl.SSLWantReadError:
                self._incoming.write(await self.pipe.read())
            else:
                if not data:
                    raise EOFError
                return data
        return await self.pipe.read()
