from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.serve.exchange import CHUNK, Request, Response, dated, is_without_body


def request(authority: str, target: str = "/") -> Request:
    return Request("GET", target, authority, "http", (("a", "1"), ("a", "2")), b"", ("192.0.2.2", 1), ("192.0.2.1", 80))


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("News.Example:8080", "news.example"),
        ("news.example.", "news.example"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("192.0.2.1:80", "192.0.2.1"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("", ""),
        (":80", ":80"),
    ],
)
def test_a_host_is_in_one_form_however_it_was_written(authority: str, host: str) -> None:
    assert request(authority).host == host


@given(st.text())
def test_any_authority_gives_some_host(authority: str) -> None:
    assert isinstance(request(authority).host, str)


def test_a_request_gives_its_parts() -> None:
    asked = request("x.example", "/a/b?c=d?e")
    assert (asked.path, asked.value("a"), asked.value("none")) == ("/a/b", "1", "")


@given(st.binary(max_size=3 * CHUNK), st.integers(0, 3 * CHUNK))
def test_a_body_comes_whole_in_pieces(body: bytes, filler: int) -> None:
    response = Response(200, (), body, filler)
    pieces = list(response.chunks())
    assert sum(map(len, pieces)) == response.length
    assert b"".join(pieces).startswith(body)
    assert all(0 < len(piece) <= CHUNK for piece in pieces)


def test_some_responses_have_no_body() -> None:
    assert [is_without_body(*each) for each in (("HEAD", 200), ("GET", 204), ("GET", 304), ("GET", 200))] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("answer", [Response(404, (("server", "s"),), b"gone", 3), None])
def test_answers_say_when_they_were_made(answer: Response | None) -> None:
    async def respond(_: Request) -> Response | None:
        return answer

    told = asyncio.run(dated(respond, lambda: 1_000_000_000.9)(request("x.example")))
    if answer is None:
        assert told is None
    else:
        date = ("date", "Sun, 09 Sep 2001 01:46:40 GMT")
        assert told == Response(404, (("server", "s"), date), b"gone", 3)
