"""The two nettests that look for proxies in the path: silent where there is none, and what a proxy changes is seen."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.probe.lab import ECHO, made
from trigpoint.model.step import Datagram
from trigpoint.net.dial.acts import Request, Response
from trigpoint.probe.nettests.http_header_field_manipulation import mixed, tampering

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from trigpoint.lab.lab import Lab

SENT = Request(url="http://192.0.2.1/", method="gEt", headers=(("hOST", "abc.com"), ("aCCept", "*/*")))


class _Proxy(asyncio.Protocol):
    """Answers whatever comes as Squid does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, _: bytes) -> None:
        self._transport.write(b"HTTP/1.0 400 Bad Request\r\nServer: squid/2.6.STABLE21\r\n\r\n" + bytes(1024))
        self._transport.close()


def _answer(body: bytes) -> Response:
    return Response(code=200, body=body)


def _seen(line: str = "gEt / HTTP/1.1", **headers: list[str]) -> Response:
    return _answer(msgspec.json.encode({"headers_dict": headers, "request_line": line, "request_headers": []}))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_seen(hOST=["abc.com"], aCCept=["*/*"]), {}),
        (_seen(hOST=["abc.com"], aCCept=["*/*"], Connection=["close"]), {}),
        (_seen(Host=["abc.com"], aCCept=["*/*"]), {"header_name_capitalization"}),
        (_seen(hOST=["abc.com"], aCCept=["*/*"], line="GET / HTTP/1.1"), {"request_line_capitalization"}),
        (_seen(hOST=["abc.com"], aCCept=["text/html"]), {"header_field_value"}),
        (
            _seen(hOST=["abc.com"], aCCept=["*/*"], Via=["1.1 box"]),
            {"header_field_name", "header_field_value", "header_field_number"},
        ),
        (_answer(b"<html>portal</html>"), {"total"}),
        (_answer(b'{"headers_dict": []}'), {"total"}),
        (None, {}),
    ],
)
def test_what_a_proxy_changes_has_a_name(answer: Response | None, expected: set[str]) -> None:
    found = tampering(SENT, answer)
    assert {name for name, value in found.items() if value is True} == set(expected)


def test_header_names_that_differ_are_listed_as_sent_and_as_they_came() -> None:
    assert tampering(SENT, _seen(Host=["abc.com"], aCCept=["*/*"]))["header_name_diff"] == ["Host", "hOST"]


def test_letters_are_mixed_in_every_word() -> None:
    random = Random(3)  # noqa: S311 - no secrets
    for word in ("GET", "Host", "Accept-Charset"):
        written = mixed(word, random)
        assert written.lower() == word.lower()
        assert written not in {word, word.lower(), word.upper()}


def test_requests_pass_unchanged_where_no_proxy_is() -> None:
    found = made("http_header_field_manipulation", "open", None)
    assert found.keys["failure"] is None
    assert not any(value for name, value in found.keys["tampering"].items())
    [echo] = [step for step in found.read.steps if isinstance(step, Datagram)]
    assert (echo.protocol, echo.is_echo) == ("http_header_echo", True)


def test_a_portal_in_the_place_of_the_echo_is_total_tampering() -> None:
    found = made("http_header_field_manipulation", "captive-portal", None)
    assert found.keys["tampering"]["total"] is True
    [echo] = [step for step in found.read.steps if isinstance(step, Datagram)]
    assert echo.is_echo is False


def test_without_an_echo_server_it_says_so() -> None:
    assert made("http_header_field_manipulation", "open", None, http_echo="").keys["failure"] == "test_helper_missing"


def test_wrong_request_lines_come_back_as_they_went() -> None:
    found = made("http_invalid_request_line", "open", None)
    echoes = [step for step in found.read.steps if isinstance(step, Datagram)]
    assert found.keys["tampering"] is False
    assert [step.is_echo for step in echoes] == [True] * 10, "five lines over each family"


def test_whoever_answers_in_the_place_of_the_echo_is_tampering() -> None:
    def prepare(lab: Lab) -> Awaitable[object]:
        return lab.stack("outside").listen(_Proxy, (ECHO, 8080))

    found = made("http_invalid_request_line", "open", None, prepare=prepare, echo_servers=((ECHO, 8080),))
    echoes = [step for step in found.read.steps if isinstance(step, Datagram)]
    assert found.keys["tampering"] is True
    assert [step.is_echo for step in echoes] == [False] * 5


def test_silence_is_no_tampering_but_a_failure() -> None:
    keys = made("http_invalid_request_line", "open", None, echo_servers=((ECHO, 9),)).keys
    assert keys["tampering"] is False
    assert keys["failure_list"] == ["generic_timeout_error"] * 5
