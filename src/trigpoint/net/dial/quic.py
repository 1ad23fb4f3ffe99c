"""QUIC handshakes (RFC 9000, RFC 9001), one address at a time; what the peer showed is kept, and judged afterwards."""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import TYPE_CHECKING, Any

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.packet import QuicFrameType, QuicProtocolVersion
from cryptography.hazmat.primitives.serialization import Encoding

from trigpoint.net.dial.acts import Handshake
from trigpoint.net.dial.chain import chain_failure
from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.dial.quic_wire import QuicWire
from trigpoint.net.dial.tcp import SECONDS
from trigpoint.net.names import canonical_address

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.trust import Trust

ALPN = ("h3",)
"""HTTP/3 (RFC 9114, section 3.1)."""
RESERVED_VERSION = 0x1A2A3A4A
"""A version that no server speaks (RFC 9000, section 15): one that lives answers with those that it does."""
_BAD_CERTIFICATE = 0x012A  # alert 42 as a code of QUIC (RFC 9001, section 4.8)
_IDLE_SECONDS = 30.0  # after which both sides may forget; Chromium says the same
logging.getLogger("quic").addHandler(logging.NullHandler())  # aioquic's; what it says, the failure says


async def quic(  # noqa: PLR0913 - what a handshake is made from
    trace: Trace,
    address: str,
    port: int,
    server_name: str,
    *,
    trust: Trust,
    sni: str | None = None,
    alpn: tuple[str, ...] = ALPN,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the act fails by it, as by anything else
    local: tuple[str, int] | None = None,
    version: int | None = None,
    verify: bool = True,
) -> QuicStream | None:
    """Shake hands, and judge what the peer shows. Where it fails, the connection is closed.

    Args:
        trace: where it is written down.
        address: of the peer, no name.
        port: of the peer.
        server_name: name or address that the certificate must be for.
        trust: whom to believe, and when.
        sni: name that is asked for. None: the server's. Empty: none. Addresses are never sent (RFC 6066, section 3).
        alpn: protocols offered.
        timeout: seconds, for all of it.
        local: address and port to come from.
        version: the only one spoken. None: 1.
        verify: whether a bad chain is a failure.

    Returns:
        The connection. None: it failed, and the trace says how.

    """
    address = canonical_address(address) or address
    await trace.admit(address)
    t0, failure = trace.now(), None
    asked = server_name if sni is None else sni
    asked = "" if canonical_address(asked) else asked
    connection = _connection(asked, alpn, version or QuicProtocolVersion.VERSION_1)
    stream = QuicStream(trace, QuicWire(trace, connection, address, port))
    trace.event("quic_handshake_start", address=stream.endpoint, proto="udp")
    try:
        await _shaken(trace, stream.wire, (address, port), local, timeout)
        failure = chain_failure(stream.certificates, server_name, trust) if verify else None
        if failure:
            stream.wire.close(_BAD_CERTIFICATE, QuicFrameType.CRYPTO)
    except (Failed, OSError, ValueError) as error:
        failure = failure_of(error)
    except asyncio.CancelledError as error:
        failure = failure_of(error)
        raise
    finally:
        _note(trace, stream, t0, failure, asked, is_judged=verify)
        if failure:
            stream.wire.fail(failure)  # and there is nobody to say goodbye to
            stream.close()
    return None if failure else stream


def _connection(sni: str, alpn: tuple[str, ...], version: int) -> QuicConnection:
    return QuicConnection(
        configuration=QuicConfiguration(
            alpn_protocols=list(alpn) or None,
            idle_timeout=_IDLE_SECONDS,
            server_name=sni or None,
            supported_versions=[version],
            verify_mode=ssl.CERT_NONE,  # chain.py judges
        )
    )


async def _shaken(
    trace: Trace, wire: QuicWire, peer: tuple[str, int], local: tuple[str, int] | None, seconds: float
) -> None:
    """Open a port, and wait for the end of the handshake.

    Raises:
        Failed: the connection ended, or there is no way to the peer.
        OSError: there is no way to the peer; our own timer is a TimeoutError.
        ValueError: TLS cannot carry the name.

    """
    async with asyncio.timeout(seconds):
        await trace.dialer.create_datagram_endpoint(lambda: wire, local_addr=local, remote_addr=peer)
        wire.begin()
        await wire.shaken()


def _note(trace: Trace, stream: QuicStream, t0: float, failure: str | None, sni: str, *, is_judged: bool) -> None:
    trace.event("quic_handshake_done", failure=failure, address=stream.endpoint, proto="udp")
    trace.note(
        Handshake,
        t0,
        failure,
        network="udp",
        address=stream.endpoint,
        server_name=sni,
        tls_version="TLSv1.3" if stream.cipher_suite else "",
        cipher_suite=stream.cipher_suite,
        negotiated_protocol=stream.alpn,
        no_tls_verify=not is_judged,
        peer_certificates=stream.certificates,
    )


class QuicStream:
    """An open connection.

    Args:
        trace: where it is written down.
        wire: what carries it.

    """

    network = "udp"
    """What carries it."""

    def __init__(self, trace: Trace, wire: QuicWire) -> None:
        self.trace = trace
        self.wire = wire
        """For what is spoken on it."""
        self.endpoint = wire.endpoint
        """Peer with port, IPv6 in brackets."""

    @property
    def alpn(self) -> str:
        """The protocol agreed on. Empty: none."""
        return self.wire.alpn or ""

    @property
    def cipher_suite(self) -> str:
        """Such as ``TLS_AES_128_GCM_SHA256``. Empty: it did not get so far."""
        schedule = self._tls and self._tls.key_schedule
        return f"TLS_{schedule.cipher_suite.name}" if schedule else ""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """What the peer showed, DER, leaf first; also after a handshake that failed."""
        leaf = self._tls and self._tls._peer_certificate  # noqa: SLF001 - there is no other way to it
        if not leaf:
            return ()
        return tuple(each.public_bytes(Encoding.DER) for each in (leaf, *self._tls._peer_certificate_chain))  # noqa: SLF001 - as above

    @property
    def _tls(self) -> Any:  # noqa: ANN401 - of aioquic, which says nothing about what is wanted of it
        return getattr(self.wire.connection, "tls", None)  # made when the connection begins

    def close(self) -> None:
        """Say goodbye, and close the port."""
        self.wire.close()
