from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.talks import hello
from trigpoint.lab.services.pki import Pki
from trigpoint.net.serve.plain import Echo
from trigpoint.net.serve.running import Connection, Running
from trigpoint.net.serve.tls import HANDSHAKE_FAILURE, Opening, TlsConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Address = tuple[str, int]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def client(pki: Pki) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pki.bundle().decode())


def served(decide: Callable[[Opening], None], talk: Callable[[Address], Awaitable[None]]) -> None:
    """Run a server that decides so, and a client of it."""

    async def run() -> None:
        running = Running()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Opening(running, decide), "127.0.0.1", 0)
        running.listens(server)
        try:
            await asyncio.wait_for(talk(server.sockets[0].getsockname()), 10)
        finally:
            await running.close()

    asyncio.run(run())


def echoing(pki: Pki) -> Callable[[Opening], None]:
    context = pki.context(pki.identity(["news.example"]), ("h2", "http/1.1"))
    return lambda opening: opening.end_tls(context, lambda inner: Echo(inner.running))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_is_said_inside_arrives_in_both_versions(pki: Pki, version: ssl.TLSVersion) -> None:
    context = client(pki)
    context.minimum_version = context.maximum_version = version

    async def talk(end: Address) -> None:
        reader, writer = await asyncio.open_connection(*end, ssl=context, server_hostname="news.example")
        said = bytes(range(256)) * 4_000
        writer.write(said)
        assert await reader.readexactly(len(said)) == said
        writer.close()
        await writer.wait_closed()

    served(echoing(pki), talk)


def test_of_much_that_is_said_nothing_is_lost(pki: Pki) -> None:
    size = 8_000_000

    async def talk(end: Address) -> None:
        reader, writer = await asyncio.open_connection(
            *end, ssl=client(pki), server_hostname="news.example", limit=4_096
        )
        sending = asyncio.ensure_future(_send(writer, size))
        got = 0
        while got < size:
            got += len(await reader.read(65_536))
        await sending
        writer.close()
        assert got == size

    async def _send(writer: asyncio.StreamWriter, size: int) -> None:
        for _ in range(size // 10_000):
            writer.write(b"x" * 10_000)
            await writer.drain()

    served(echoing(pki), talk)


def test_the_protocol_inside_knows_what_was_agreed_on_and_both_ends(pki: Pki) -> None:
    seen: list[object] = []

    class Inside(Connection):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            assert isinstance(transport, TlsConnection)
            seen.extend([transport.alpn, self.peer[0], self.local[0], transport.get_extra_info("socket")])
            seen.extend([transport.is_reading(), transport.can_write_eof()])
            transport.close()
            transport.close()
            transport.write(b"too late")

    context = pki.context(pki.identity(["news.example"]), ("h2",))

    async def talk(end: Address) -> None:
        offering = client(pki)
        offering.set_alpn_protocols(["h2"])
        reader, writer = await asyncio.open_connection(*end, ssl=offering, server_hostname="news.example")
        assert await reader.read() == b""
        writer.close()

    served(lambda opening: opening.end_tls(context, lambda inner: Inside(inner.running)), talk)
    assert seen == ["h2", "127.0.0.1", "127.0.0.1", None, True, False]


def test_a_client_that_does_not_trust_it_fails_alone(pki: Pki) -> None:
    failed: list[bool] = []
    context = pki.context(pki.identity(["other.example"]))

    async def talk(end: Address) -> None:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(*end, ssl=client(pki), server_hostname="news.example")
        await asyncio.sleep(0.02)

    def decide(opening: Opening) -> None:
        opening.end_tls(context, lambda inner: Echo(inner.running), lambda: failed.append(True))

    served(decide, talk)
    assert len(failed) <= 1  # in TLS 1.3 the server is done before the client has judged


def test_an_alert_is_heard_as_one(pki: Pki) -> None:
    async def talk(end: Address) -> None:
        with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
            await asyncio.open_connection(*end, ssl=client(pki), server_hostname="news.example")

    served(lambda opening: opening.alert(HANDSHAKE_FAILURE), talk)


def test_a_reset_is_a_reset(pki: Pki) -> None:
    async def talk(end: Address) -> None:
        with pytest.raises(ConnectionResetError) as caught:
            await asyncio.open_connection(*end, ssl=client(pki), server_hostname="news.example")
        assert caught.value.errno is not None

    served(Opening.reset, talk)


def test_who_is_stalled_hears_nothing(pki: Pki) -> None:
    async def talk(end: Address) -> None:
        reader, writer = await asyncio.open_connection(*end)
        writer.write(hello() + b"and more")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)
        writer.close()

    served(Opening.stall, talk)


