from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.http import request
from trigpoint.net.dial.http1 import Http1

HEAD = b"HTTP/1.1 200 OK\r\n"


def _begun(method: str = "GET", most_bytes: int = 1_000) -> Http1:
    exchange = Http1(request("http://example.org/", method=method), "/", most_bytes)
    exchange.begin()
    return exchange


def test_letters_and_order_are_sent_as_given() -> None:
    headers = (("x-b", "2"), ("X-A", "1"), ("aCCept", "*/*"))
    sent = Http1(request("http://example.org/", method="POST", headers=headers, body=b"12"), "/p?q", 1_000).begin()
    assert sent == (
        b"POST /p?q HTTP/1.1\r\nHost: example.org\r\nx-b: 2\r\nX-A: 1\r\naCCept: */*\r\nContent-Length: 2\r\n\r\n12"
    )


def test_letters_order_and_octets_are_kept_as_received() -> None:
    exchange = _begun()
    exchange.receive(HEAD + b"X-B: \xe4\r\nx-a: 1\r\nX-B: 2\r\nCONTENT-LENGTH: 0\r\n\r\n")
    assert exchange.headers == (("X-B", "ä"), ("x-a", "1"), ("X-B", "2"), ("CONTENT-LENGTH", "0"))
    assert exchange.is_whole


@pytest.mark.parametrize(
    ("method", "said", "code", "body"),
    [
        ("GET", HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n", 200, b"abcde"),
        ("GET", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        ("HEAD", HEAD + b"Content-Length: 5\r\n\r\n", 200, b""),
        ("GET", b"HTTP/1.1 304\r\nContent-Length: 5\r\n\r\n", 304, b""),
        ("GET", b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", 200, b"hi"),
    ],
)
def test_a_response_is_whole_when_its_framing_says_so(method: str, said: bytes, code: int, body: bytes) -> None:
    exchange = _begun(method)
    assert exchange.receive(said) == b""
    assert (exchange.is_over, exchange.is_whole, exchange.code, exchange.body) == (True, True, code, body)


def test_without_a_length_the_end_is_the_end() -> None:
    exchange = _begun()
    exchange.receive(HEAD + b"\r\nabc")
    assert not exchange.is_over
    exchange.receive(b"")
    assert (exchange.is_whole, exchange.body) == (True, b"abc")


def test_a_body_that_is_cut_off_is_not_whole() -> None:
    exchange = _begun(most_bytes=2)
    exchange.receive(HEAD + b"Content-Length: 3\r\n\r\nabc")
    assert (exchange.is_over, exchange.is_whole, exchange.body) == (True, False, b"ab")


@given(st.binary(max_size=60), st.integers(0, 120), st.integers(1, 30))
def test_whatever_is_said_ends_in_a_response_or_a_failure(noise: bytes, cut: int, step: int) -> None:
    said = (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")[:cut] + noise
    exchange = _begun()
    try:
        for start in range(0, len(said), step):
            if not exchange.is_over:
                exchange.receive(said[start : start + step])
        if not exchange.is_over:
            exchange.receive(b"")
    except (Failed, h11.RemoteProtocolError):
        assert not exchange.is_whole
    else:
        assert exchange.is_over
