from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.virtual.carriers import SERVER6
from tests.net.dial.peers import NAME, Peer, nothing, played
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import HEADERS, fetch, request, target_of
from trigpoint.net.dial.tcp import connect

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import RoundTrip

PAGE = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 10\r\n\r\n1234567890"


async def _fetched(address: str, port: int, **options: object) -> tuple[Diary, RoundTrip]:
    diary = Diary()
    trace = diary.trace("depth=0")
    stream = await connect(trace, address, port)
    assert stream is not None
    act = await fetch(trace, stream, request(f"http://{NAME}/page"), **options)
    stream.close()
    return diary, act


async def _page(peer: Peer) -> None:
    await peer.request()
    peer.say(PAGE)


@pytest.mark.parametrize("where", ["virtual", "loopback"])
def test_request_and_response_are_written_down(where: str) -> None:
    async def act(address: str, port: int) -> None:
        diary, found = await _fetched(address, port)
        assert diary.round_trips == [found]
        assert (found.failure, found.network, found.address, found.alpn) == (None, "tcp", f"{address}:{port}", "")
        assert found.tags == ("depth=0",)
        assert found.request == request(f"http://{NAME}/page")
        assert found.response is not None
        assert found.response.headers == (("Server", "x"), ("Content-Length", "10"))
        assert (found.response.code, found.response.body, found.response.body_is_truncated) == (
            200,
            b"1234567890",
            False,
        )
        operations = [event.operation for event in diary.network_events]
        assert operations == ["connect", "http_transaction_start", "write", "read", "http_transaction_done"]

    played(where, _page, act)


@pytest.mark.parametrize(("most", "body", "is_truncated"), [(9, b"123456789", True), (10, b"1234567890", False)])
def test_a_body_is_cut_off_where_the_caller_says(most: int, body: bytes, is_truncated: bool) -> None:
    async def act(address: str, port: int) -> None:
        _, found = await _fetched(address, port, most_bytes=most)
        assert found.failure is None
        assert found.response is not None
        assert (found.response.body, found.response.body_is_truncated) == (body, is_truncated)

    played("virtual", _page, act)


def test_time_is_for_all_of_it() -> None:
    """A byte now and then does not keep it alive."""

    async def drips(peer: Peer) -> None:
        await peer.request()
        for byte in PAGE:
            peer.say(bytes([byte]))
            await asyncio.sleep(0.1)

    async def act(address: str, port: int) -> None:
        _, found = await _fetched(address, port, timeout=5.55)
        assert found.failure == "generic_timeout_error"
        assert found.t - found.t0 == pytest.approx(5.55)
        assert found.response is not None
        assert found.response.body_is_truncated
        assert b"1234567890".startswith(found.response.body)
        assert found.response.body

    played("virtual", drips, act)


def test_what_is_interrupted_is_written_down_and_not_hidden() -> None:
    async def act(address: str, port: int) -> None:
        diary = Diary()
        trace = diary.trace()
        stream = await connect(trace, address, port)
        assert stream is not None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fetch(trace, stream, request(f"http://{NAME}/")), 1)
        assert diary.round_trips[0].failure == "interrupted"
        stream.close()

    played("virtual", nothing, act)


def test_a_request_that_cannot_be_sent_is_told() -> None:
    async def act(address: str, port: int) -> None:
        diary = Diary()
        trace = diary.trace()
        stream = await connect(trace, address, port)
        assert stream is not None
        found = await fetch(trace, stream, request(f"http://{NAME}/", host="two\nlines"))
        assert (found.failure, found.response) == ("invalid_argument", None)
        stream.close()

    played("virtual", nothing, act)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Example.org/", "example.org"),
        ("http://example.org:80/", "example.org"),
        ("https://example.org:443/", "example.org"),
        ("https://example.org:80/", "example.org:80"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        (f"http://[{SERVER6}]/", f"[{SERVER6}]"),
        (f"http://[{SERVER6}]:8080/", f"[{SERVER6}]:8080"),
    ],
)
def test_the_host_is_that_of_the_url(url: str, host: str) -> None:
    asked = request(url)
    assert asked.headers == (("Host", host), *HEADERS)
    assert asked.url.isascii()


def test_all_of_a_request_can_be_chosen() -> None:
    asked = request(
        "http://example.org/", method="POST", headers=(("aCCept", "*/*"),), host="other.example", body=b"12"
    )
    assert asked.headers == (("Host", "other.example"), ("aCCept", "*/*"), ("Content-Length", "2"))
    assert (asked.method, asked.body) == ("POST", b"12")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.org", "/"),
        ("http://example.org?q=1", "/?q=1"),
        ("http://example.org/a%20b/../c;d?e=%2F&f#g", "/a%20b/../c;d?e=%2F&f"),
        ("http://example.org/ä b", "/%C3%A4%20b"),
    ],
)
def test_a_target_is_path_and_query_in_ascii(url: str, target: str) -> None:
    assert target_of(url) == target
