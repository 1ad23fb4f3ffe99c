"""A ClientHello with extensions that OpenSSL does not offer, and whether a TLS server answers it.

There it ends: no certificate is asked for, and none is judged. To know what a filter does to a hello that is enough.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
import struct
from typing import TYPE_CHECKING

from aioquic.buffer import Buffer  # type: ignore[attr-defined]
from aioquic.tls import Context, Epoch

from trigpoint.net.client_hello import ENCRYPTED_CLIENT_HELLO
from trigpoint.net.dial.acts import Handshake
from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.tcp import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.tcp import Stream

Extension = tuple[int, bytes]

_PADDING = 21  # RFC 7685
_ALPN = ["h2", "http/1.1"]
_RECORD = struct.Struct("!BHH")  # type, version, length; RFC 8446, section 5.1
_HANDSHAKE, _ALERT, _SERVER_HELLO = 22, 21, 2
_TLS_1_0 = 0x0301  # of the first record, as old servers want it
_LARGEST_HELLO = 4_096
_SUITE = struct.pack("!HH", 1, 1)  # HKDF-SHA256 and AES-128-GCM, as RFC 9849, section 6.2.1 proposes
_KEY_BYTES, _PAYLOAD_BYTES = 32, 208
_NO_TLS = "unknown_failure: tls: first record does not look like a TLS handshake"


def grease_ech() -> Extension:
    """Write an ECH extension that is none, as browsers send it where they have no key (:rfc:`9849`, section 6.2).

    Nobody on the way can tell it from a true one.
    """
    key, payload = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_PAYLOAD_BYTES)
    body = b"\0" + _SUITE + secrets.token_bytes(1)
    return ENCRYPTED_CLIENT_HELLO, body + struct.pack("!H", len(key)) + key + struct.pack("!H", len(payload)) + payload


def padding(like: Extension) -> Extension:
    """Write padding as long as another extension, so that two hellos differ in that alone."""
    return _PADDING, bytes(len(like[1]))


def client_hello(server_name: str, extensions: Iterable[Extension]) -> bytes:
    """Write a ClientHello of TLS 1.3, a message without its record."""
    context = Context(is_client=True, alpn_protocols=_ALPN, server_name=server_name, verify_mode=ssl.CERT_NONE)
    context.handshake_extensions = list(extensions)
    written = {epoch: Buffer(capacity=_LARGEST_HELLO) for epoch in Epoch}
    context.handle_message(b"", written)
    return bytes(written[Epoch.INITIAL].data)


async def greet(
    trace: Trace,
    stream: Stream,
    server_name: str,
    extension: Extension,
    *,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the act fails by it, as by anything else
) -> str | None:
    """Send a ClientHello with one more extension, and see whether a TLS server answers; the connection is closed.

    Args:
        trace: where it is written down, as a handshake that was not judged.
        stream: an open connection.
        server_name: that is asked for.
        extension: the additional one.
        timeout: seconds, for all of it.

    Returns:
        How it failed. None: a ServerHello came.

    """
    t0, failure = trace.now(), None
    trace.event("tls_handshake_start", address=stream.endpoint, proto="tcp")
    message = client_hello(server_name, (extension,))
    deadline = asyncio.get_running_loop().time() + timeout
    try:
        await stream.write(_RECORD.pack(_HANDSHAKE, _TLS_1_0, len(message)) + message, timeout)
        failure = _outcome(await _first(stream, deadline))
    except Failed as error:
        failure = error.failure
    finally:
        trace.event("tls_handshake_done", failure=failure, address=stream.endpoint, proto="tcp")
        trace.note(
            Handshake,
            t0,
            failure,
            network="tcp",
            address=stream.endpoint,
            server_name=server_name,
            no_tls_verify=True,
            ech="GREASE" if extension[0] == ENCRYPTED_CLIENT_HELLO else "",
        )
        stream.close()
    return failure


async def _first(stream: Stream, deadline: float) -> bytes:
    """Read the header of the first record and the type of what is in it.

    Raises:
        Failed: the connection failed or ended before, or it took too long.

    """
    data, loop = b"", asyncio.get_running_loop()
    while len(data) <= _RECORD.size:
        more = await stream.read(deadline - loop.time())
        if not more:
            failure = "eof_error"
            raise Failed(failure)
        data += more
    return data


def _outcome(data: bytes) -> str | None:
    """Say what the first octets of a server are."""
    if data[0] == _HANDSHAKE and data[_RECORD.size] == _SERVER_HELLO:
        return None
    return "ssl_failed_handshake" if data[0] == _ALERT else _NO_TLS
