from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.net.serve.settling import comes_to
from tests.net.serve.test_tls import Memory
from trigpoint.net.serve.exchange import LARGEST_REQUEST, Request, Response
from trigpoint.net.serve.http1 import Http1
from trigpoint.net.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def respond(request: Request) -> Response | None:
    await asyncio.sleep(0)
    if request.path == "/none":
        return None
    if request.path == "/odd":
        return Response(299)
    if request.path == "/big":
        return Response(200, (), b"", 3_000_000)
    text = f"{request.method} {request.host} {request.target} {len(request.body)}"
    return Response(200, (("content-type", "text/plain"),), text.encode())


def served(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], running: Running | None = None
) -> None:
    running = running or Running()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Http1(running, respond), "127.0.0.1", 0)
        running.listens(server)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            await asyncio.wait_for(talk(reader, writer), 10)
        finally:
            writer.close()
            await running.close()

    asyncio.run(run())


def said(octets: bytes) -> bytes:
    """What a server says to these octets, until it closes."""
    heard = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(octets)
        writer.write_eof()
        heard.extend(await reader.read())

    served(talk)
    return bytes(heard)


def get(path: str, *fields: str, method: str = "GET") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: X.example", *fields, "", "")).encode()


def test_one_request_after_the_other_on_one_connection() -> None:
    heard = said(get("/a") + get("/b", "Content-Length: 3", method="POST") + b"xyz" + get("/c"))
    assert [line for line in heard.decode().split("\r\n") if "x.example" in line][:1] == [
        "GET x.example /a 0HTTP/1.1 200 OK"
    ]
    assert b"POST x.example /b 3" in heard
    assert heard.endswith(b"GET x.example /c 0")


def test_a_status_has_the_phrase_that_servers_send_with_it_if_there_is_one() -> None:
    assert said(get("/a")).startswith(b"HTTP/1.1 200 OK\r\n")
    assert said(get("/odd")).startswith(b"HTTP/1.1 299 \r\n")
    assert said(b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_head_has_a_length_and_no_body() -> None:
    heard = said(get("/a", method="HEAD"))
    assert b"content-length: 19" in heard
    assert heard.endswith(b"\r\n\r\n")


def test_who_wants_the_connection_closed_gets_it_closed() -> None:
    assert said(get("/a", "Connection: close") + get("/b")).count(b"HTTP/1.1 200") == 1
    assert said(b"GET /a HTTP/1.0\r\n\r\n").count(b"200") == 1


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 2_000_000, b"431"),
        (get("/a", "Content-Length: 2000000", method="POST") + b"x" * (LARGEST_REQUEST + 2), b"413"),
    ],
)
def test_what_is_malformed_or_too_large_is_refused(octets: bytes, status: bytes) -> None:
    assert said(octets).split()[1] == status


def test_who_asks_before_sending_is_told_to_go_on() -> None:
    assert said(get("/a", "Content-Length: 1", "Expect: 100-continue", method="POST") + b"x").startswith(
        b"HTTP/1.1 100"
    )


def test_no_answer_is_the_end() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(get("/none"))
        assert await reader.read() == b""

    served(talk)


def test_a_large_response_is_not_held_for_a_client_that_does_not_read() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(get("/big"))
        await asyncio.sleep(0.05)
        assert len(await reader.readexactly(3_000_000)) == 3_000_000

    served(talk)


def test_a_client_that_sends_far_ahead_is_not_read_and_still_answered() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(get("/big") + get("/a") * 3_000 + get("/z", "Connection: close"))
        heard = await reader.read()
        assert heard.count(b"GET x.example /a 0") == 3_000
        assert heard.endswith(b"GET x.example /z 0")

    served(talk)


def test_a_client_that_leaves_ends_its_answer() -> None:
    running = Running()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(get("/big") * 4)  # more than buffers hold, so that it is never sent as a whole
        await reader.read(1)
        assert await comes_to(running, 1, 1)
        writer.transport.abort()
        assert await comes_to(running, 0, 0)

    served(talk, running)


REQUESTS = get("/a") + get("/b", "Content-Length: 3", method="POST") + b"xyz"


@settings(max_examples=60)
@given(st.integers(0, len(REQUESTS)), st.lists(st.binary(max_size=40), max_size=4))
def test_any_octets_are_answered_or_end_the_connection(cut: int, rest: list[bytes]) -> None:
    async def run() -> None:
        running = Running()
        server = Http1(running, respond)
        server.connection_made(Memory())
        for piece in (REQUESTS[:cut], *rest):
            if not server.transport.is_closing():
                server.data_received(piece)
            await asyncio.sleep(0)
        if not server.transport.is_closing():
            server.eof_received()
        for _ in range(6):
            await asyncio.sleep(0)
        server.connection_lost(None)
        assert bytes(server.transport.written[:7]) in {b"", b"HTTP/1."}
        await running.close()
        assert not running._tasks

    asyncio.run(run())
