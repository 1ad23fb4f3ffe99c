"""DNS over HTTPS: what is no DNS message is a failure with the name of the step at which it came."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.net.dial.scripted import PORT, THERE, in_lab, reply
from trigpoint.lab.services.pki import Pki
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask, identity, resolve
from trigpoint.net.dial.dns_query import UNREADABLE, WRONG_REPLY
from trigpoint.net.dial.doh import NO_MESSAGE
from trigpoint.net.dial.resolver import Resolver
from trigpoint.net.dial.trust import trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trigpoint.lab.lab import Lab

TRUE = "news.example 60 A 192.0.2.1"
MESSAGE = b"application/dns-message"


class Server(asyncio.Protocol):
    """Answers a POST over HTTP/1.1 with what a test makes of the query in it."""

    def __init__(self, answer: Callable[[bytes], bytes], heads: list[bytes]) -> None:
        self._answer, self._heads = answer, heads
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, _, body = self._read.partition(b"\r\n\r\n")
        if len(body) == 128:  # the query is padded to it
            self._heads.append(head)
            self._transport.write(self._answer(body))
            self._transport.close()


def http(body: bytes, kind: bytes = MESSAGE, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (status, kind, len(body), body)


def wrong(query: bytes) -> bytes:
    return b"\x00\x01" + reply(query, TRUE)[2:]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (lambda query: http(reply(query, TRUE)), None),
        (lambda query: http(reply(query, TRUE), b"Application/DNS-Message; charset=x"), None),
        (lambda query: http(reply(query, rcode="SERVFAIL")), "dns_servfail_error"),
        (lambda query: http(reply(query, TRUE), b"text/html"), NO_MESSAGE),
        (lambda _: http(b"<html>blocked</html>", b"text/html"), NO_MESSAGE),
        (lambda query: http(reply(query, TRUE), status=b"403 Forbidden"), "http_unexpected_status_code"),
        (lambda query: http(reply(query, TRUE), status=b"302 Found"), "http_unexpected_status_code"),
        (lambda _: http(b"garbage"), UNREADABLE),
        (lambda _: http(b""), UNREADABLE),
        (lambda query: http(wrong(query)), WRONG_REPLY),
        (lambda query: http(reply(query, TRUE))[:-1], "eof_error"),
        (lambda _: b"", "eof_error"),
    ],
)
def test_a_response_is_read_or_has_a_failure(
    answer: Callable[[bytes], bytes], failure: str | None, tmp_path: Path
) -> None:
    pki, heads = Pki(tmp_path), []
    (tmp_path / "ca.pem").write_bytes(pki.bundle())

    async def main(lab: Lab) -> Diary:
        context = pki.context(pki.identity(["dns.example"]), ["http/1.1"])
        await lab.stack("outside").listen(lambda: Server(answer, heads), (THERE, PORT), tls=context)
        diary = Diary()
        believed = trust(tmp_path / "ca.pem", now=time.time())
        await ask(diary.trace(), Resolver.parse(f"https://dns.example:{PORT}@{THERE}"), "news.example", trust=believed)
        return diary

    diary = in_lab(main)
    (lookup,) = diary.lookups
    assert lookup.failure == failure
    assert (lookup.engine, lookup.resolver_address) == ("doh", f"https://dns.example:{PORT}/dns-query")
    assert [act.failure for act in (*diary.connects, *diary.handshakes)] == [None, None]
    assert {act.transaction_id for act in diary.acts} == {lookup.transaction_id}
    assert heads[0].splitlines() == [
        b"POST /dns-query HTTP/1.1",
        b"Host: dns.example:%d" % PORT,
        b"Accept: application/dns-message",
        b"Content-Type: application/dns-message",
        b"Content-Length: 128",
    ]


def test_a_page_in_place_of_a_message_is_a_matter_of_http() -> None:
    assert kind(NO_MESSAGE) is Kind.HTTP_OTHER


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("https://dns-one.example@198.51.100.8", None),
        ("https://dns-one.example/dns-query@2001:db8:8::8", None),
        ("https://198.51.100.8/", "http_unexpected_status_code"),
        ("https://other.example@198.51.100.8", "ssl_invalid_hostname"),
        ("https://dns-one.example@203.0.113.99", "generic_timeout_error"),
    ],
)
def test_resolvers_of_the_lab_are_asked(text: str, failure: str | None) -> None:
    async def main(lab: Lab) -> tuple[Diary, str | None]:
        diary, resolver = Diary(), Resolver.parse(text)
        believed = trust(lab.bundle(), now=time.time())
        await resolve(diary, resolver, "news.example", trust=believed)
        return diary, await identity(diary.trace(), resolver, "whoami.example", trust=believed)

    diary, seen_by_authority = in_lab(main)
    assert {lookup.failure for lookup in diary.lookups} == {failure}
    if failure is None:
        assert sorted(lookup.addresses for lookup in diary.lookups[:2]) == [("2001:db8:80::10",), ("203.0.113.10",)]
        assert seen_by_authority == "198.51.100.8"
        assert {trip.alpn for trip in diary.round_trips} == {"h2"}
