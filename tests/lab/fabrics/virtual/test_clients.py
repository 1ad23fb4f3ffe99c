"""Programs that know nothing of the lab run on the virtual loop as they are."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import TYPE_CHECKING

import dns.asyncquery
import dns.message
import h2.config
import h2.connection
import h2.events
import httpx
import pytest
from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.lab.fabrics.virtual.carriers import NOBODY, RESOLVER, SERVER, SERVER6, Lab, run
from tests.lab.fabrics.virtual.pki import NAME, client_context, pems, server_context
from tests.lab.fabrics.virtual.resolvers import answer, serve_names
from trigpoint.net.dns_message import framed

if TYPE_CHECKING:
    from aioquic.quic.events import QuicEvent

PAGE = b"<title>page</title>"


class Http(asyncio.Protocol):
    """Answers in HTTP/1.1."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.held = b""

    def data_received(self, data: bytes) -> None:
        self.held += data
        if self.held.endswith(b"\r\n\r\n"):
            self.held = b""
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE)


class Http2(asyncio.Protocol):
    """Answers in HTTP/2."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.http.initiate_connection()
        transport.write(self.http.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self.http.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self.http.send_headers(event.stream_id, [(":status", "200")])
                self.http.send_data(event.stream_id, PAGE, end_stream=True)
        self.transport.write(self.http.data_to_send())


class Http3(QuicConnectionProtocol):
    """Answers in HTTP/3, or asks."""

    http: H3Connection | None = None
    body = b""

    def quic_event_received(self, event: QuicEvent) -> None:
        self.http = self.http or H3Connection(self._quic)
        for found in self.http.handle_event(event):
            if isinstance(found, HeadersReceived) and not self._quic.configuration.is_client:
                self.http.send_headers(found.stream_id, [(b":status", b"200")])
                self.http.send_data(found.stream_id, PAGE, end_stream=True)
                self.transmit()
            elif isinstance(found, DataReceived) and self._quic.configuration.is_client:
                self.body += found.data
                if found.stream_ended:
                    self.done.set_result(self.body)

    async def get(self) -> bytes:
        self.done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.http = self.http or H3Connection(self._quic)
        stream = self._quic.get_next_available_stream_id()
        names = (b":method", b"GET"), (b":scheme", b"https"), (b":authority", NAME.encode()), (b":path", b"/")
        self.http.send_headers(stream, list(names), end_stream=True)
        self.transmit()
        return await self.done


async def names(lab: Lab) -> None:
    await serve_names(lab.resolver, {(NAME, 1): [SERVER], (NAME, 28): [SERVER6]})


@pytest.mark.parametrize("address", [SERVER, SERVER6])
def test_streams_open_tls_and_tell_the_certificate(address: str) -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(Http, (address, 443), tls=server_context())
        reader, writer = await asyncio.open_connection(address, 443, ssl=client_context(), server_hostname=NAME)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert PAGE in await reader.readuntil(PAGE)
        assert writer.get_extra_info("peercert")["subject"] == ((("commonName", NAME),),)
        assert writer.get_extra_info("peername")[:2] == (address, 443)
        writer.close()
        await writer.wait_closed()

    run(main)


def test_a_connection_becomes_tls_when_the_program_says_so() -> None:
    async def main(lab: Lab) -> None:
        async def upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert await reader.readexactly(5) == b"begin"
            writer.write(b"go")
            await writer.start_tls(server_context())
            writer.write(await reader.readexactly(4))
            writer.close()

        with lab.loop.internet.at("server"):
            await asyncio.start_server(upgrade, SERVER, 25)
        reader, writer = await asyncio.open_connection(SERVER, 25)
        writer.write(b"begin")
        assert await reader.readexactly(2) == b"go"
        await writer.start_tls(client_context(), server_hostname=NAME)
        writer.write(b"echo")
        assert await reader.read() == b"echo"
        writer.close()

    run(main)


def test_a_wrong_name_is_a_certificate_error_of_ssl() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(Http, (SERVER, 443), tls=server_context())
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            await asyncio.open_connection(SERVER, 443, ssl=client_context(), server_hostname="other.example")

    run(main)


@pytest.mark.parametrize(("protocol", "alpn", "version"), [(Http, "http/1.1", "HTTP/1.1"), (Http2, "h2", "HTTP/2")])
def test_httpx_fetches_by_name(protocol: type[asyncio.Protocol], alpn: str, version: str) -> None:
    async def main(lab: Lab) -> None:
        await names(lab)
        for address in (SERVER, SERVER6):
            await lab.server.listen(protocol, (address, 443), tls=server_context(alpn))
        async with httpx.AsyncClient(http2=True, verify=client_context(), trust_env=False) as client:
            reply = await client.get(f"https://{NAME}/")
        assert (reply.status_code, reply.content, reply.http_version) == (200, PAGE, version)

    run(main)


def test_five_seconds_of_silence_cost_httpx_no_real_time() -> None:
    async def main(lab: Lab) -> tuple[float, float]:
        start, real = lab.loop.time(), time.perf_counter()
        async with httpx.AsyncClient(timeout=5, trust_env=False, verify=client_context()) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await client.get(f"http://{NOBODY}/")
        return lab.loop.time() - start, time.perf_counter() - real

    virtual, real = run(main)
    assert virtual == pytest.approx(5)
    assert real < 0.5


def test_dnspython_asks_over_udp_tcp_and_tls() -> None:
    async def main(lab: Lab) -> None:
        await names(lab)
        query = dns.message.make_query(NAME, "A")

        async def serve_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            size = int.from_bytes(await reader.readexactly(2), "big")
            writer.write(framed(answer(await reader.readexactly(size), {(NAME, 1): [SERVER]})))
            writer.close()

        with lab.loop.internet.at("resolver"):
            await asyncio.start_server(serve_tls, RESOLVER, 853, ssl=server_context())
        replies = [
            await dns.asyncquery.udp(query, RESOLVER, timeout=5),
            await dns.asyncquery.tcp(query, RESOLVER, timeout=5),
            await dns.asyncquery.tls(query, RESOLVER, timeout=5, ssl_context=client_context(), server_hostname=NAME),
        ]
        assert [reply.answer[0][0].address for reply in replies] == [SERVER] * 3

    run(main)


def test_dnspython_times_out_as_it_does_elsewhere() -> None:
    async def main(_: Lab) -> None:
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(dns.message.make_query(NAME, "A"), NOBODY, timeout=5)

    run(main)


@pytest.mark.parametrize("address", [SERVER, SERVER6])
def test_aioquic_fetches_over_http_3(address: str) -> None:
    async def main(lab: Lab) -> bytes:
        there, here = (QuicConfiguration(is_client=each, alpn_protocols=H3_ALPN) for each in (False, True))
        context_files(there)
        here.load_verify_locations(cadata=pems()[0])
        here.server_name = NAME
        with lab.loop.internet.at("server"):
            server = await serve(address, 443, configuration=there, create_protocol=Http3)
        async with connect(address, 443, configuration=here, create_protocol=Http3) as client:
            body = await client.get()
        server.close()
        return body

    assert run(main) == PAGE


def context_files(configuration: QuicConfiguration) -> None:
    configuration.certificate = x509.load_pem_x509_certificate(pems()[1])
    configuration.private_key = load_pem_private_key(pems()[2], None)
