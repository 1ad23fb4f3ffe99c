"""Everything that can go wrong with a connection, as servers do it: at which step, what it is called, what is left."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, NamedTuple

from tests.net.dial.peers import nothing
from trigpoint.model.failure import Kind

if TYPE_CHECKING:
    from h2.connection import H2Connection

    from tests.net.dial.peers import Peer, Script

NO_TLS = "unknown_failure: tls: first record does not look like a TLS handshake"
REMOTE = "unknown_failure: remote error: tls: "
MALFORMED = "unknown_failure: malformed HTTP response: "
MALFORMED2 = "unknown_failure: malformed HTTP/2: "
HTTP2 = "unknown_failure: http2: "


class Fault(NamedTuple):
    """One row."""

    name: str
    carrier: str
    """``tls``: it is in the handshake. ``http``, ``https``, ``h2``: it is behind the request."""
    script: Script
    failure: str | None
    """How the string begins."""
    kind: Kind | None
    body: bytes | None = None
    """What came of the body. None: no head came either."""


async def fin(peer: Peer) -> None:
    """End."""
    await peer.end()


async def reset(peer: Peer) -> None:
    """Reset."""
    await peer.reset()


async def goodbye(peer: Peer) -> None:
    """End TLS, and then the connection."""
    peer.say_goodbye()
    await peer.end()


async def nonsense(peer: Peer) -> None:
    """Say what no TLS has."""
    peer.say_plainly(bytes(range(1, 65)))


ENDINGS: dict[str, tuple[Script, str, Kind]] = {
    "fin": (fin, "eof_error", Kind.CLOSE),
    "reset": (reset, "connection_reset", Kind.RESET),
    "silence": (nothing, "generic_timeout_error", Kind.TIMEOUT),
}


def _to_hello(ending: Script, data: bytes = b"", half: bool = False) -> Script:
    async def script(peer: Peer) -> None:
        said = await peer.answer_hello(peer.context())
        peer.say_plainly(said[: len(said) // 2] if half else data)
        await ending(peer)

    return script


def _says(data: bytes) -> Script:
    return _to_hello(fin, data)


def _alert(description: int, level: int = 2) -> Script:
    return _says(bytes([21, 3, 3, 0, 2, level, description]))


def shows(certificate: str) -> Script:
    """Shake hands, and wait."""

    async def script(peer: Peer) -> None:
        await peer.shake(peer.context(certificate))

    return script


def _wants_certificate(version: ssl.TLSVersion) -> Script:
    async def script(peer: Peer) -> None:
        await peer.shake(peer.demanding(version))
        await peer.heard()

    return script


HANDSHAKES = [
    *(Fault(f"hello-{name}", "tls", _to_hello(end), what, k) for name, (end, what, k) in ENDINGS.items()),
    *(Fault(f"half-{name}", "tls", _to_hello(end, half=True), what, k) for name, (end, what, k) in ENDINGS.items()),
    Fault("alert-40", "tls", _alert(40), REMOTE + "handshake failure", Kind.TLS_ALERT),
    Fault("alert-70", "tls", _alert(70), REMOTE + "protocol version not supported", Kind.TLS_ALERT),
    Fault("alert-80", "tls", _alert(80), REMOTE + "internal error", Kind.TLS_ALERT),
    Fault("alert-112", "tls", _alert(112), REMOTE + "unrecognized name", Kind.TLS_ALERT),
    Fault("alert-120", "tls", _alert(120), REMOTE + "no application protocol", Kind.TLS_ALERT),
    Fault("close-notify", "tls", _alert(0, level=1), "eof_error", Kind.CLOSE),
    Fault("garbage", "tls", _says(bytes(range(1, 65))), NO_TLS, Kind.TLS_OTHER),
    Fault("http-reply", "tls", _says(b"HTTP/1.1 403 Forbidden\r\n\r\n"), NO_TLS, Kind.TLS_OTHER),
    Fault("wants-certificate", "tls", _wants_certificate(ssl.TLSVersion.TLSv1_2), REMOTE, Kind.TLS_ALERT),
    Fault("expired", "tls", shows("expired"), "ssl_invalid_certificate", Kind.BAD_CERTIFICATE),
    Fault("not-yet", "tls", shows("not_yet"), "ssl_invalid_certificate", Kind.BAD_CERTIFICATE),
    Fault("wrong-name", "tls", shows("wrong_name"), "ssl_invalid_hostname", Kind.WRONG_NAME),
    Fault("self-signed", "tls", shows("self_signed"), "ssl_unknown_authority", Kind.UNKNOWN_AUTHORITY),
    Fault("unknown-ca", "tls", shows("unknown_ca"), "ssl_unknown_authority", Kind.UNKNOWN_AUTHORITY),
    Fault("incomplete", "tls", shows("incomplete"), "ssl_unknown_authority", Kind.UNKNOWN_AUTHORITY),
    Fault("none", "tls", shows("good"), None, None),
]


def _page(data: bytes, ending: Script = fin, *, tls: bool = False) -> Script:
    async def script(peer: Peer) -> None:
        if tls:
            await peer.shake(peer.context())
        await peer.request()
        peer.say(data)
        await ending(peer)

    return script


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_SAID = {"request": (b"", None), "head": (_HEAD[:30], None), "body": (_HEAD + b"12345", b"12345")}

PAGES = [
    Fault(name, "https" if tls else "http", _page(data, ending, tls=tls), failure, kind, body)
    for tls in (False, True)
    for name, data, ending, failure, kind, body in (
        *(
            (f"{point}-{name}", data, ending, failure, kind, body)
            for point, (data, body) in _SAID.items()
            for name, (ending, failure, kind) in ENDINGS.items()
        ),
        ("garbage", b"\x01\x02\x03\r\n\r\n", fin, MALFORMED, Kind.HTTP_OTHER, None),
        ("large-head", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, nothing, MALFORMED, Kind.HTTP_OTHER, None),
        ("bad-chunk", _CHUNKED + b"5\r\n12345\r\nzz\r\n", fin, MALFORMED, Kind.HTTP_OTHER, b"12345"),
        ("half-chunk", _CHUNKED + b"9\r\n12345", fin, "eof_error", Kind.CLOSE, b"12345"),
        ("until-fin", b"HTTP/1.0 200 OK\r\n\r\n12345", fin, None, None, b"12345"),
        ("none", _HEAD + b"1234567890", nothing, None, None, b"1234567890"),
    )
]

INSIDE = [
    Fault("request-goodbye", "https", _page(b"", goodbye, tls=True), "eof_error", Kind.CLOSE),
    Fault("body-goodbye", "https", _page(_HEAD + b"12345", goodbye, tls=True), "eof_error", Kind.CLOSE, b"12345"),
    Fault(
        "nonsense",
        "https",
        _page(_HEAD + b"12345", nonsense, tls=True),
        "unknown_failure: tls",
        Kind.TLS_OTHER,
        b"12345",
    ),
    Fault(
        "wants-certificate",
        "https",
        _wants_certificate(ssl.TLSVersion.TLSv1_3),
        REMOTE + "certificate required",
        Kind.TLS_ALERT,
    ),
]


def _page2(ending: Script, *said: object) -> Script:
    """Answer by HTTP/2: bytes are sent as they are, the rest does something to the connection."""

    async def script(peer: Peer) -> None:
        await peer.shake(peer.context("good", "h2"))
        http = await peer.request2()
        for part in said:
            if callable(part):
                part(http)
                peer.say2(http)
            else:
                peer.say(part)
        await ending(peer)

    return script


def _half(http: H2Connection) -> None:
    http.send_headers(1, [(":status", "200"), ("content-length", "10")])
    http.send_data(1, b"12345")


def _rest(http: H2Connection) -> None:
    http.send_data(1, b"67890", end_stream=True)


def _cancel(http: H2Connection) -> None:
    http.reset_stream(1, 8)


_GRACEFUL, _CALM = (
    bytes([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last, 0, 0, 0, code]) for last, code in ((1, 0), (1, 11))
)
_OTHER = b"HTTP/1.1 400 Bad Request\r\n\r\n"

PAGES2 = [
    *(Fault(f"request-{name}", "h2", _page2(end), what, k) for name, (end, what, k) in ENDINGS.items()),
    *(Fault(f"body-{name}", "h2", _page2(end, _half), what, k, b"12345") for name, (end, what, k) in ENDINGS.items()),
    Fault("goodbye", "h2", _page2(goodbye, _half), "eof_error", Kind.CLOSE, b"12345"),
    Fault("stream-reset", "h2", _page2(nothing, _cancel), HTTP2 + "stream error: CANCEL", Kind.HTTP_OTHER),
    Fault("half-stream-reset", "h2", _page2(nothing, _half, _cancel), HTTP2 + "stream", Kind.HTTP_OTHER, b"12345"),
    Fault("goaway", "h2", _page2(nothing, _CALM), HTTP2 + "server sent GOAWAY", Kind.HTTP_OTHER),
    Fault("bad-frame", "h2", _page2(nothing, _half, b"\xff" * 64), MALFORMED2, Kind.HTTP_OTHER, b"12345"),
    Fault("other-http", "h2", _page2(nothing, _OTHER), MALFORMED2, Kind.HTTP_OTHER),
    Fault("graceful-goaway", "h2", _page2(nothing, _half, _GRACEFUL, _rest), None, None, b"1234567890"),
    Fault("none", "h2", _page2(nothing, _half, _rest), None, None, b"1234567890"),
]

FAULTS = (*HANDSHAKES, *PAGES, *INSIDE, *PAGES2)
