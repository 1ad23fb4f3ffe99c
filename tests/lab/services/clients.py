"""Clients that know nothing of the lab, at an address of a world."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import dns.asyncquery
import dns.message
import httpx
from aioquic.asyncio import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection

from tests.lab.services.loopback import CLIENT, RESOLVER, WEB

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aioquic.quic.events import QuicEvent

    from tests.lab.services.loopback import Lab

SECONDS = 5


def trusting(lab: Lab, network: str = "a1", *, verify: bool = True) -> ssl.SSLContext:
    """A context that trusts what the client of a network trusts."""
    context = ssl.create_default_context(cadata=lab.bundle(network))
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def get(lab: Lab, url: str, at: str = WEB, client: str = CLIENT, **how: object) -> httpx.Response:
    """Fetch a URL from an address, whatever DNS says."""
    parts = httpx.URL(url)
    host, port = lab.end(at, 443 if parts.scheme == "https" else 80)
    context = how.pop("tls", None) or trusting(lab)
    transport = httpx.AsyncHTTPTransport(
        verify=context, http2=bool(how.pop("http2", False)), local_address=lab.real.get(client, client)
    )
    async with httpx.AsyncClient(transport=transport, timeout=float(str(how.pop("seconds", SECONDS)))) as session:
        return await session.request(
            str(how.pop("method", "GET")),
            parts.copy_with(host=host, port=port),
            headers={"Host": parts.netloc.decode(), **dict(how.pop("headers", {}))},
            extensions={"sni_hostname": parts.raw_host.decode()},
            **how,
        )


async def talk(
    lab: Lab, said: bytes, port: int = 80, at: str = WEB, client: str = CLIENT, tls: ssl.SSLContext | None = None
) -> bytes:
    """Say octets, end, and hear everything until the other end closes."""
    reader, writer = await asyncio.open_connection(
        *lab.end(at, port),
        local_addr=(lab.real.get(client, client), 0),
        ssl=tls,
        server_hostname="news.example" if tls else None,
    )
    try:
        writer.write(said)
        return await asyncio.wait_for(reader.read(), SECONDS)
    finally:
        writer.close()


async def ask(
    lab: Lab,
    name: str,
    rdtype: str = "A",
    at: str = RESOLVER,
    client: str = CLIENT,
    by: str = "udp",
    **how: object,
) -> dns.message.Message:
    """Ask a name server."""
    query = dns.message.make_query(name, rdtype, **how)
    host, port = lab.end(at, {"tls": 853}.get(by, 53), "udp" if by == "udp" else "tcp")
    source = lab.real.get(client, client)
    if by == "udp":
        return await dns.asyncquery.udp(query, host, SECONDS, port, source)
    if by == "tcp":
        return await dns.asyncquery.tcp(query, host, SECONDS, port, source)
    return await dns.asyncquery.tls(
        query, host, SECONDS, port, source, ssl_context=trusting(lab), server_hostname="isp-dns.lab.example"
    )


def told(message: dns.message.Message) -> list[str]:
    """The answers as text, without time to live and class."""
    return [f"{rrset.name} {dns.rdatatype.to_text(rrset.rdtype)} {item}" for rrset in message.answer for item in rrset]


class H3Client(QuicConnectionProtocol):
    """One request at a time."""

    def __init__(self, *arguments: object, **how: object) -> None:
        super().__init__(*arguments, **how)
        self._http: H3Connection | None = None
        self._fields: dict[bytes, bytes] = {}
        self._body, self._stream = b"", -1
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def quic_event_received(self, event: QuicEvent) -> None:
        self._http = self._http or H3Connection(self._quic)
        for found in self._http.handle_event(event):
            if found.stream_id != self._stream:  # an answer that nobody waits for any more, and still comes
                continue
            if isinstance(found, HeadersReceived):
                self._fields = dict(found.headers)
            elif isinstance(found, DataReceived):
                self._body += found.data
            if found.stream_ended and not self._done.done():
                self._done.set_result(None)

    async def get(
        self, path: str = "/", host: str = "news.example", body: bytes = b"", method: str = "GET"
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, fields and body."""
        self._http = self._http or H3Connection(self._quic)
        self._done = asyncio.get_running_loop().create_future()
        self._body = b""
        stream = self._stream = self._quic.get_next_available_stream_id()
        named = {":method": method, ":scheme": "https", ":authority": host, ":path": path}
        fields = [(name.encode(), value.encode()) for name, value in named.items()]
        self._http.send_headers(stream, fields, end_stream=not body)
        if body:
            self._http.send_data(stream, body, end_stream=True)
        self.transmit()
        await asyncio.wait_for(self._done, SECONDS)
        return int(self._fields[b":status"]), self._fields, self._body


@asynccontextmanager
async def h3(
    lab: Lab, name: str = "news.example", at: str = WEB, client: str = CLIENT, seconds: float = 2.0
) -> AsyncIterator[H3Client]:
    """A connection of HTTP/3. (aioquic's own ``connect`` sends from an IPv6 socket to mapped addresses.)"""
    configuration = QuicConfiguration(alpn_protocols=["h3"], server_name=name, idle_timeout=seconds)
    configuration.load_verify_locations(cadata=lab.bundle().encode())
    end = lab.end(at, 443, "udp")
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: H3Client(QuicConnection(configuration=configuration)),
        remote_addr=end,
        local_addr=(lab.real.get(client, client), 0),
    )
    try:
        protocol.connect(end)
        await asyncio.wait_for(protocol.wait_connected(), SECONDS)
        yield protocol
    finally:
        protocol.close()
        await asyncio.wait_for(protocol.wait_closed(), SECONDS)
        transport.close()
