"""TLS over a TCP connection of one's own (RFC 8446, RFC 5246): what the peer sent is kept, and judged afterwards.

OpenSSL shakes hands with memory, not with a socket, so that every byte passes :class:`trigpoint.net.dial.tcp.Stream`,
and it verifies nothing, so that the certificates are there whatever is wrong with them.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trigpoint.net.dial.acts import Handshake
from trigpoint.net.dial.chain import chain_failure
from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.dial.tcp import SECONDS
from trigpoint.net.names import canonical_address

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.tcp import Stream
    from trigpoint.net.dial.trust import Trust

ALPN = ("h2", "http/1.1")
"""What a browser offers (RFC 7301)."""
CIPHERS = {
    "ECDHE-ECDSA-AES128-GCM-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305": "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-RSA-AES128-SHA": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "ECDHE-RSA-AES256-SHA": "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "AES128-GCM-SHA256": "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "AES256-GCM-SHA384": "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "AES128-SHA": "TLS_RSA_WITH_AES_128_CBC_SHA",
    "AES256-SHA": "TLS_RSA_WITH_AES_256_CBC_SHA",
}
"""Cipher suites of TLS 1.2 offered, in the order of browsers: OpenSSL's name, and IANA's, which records have."""
_LEVEL = "@SECLEVEL=1"  # keys of 1,024 bits, as Go takes them: what is judged is the network, not the site
_LEGACY_SERVER = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, as Go has it; `ssl` names it since Python 3.12
_DER = 2  # of `_ssl.Certificate.public_bytes`
_MOST = 1 << 16  # bytes of plaintext taken at once


async def handshake(  # noqa: PLR0913 - what a handshake is made from
    trace: Trace,
    stream: Stream,
    server_name: str,
    *,
    trust: Trust,
    sni: str | None = None,
    alpn: tuple[str, ...] = ALPN,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the act fails by it, as by anything else
    verify: bool = True,
) -> TlsStream | None:
    """Shake hands, and judge what the peer shows. Where it fails, the connection is closed.

    Args:
        trace: where it is written down.
        stream: an open connection.
        server_name: name or address that the certificate must be for.
        trust: whom to believe, and when.
        sni: name that is asked for. None: the server's. Empty: none. Addresses are never sent (RFC 6066, section 3).
        alpn: protocols offered.
        timeout: seconds, for all of it.
        verify: whether a bad chain is a failure.

    Returns:
        What is inside. None: it failed, and the trace says how.

    """
    t0, failure = trace.now(), None
    asked = server_name if sni is None else sni
    asked = "" if canonical_address(asked) else asked
    tls = TlsStream(stream)
    trace.event("tls_handshake_start", address=stream.endpoint, proto="tcp")
    try:
        await tls.begin(_context(alpn), asked, asyncio.get_running_loop().time() + timeout)
        failure = chain_failure(tls.certificates, server_name, trust) if verify else None
    except (Failed, ssl.SSLError, ValueError) as error:
        failure = failure_of(error)
    except asyncio.CancelledError as error:
        failure = failure_of(error)
        raise
    finally:
        _note(trace, tls, t0, failure, server_name=asked, no_tls_verify=not verify)
        if failure:
            tls.close()
    return None if failure else tls


def _note(trace: Trace, tls: TlsStream, t0: float, failure: str | None, **fields: Any) -> None:  # noqa: ANN401 - of the act
    trace.event("tls_handshake_done", failure=failure, address=tls.endpoint, proto="tcp")
    trace.note(
        Handshake,
        t0,
        failure,
        network="tcp",
        address=tls.endpoint,
        tls_version=tls.version,
        cipher_suite=tls.cipher_suite,
        negotiated_protocol=tls.alpn,
        peer_certificates=tls.certificates,
        **fields,
    )


class TlsStream:
    """What is spoken inside TLS.

    Args:
        stream: the connection that carries it.

    """

    network = "tcp"
    """What carries it."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.trace = stream.trace
        self.address, self.port, self.endpoint = stream.address, stream.port, stream.endpoint
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._is_open = False

    async def begin(self, context: ssl.SSLContext, server_name: str, deadline: float) -> None:
        """Shake hands until a time of the loop.

        Raises:
            Failed: the connection failed, or it took too long.
            ssl.SSLError: what came was not right, or the peer refused.
            ValueError: TLS cannot carry the name.

        """
        self._tls = tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name or None)
        loop = asyncio.get_running_loop()
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush(deadline - loop.time())
                await self._fill(deadline - loop.time())
            except ssl.SSLError:
                with suppress(Failed):  # the alert; what failed is told by the error
                    await self._flush(deadline - loop.time())
                raise
            else:
                break
        await self._flush(deadline - loop.time())
        self._is_open = True

    @property
    def alpn(self) -> str:
        """The protocol agreed on. Empty: none."""
        return (self._tls.selected_alpn_protocol() if self._tls else None) or ""

    @property
    def version(self) -> str:
        """Such as ``TLSv1.3``. Empty: it did not get so far."""
        return (self._tls.version() if self._tls and self.cipher_suite else None) or ""

    @property
    def cipher_suite(self) -> str:
        """Such as ``TLS_AES_128_GCM_SHA256``. Empty: as above."""
        cipher = self._tls.cipher() if self._tls else None
        return CIPHERS.get(cipher[0], cipher[0]) if cipher else ""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """What the peer showed, DER, leaf first; also after a handshake that failed."""
        tls: Any = self._tls
        if tls is None:
            return ()
        if hasattr(tls, "get_unverified_chain"):  # since Python 3.13; gives DER
            return tuple(tls.get_unverified_chain() or ())
        shown = tls._sslobj.get_unverified_chain() or ()  # noqa: SLF001 - the same, before it was public
        return tuple(certificate.public_bytes(_DER) for certificate in shown)

    async def read(self, timeout: float = SECONDS) -> bytes:  # noqa: ASYNC109 - as above
        """Give what came, waiting if nothing has; empty at the end.

        The end is close_notify, or a mere FIN, as many servers do it: whether something is missing is for what is
        spoken inside to say.

        Raises:
            Failed: as :meth:`trigpoint.net.dial.tcp.Stream.read`, or what came is no TLS.

        """
        tls, loop = self._opened(), asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            try:
                data = tls.read(_MOST)
            except ssl.SSLWantReadError:
                await self._flush(deadline - loop.time())
                await self._fill(deadline - loop.time())
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            except ssl.SSLError as error:
                raise Failed(failure_of(error)) from error
            else:
                return data

    async def write(self, data: bytes, timeout: float = SECONDS) -> None:  # noqa: ASYNC109 - as above
        """Send bytes.

        Raises:
            Failed: as :meth:`trigpoint.net.dial.tcp.Stream.write`.

        """
        try:
            self._opened().write(data)
        except ssl.SSLError as error:
            raise Failed(failure_of(error)) from error
        await self._flush(timeout)

    def close(self) -> None:
        """Say goodbye (close_notify), and close the connection."""
        if self._tls and self._is_open:
            self._is_open = False
            with suppress(ssl.SSLError):  # it waits for the peer's goodbye; nobody does
                self._tls.unwrap()
        self.stream.leave(self._outgoing.read())

    def _opened(self) -> ssl.SSLObject:
        if self._tls is None or not self._is_open:
            failure = "connection_already_closed"
            raise Failed(failure)
        return self._tls

    async def _flush(self, seconds: float) -> None:
        data = self._outgoing.read()
        if data:
            await self.stream.write(data, seconds)

    async def _fill(self, seconds: float) -> None:
        data = await self.stream.read(seconds)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


@lru_cache(32)
def _context(alpn: tuple[str, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # chain.py judges
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= _LEGACY_SERVER
    context.set_ciphers(":".join(CIPHERS) + f":{_LEVEL}")
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context
