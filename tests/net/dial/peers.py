"""Servers for tests of dialling: a script drives one connection byte by byte, with or without TLS, anywhere."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import StreamEnded

from tests.lab.fabrics.virtual.carriers import SERVER, SERVER6, Lab, run
from trigpoint.net.serve.running import reset

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.lab.services.pki import Pki

    Script = Callable[["Peer"], Awaitable[None]]

Result = TypeVar("Result")

NAME = "site.example"
WHERES = ("virtual", "virtual6", "loopback", "loopback6")
"""Where a server can be: in virtual time, or on this machine; by both families."""
_ADDRESSES = {"virtual": SERVER, "virtual6": SERVER6, "loopback": "127.0.0.1", "loopback6": "::1"}
_PORT = 4430


class Peer:
    """A server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pki: Pki | None) -> None:
        self._reader, self._writer, self._pki = reader, writer, pki
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    def context(self, certificate: str = "good", *alpn: str) -> ssl.SSLContext:
        """Give what is shown: a certificate of that kind for the site, its address, and all below it."""
        assert self._pki is not None
        return self._pki.context(self._pki.identity((NAME, f"*.{NAME}"), (SERVER, SERVER6), certificate), alpn)

    def demanding(self, version: ssl.TLSVersion) -> ssl.SSLContext:
        """Give a context that demands a certificate of the client, too."""
        assert self._pki is not None
        context = self._pki.context(self._pki.identity((NAME, version.name.replace("_", "-"))), ("demanding",))
        context.maximum_version, context.verify_mode = version, ssl.CERT_REQUIRED
        return context

    def older(self) -> ssl.SSLContext:
        """Give a context of TLS 1.2."""
        context = self.demanding(ssl.TLSVersion.TLSv1_2)
        context.verify_mode = ssl.CERT_NONE
        return context

    async def heard(self) -> bytes:
        """Give what came; raises EOFError at the end."""
        while self._tls is not None:
            try:
                return self._tls.read(65_536)
            except ssl.SSLWantReadError:
                self._incoming.write(await self._received())
        return await self._received()

    async def _received(self) -> bytes:
        data = await self._reader.read(65_536)
        if not data:
            raise EOFError
        return data

    async def request(self) -> bytes:
        """Hear a request of HTTP/1.1 without a body."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += await self.heard()
        return heard

    async def request2(self) -> H2Connection:
        """Hear a request of HTTP/2; what is sent to the connection leaves by :meth:`say2`."""
        http = H2Connection(H2Configuration(client_side=False))
        http.initiate_connection()
        while not any(isinstance(event, StreamEnded) for event in http.receive_data(await self.heard())):
            self.say2(http)
        return http

    def say2(self, http: H2Connection) -> None:
        self.say(http.data_to_send())

    async def shake(self, context: ssl.SSLContext) -> None:
        """Shake hands."""
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self.say_plainly(self._outgoing.read())
                self._incoming.write(await self._received())
            except ssl.SSLError:
                self.say_plainly(self._outgoing.read())
                raise
            else:
                return self.say_plainly(self._outgoing.read())

    async def answer_hello(self, context: ssl.SSLContext) -> bytes:
        """Give what would be said to the ClientHello."""
        tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._incoming.write(await self._received())
        with suppress(ssl.SSLWantReadError):
            tls.do_handshake()
        return self._outgoing.read()

    def say(self, data: bytes) -> None:
        """Send, inside TLS if there is any."""
        if self._tls is None:
            self.say_plainly(data)
        elif data:
            self._tls.write(data)
            self.say_plainly(self._outgoing.read())

    def say_plainly(self, data: bytes) -> None:
        """Send beside TLS."""
        self._writer.write(data)

    def say_goodbye(self) -> None:
        """Send close_notify."""
        assert self._tls is not None
        with suppress(ssl.SSLError):
            self._tls.unwrap()
        self.say_plainly(self._outgoing.read())

    async def end(self) -> None:
        """Send FIN."""
        await self._writer.drain()
        self._writer.write_eof()

    async def reset(self) -> None:
        """Send RST."""
        await self._writer.drain()
        reset(self._writer.transport)

    async def overheard(self) -> bytes:
        """Give what came, which is heard again."""
        data = await self._received()
        self._reader.feed_data(data)
        return data

    def deafen(self) -> None:
        """Take nothing any more."""
        self._writer.transport.pause_reading()

    async def wait(self) -> None:
        """Say nothing until the client leaves."""
        while await self._reader.read(65_536):
            pass


def scripted(script: Script, pki: Pki | None = None) -> Callable[[], asyncio.StreamReaderProtocol]:
    """Make protocols that follow a script, and then wait until the client leaves."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer, pki)
        try:
            with suppress(OSError, EOFError, asyncio.CancelledError):  # the loop may end before the client's end comes
                await script(peer)
                await peer.wait()
        finally:
            writer.transport.abort()

    return lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(), connected)


async def nothing(_: Peer) -> None:
    """Only wait."""


def played(
    where: str,
    script: Script,
    act: Callable[[str, int], Awaitable[Result]],
    pki: Pki | None = None,
) -> Result:
    """Run a client, given address and port of a server that follows a script."""
    address = _ADDRESSES[where]
    if where.startswith("virtual"):

        async def virtual(lab: Lab) -> Result:
            await lab.server.listen(scripted(script, pki), (address, _PORT))
            return await act(address, _PORT)

        return run(virtual)

    async def real() -> Result:
        server = await asyncio.get_running_loop().create_server(scripted(script, pki), address, 0)
        async with server:
            return await act(address, server.sockets[0].getsockname()[1])

    return asyncio.run(real())


def has_loopback6() -> bool:
    """Tell whether this machine has IPv6 at all."""
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True
