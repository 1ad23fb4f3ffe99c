"""A QUIC server of aioquic's own that does what a test tells it to."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated

from trigpoint.lab.services.pki import Pki
from trigpoint.net.dial.trust import Trust, trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aioquic.quic.events import QuicEvent

    from trigpoint.net.serve.identity import Identity

NAME = "news.example"
"""Whom certificates are for."""


class Site(QuicConnectionProtocol):
    """One connection: hears of the handshake, and of each whole request."""

    def __init__(self, *arguments: Any, greeting: Any = None, answer: Any = None, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self._greeting, self._answer = greeting, answer
        self.http: H3Connection | None = None
        self.heads: list[tuple[bytes, bytes]] = []
        self.body = b""

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, ProtocolNegotiated):
            if self._greeting:
                self._greeting(self._quic)
            self.http = H3Connection(self._quic)
        for found in self.http.handle_event(event) if self.http else ():
            if isinstance(found, HeadersReceived):
                self.heads = found.headers
            if isinstance(found, DataReceived):
                self.body += found.data
            if isinstance(found, HeadersReceived | DataReceived) and found.stream_ended and self._answer:
                self._answer(self, found.stream_id)
        self.transmit()

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something some time later."""

        def done() -> None:
            act()
            self.transmit()

        asyncio.get_running_loop().call_later(seconds, done)

    def end(self, code: int, frame_type: int | None = None) -> None:
        """End the connection; without a type of frame as an application does."""
        self._quic.close(error_code=code, frame_type=frame_type)

    def reset(self, stream_id: int, code: int) -> None:
        """End a stream without its end."""
        self._quic.reset_stream(stream_id, code)

    def raw(self, stream_id: int, data: bytes, *, is_end: bool = False) -> None:
        """Send bytes on a stream, whatever they are."""
        self._quic.send_stream_data(stream_id, data, is_end)


def server(identity: Identity, alpn: tuple[str, ...] = ("h3",), **script: Any) -> QuicServer:
    """Make the protocol of a UDP port."""
    configuration = QuicConfiguration(is_client=False, alpn_protocols=list(alpn))
    configuration.certificate, *configuration.certificate_chain = identity.chain
    configuration.private_key = identity.key
    return QuicServer(configuration=configuration, create_protocol=lambda *a, **k: Site(*a, **script, **k))


class Authorities:
    """The authorities of a test, and whom it trusts."""

    def __init__(self, folder: Path) -> None:
        self.pki = Pki(folder)
        (folder / "ca.pem").write_bytes(self.pki.bundle())
        self.trust: Trust = trust(folder / "ca.pem", now=time.time())

    def identity(self, kind: Any = "good") -> Identity:
        """Give a leaf."""
        return self.pki.identity([NAME], ["127.0.0.1", "::1"], kind)
