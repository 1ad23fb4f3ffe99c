"""Hellos with ECH and without: one extension differs, and it is told what answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.client_hello import ClientHello, parse_client_hello
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.greeting import client_hello, grease_ech, greet, padding

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Handshake
    from trigpoint.net.dial.tcp import Stream

NAME = "site.example"
SERVER_HELLO = b"\x16\x03\x03\x00\x5a\x02"


def read(extension: tuple[int, bytes], name: str = NAME) -> ClientHello:
    found = parse_client_hello(client_hello(name, (extension,)))
    assert found is not None
    return found


@given(st.from_regex(r"[a-z]{1,20}(\.[a-z]{2,10}){1,3}", fullmatch=True))
def test_two_hellos_differ_in_ech_alone(name: str) -> None:
    ech = grease_ech()
    with_it, without = read(ech, name), read(padding(ech), name)
    assert (with_it.has_ech, without.has_ech) == (True, False)
    assert with_it.server_name == without.server_name == name
    assert with_it.length == without.length
    assert with_it.alpn == ("h2", "http/1.1")


class Peer:
    """A connection whose other side says something, bit by bit, and then ends or fails."""

    endpoint = "192.0.2.1:443"

    def __init__(self, says: bytes, failure: str = "") -> None:
        self._says, self._failure = says, failure
        self.sent, self.is_closed = b"", False

    async def write(self, data: bytes, _seconds: float) -> None:
        self.sent += data

    async def read(self, _seconds: float) -> bytes:
        if not self._says and self._failure:
            raise Failed(self._failure)
        first, self._says = self._says[:2], self._says[2:]
        return first

    def close(self) -> None:
        self.is_closed = True


async def _admit(_host: str) -> None:
    """Let everything pass."""


@pytest.mark.parametrize(
    ("peer", "failure"),
    [
        (Peer(SERVER_HELLO), None),
        (Peer(b"\x15\x03\x03\x00\x02\x02\x28"), "ssl_failed_handshake"),
        (Peer(b"HTTP/1.1 400 Bad Request"), "unknown_failure: tls: first record does not look like a TLS handshake"),
        (Peer(SERVER_HELLO[:3]), "eof_error"),
        (Peer(b"", "connection_reset"), "connection_reset"),
        (Peer(b"", "generic_timeout_error"), "generic_timeout_error"),
    ],
)
def test_what_answers_is_told(peer: Peer, failure: str | None) -> None:
    async def greeted() -> list[Handshake]:
        diary = Diary(_admit)
        assert await greet(diary.trace(), cast("Stream", peer), NAME, grease_ech()) == failure
        return diary.handshakes

    (act,) = asyncio.run(greeted())
    assert (act.failure, act.server_name, act.ech, act.no_tls_verify) == (failure, NAME, "GREASE", True)
    assert peer.sent[:3] == b"\x16\x03\x01"
    assert peer.is_closed