def test_a_client_hello_in_pieces_is_waited_for() -> None:
    names: list[str] = []

    def decide(opening: Opening) -> None:
        names.append(opening.server_name)
        opening.reset()

    async def talk(end: Address) -> None:
        _, writer = await asyncio.open_connection(*end)
        for byte in hello("news.example"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        writer.close()

    served(decide, talk)
    assert names == ["news.example"]


def test_what_is_no_tls_is_told_apart() -> None:
    async def talk(end: Address) -> None:
        reader, writer = await asyncio.open_connection(*end)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert await reader.read() == b""
        writer.close()

    def decide(opening: Opening) -> None:
        assert opening.hello is None
        assert opening.server_name == ""
        opening.transport.close()

    served(decide, talk)


def test_one_who_left_is_not_served(pki: Pki) -> None:
    failed: list[bool] = []
    opening = Opening(Running(), lambda _: None)
    opening.is_lost = True
    context = pki.context(pki.identity(["news.example"]))
    opening.end_tls(context, lambda inner: Echo(inner.running), lambda: failed.append(True))
    opening.hand_on(Echo(opening.running))
    assert failed == [True]


class Memory(asyncio.Transport):
    """A transport that goes nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def can_write_eof(self) -> bool:
        return False

    def set_protocol(self, protocol: object) -> None:
        pass


@given(st.lists(st.binary(max_size=300), max_size=5), st.booleans())
def test_any_octets_end_in_an_alert_or_in_waiting(pieces: list[bytes], begins_well: bool) -> None:
    async def run() -> None:
        connection = TlsConnection(Running(), CONTEXT[0], lambda inner: Echo(inner.running))
        transport = Memory()
        connection.connection_made(transport)
        if begins_well:
            connection.data_received(hello())
        for piece in pieces:
            connection.data_received(piece)
        connection.eof_received()
        connection.pause_writing()
        connection.resume_writing()
        connection.connection_lost(None)
        assert connection.is_closing()

    asyncio.run(run())


CONTEXT: list[ssl.SSLContext] = []


@pytest.fixture(scope="module", autouse=True)
def context(pki: Pki) -> None:
    CONTEXT.append(pki.context(pki.identity(["fuzz.example"])))


def test_reading_pauses_and_goes_on_with_what_is_decrypted(tmp_path: Path) -> None:
    heard, whole = bytearray(), asyncio.Event()

    class Slow(Connection):
        def data_received(self, data: bytes) -> None:
            heard.extend(data)
            if len(heard) == 300_000:
                whole.set()
            self.transport.pause_reading()
            asyncio.get_running_loop().call_later(0.001, self.transport.resume_reading)

    own = Pki(tmp_path)
    context = own.context(own.identity(["news.example"]))

    async def talk(end: Address) -> None:
        _, writer = await asyncio.open_connection(*end, ssl=client(own), server_hostname="news.example")
        writer.write(b"y" * 300_000)
        await whole.wait()
        writer.transport.abort()

    served(lambda opening: opening.end_tls(context, lambda inner: Slow(inner.running)), talk)
    assert heard == b"y" * 300_000


def test_who_says_goodbye_and_still_listens_is_answered(pki: Pki) -> None:
    class Later(Connection):
        def eof_received(self) -> bool:
            asyncio.get_running_loop().call_later(0.01, self.answer)
            return True

        def answer(self) -> None:
            self.transport.write(b"late")
            self.transport.close()

    async def talk(end: Address) -> None:
        reader, writer = await asyncio.open_connection(*end)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = client(pki).wrap_bio(incoming, outgoing, server_hostname="news.example")

        async def step(what: Callable[[], object]) -> object:
            while True:
                try:
                    return what()
                except ssl.SSLWantReadError:
                    writer.write(outgoing.read())
                    incoming.write(await reader.read(65_536))

        await step(tls.do_handshake)
        with pytest.raises(ssl.SSLWantReadError):
            tls.unwrap()
        writer.write(outgoing.read())
        writer.write_eof()
        incoming.write(await reader.read())
        assert tls.read(10) == b"late"
        writer.close()

    context = pki.context(pki.identity(["news.example"]))
    served(lambda opening: opening.end_tls(context, lambda inner: Later(inner.running)), talk)


def test_a_full_buffer_is_told_to_what_is_inside_and_what_comes_early_is_kept(pki: Pki) -> None:
    told: list[str] = []

    class Inside(Connection):
        def pause_writing(self) -> None:
            told.append("pause")

        def resume_writing(self) -> None:
            told.append("resume")

        def data_received(self, data: bytes) -> None:  # noqa: ARG002 - as asyncio has it
            self.transport.write(b"z" * 20_000_000)

    context = pki.context(pki.identity(["news.example"]))
    openings: list[Opening] = []

    async def talk(end: Address) -> None:
        reader, writer = await asyncio.open_connection(*end, ssl=client(pki), server_hostname="news.example")
        writer.write(b"go")
        assert len(await reader.readexactly(20_000_000)) == 20_000_000
        writer.transport.abort()

    def decide(opening: Opening) -> None:
        openings.append(opening)
        opening.data_received(b"")  # more, before anybody has decided
        opening.end_tls(context, lambda inner: Inside(inner.running))

    served(decide, talk)
    assert told == ["pause", "resume"]
    assert len(openings) == 1
