"""The system's resolver."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from tests.net.dial.scripted import in_lab
from trigpoint.model.failure import FAILURES
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask
from trigpoint.net.dial.resolver import Resolver
from trigpoint.net.dial.system import make_room_for_lookups

if TYPE_CHECKING:
    from trigpoint.lab.lab import Lab
    from trigpoint.net.dial.acts import Lookup

SYSTEM = Resolver()


def asked(name: str, gives: object = (), *, seconds: float = 0) -> Lookup:
    """Ask a loop whose resolver gives or raises something after some time."""

    async def main() -> Lookup:
        async def answer(*_: object, **__: object) -> object:
            await asyncio.sleep(seconds)
            if isinstance(gives, Exception):
                raise gives
            return gives

        asyncio.get_running_loop().getaddrinfo = answer
        return await ask(Diary().trace(), SYSTEM, name, timeout=0.01 if seconds else 60)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, ""), "dns_nxdomain_error"),
        (socket.gaierror(socket.EAI_NODATA, ""), "dns_no_answer"),
        (socket.gaierror(socket.EAI_AGAIN, ""), "dns_temporary_failure"),
        (socket.gaierror(socket.EAI_FAIL, ""), "dns_non_recoverable_failure"),
        (socket.gaierror(socket.EAI_SERVICE, ""), "dns_server_misbehaving"),
        (socket.gaierror(), "dns_server_misbehaving"),
        (OSError(errno.ECONNREFUSED, ""), "connection_refused"),
        (ValueError("embedded null byte"), "invalid_url"),
    ],
)
def test_its_errors_are_failures(error: Exception, failure: str) -> None:
    found = asked("news.example", error)
    assert (found.failure, found.engine, found.query_type, found.resolver_address) == (
        failure,
        "getaddrinfo",
        "ANY",
        "",
    )
    assert failure in FAILURES


def test_its_silence_is_our_own_timeout() -> None:
    assert asked("news.example", seconds=60).failure == "generic_timeout_error"


def test_its_answers_are_addresses_in_order_and_the_true_name() -> None:
    infos = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "WWW.Example.", ("2001:DB8:0::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0)),
    ]
    found = asked("news.example", infos)
    assert found.failure is None
    assert [(answer.answer_type, answer.value, answer.ttl) for answer in found.answers] == [
        ("CNAME", "www.example", None),
        ("AAAA", "2001:db8::1", None),
        ("A", "192.0.2.1", None),
    ]


def test_no_address_is_no_answer() -> None:
    assert asked("news.example", []).failure == "dns_no_answer"


def test_it_is_asked_in_the_lab_and_on_the_machine() -> None:
    async def main(_: Lab) -> list[Lookup]:
        diary = Diary()
        return [await ask(diary.trace(), SYSTEM, name) for name in ("Bücher.example", "nosuch.example", "a..b")]

    found, missing, bad = in_lab(main)
    assert (found.hostname, found.addresses) == ("xn--bcher-kva.example", ("2001:db8:80::10", "203.0.113.10"))
    assert (missing.failure, bad.failure) == ("dns_nxdomain_error", "invalid_url")

    async def real() -> Lookup:
        return await ask(Diary().trace(), SYSTEM, "localhost")

    assert "127.0.0.1" in asyncio.run(real()).addresses


def test_twenty_lookups_wait_for_nobody_where_room_was_made() -> None:
    together = threading.Barrier(20)

    async def main() -> None:
        make_room_for_lookups()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):  # with fewer threads than lookups none of them ends
            await asyncio.gather(*(loop.run_in_executor(None, together.wait, 30) for _ in range(20)))

    asyncio.run(main())
    assert together.n_waiting == 0
