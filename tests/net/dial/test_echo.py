"""Bytes sent to be sent back: whole, changed, cut off, or not at all; over TCP and UDP, in the lab's time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.lab import Lab
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.echo import Echo, echo_tcp, echo_udp
from trigpoint.net.dial.tcp import connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

THERE, THERE6 = "198.51.100.7", "2001:db8:e::7"
"""The host that echoes."""
PORT = 5_000
"""Where nobody listens but who a test puts there."""


class _Scripted(asyncio.Protocol, asyncio.DatagramProtocol):
    """Answers by a function; None ends the connection."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        answer = self._answer(data)
        if answer is None:
            self._transport.close()
        else:
            self._transport.write(answer)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if answer := self._answer(data):
            self._transport.sendto(answer, addr)


def _in_lab(main: Callable[[Lab], Awaitable[Echo]]) -> Echo:
    return Lab("open", fabric="virtual").play(main)


def _over_tcp(answer: Callable[[bytes], bytes | None], *messages: bytes) -> Echo:
    async def main(lab: Lab) -> Echo:
        await lab.stack("outside").listen(lambda: _Scripted(answer), (THERE, PORT))
        stream = await connect(Diary().trace(), THERE, PORT)
        assert stream is not None
        return await echo_tcp(stream, messages)

    return _in_lab(main)


@pytest.mark.parametrize(
    ("answer", "received", "failure", "is_echo"),
    [
        (lambda data: data, b"onetwo", None, True),
        (lambda data: data.upper(), b"ONETWO", None, False),
        (lambda _: b"", b"", "generic_timeout_error", None),
        (lambda data: data[:1], b"o", "generic_timeout_error", False),
        (lambda _: None, b"", "eof_error", None),
    ],
)
def test_what_comes_back_over_tcp(
    answer: Callable[[bytes], bytes | None], received: bytes, failure: str | None, is_echo: bool | None
) -> None:
    echo = _over_tcp(answer, b"one", b"two")
    assert (echo.received, echo.failure, echo.is_echo) == (received, failure, is_echo)


def test_the_second_message_waits_for_the_echo_of_the_first() -> None:
    seen: list[bytes] = []

    def answer(data: bytes) -> bytes:
        seen.append(data)
        return data

    assert _over_tcp(answer, b"one", b"two").sent == b"onetwo"
    assert seen == [b"one", b"two"]
    assert _over_tcp(lambda _: b"", b"one", b"two").sent == b"one"


@pytest.mark.parametrize("address", [THERE, THERE6])
def test_a_datagram_comes_back(address: str) -> None:
    echo = _in_lab(lambda _: echo_udp(Diary().trace(), address, 443, b"hello"))
    assert (echo.received, echo.failure, echo.is_echo) == (b"hello", None, True)


def test_a_lost_datagram_is_sent_again() -> None:
    seen: list[bytes] = []

    def answer(data: bytes) -> bytes | None:
        seen.append(data)
        return data if len(seen) > 1 else None

    async def main(lab: Lab) -> Echo:
        await lab.stack("outside").bind(lambda: _Scripted(answer), (THERE, PORT))
        return await echo_udp(Diary().trace(), THERE, PORT, b"hello")

    assert _in_lab(main).is_echo is True
    assert len(seen) == 2


def test_silence_and_a_closed_port_are_told_apart() -> None:
    silent = _in_lab(lambda _: echo_udp(Diary().trace(), THERE, 9, b"hello"))
    closed = _in_lab(lambda _: echo_udp(Diary().trace(), THERE, PORT, b"hello"))
    assert (silent.failure, silent.is_echo) == ("generic_timeout_error", None)
    assert closed.failure == "connection_refused"
