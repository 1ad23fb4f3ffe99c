from __future__ import annotations

import socket

import pytest

from tests.lab.fabrics.virtual.carriers import NOBODY, SERVER, SERVER6, Lab, run
from tests.lab.fabrics.virtual.resolvers import serve_names

NAME = "two.example"
ZONE = {(NAME, 1): [SERVER], (NAME, 28): [SERVER6]}


def test_addresses_need_nobody() -> None:
    async def main(lab: Lab) -> None:
        assert await lab.loop.getaddrinfo(NOBODY, "https") == [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (NOBODY, 443)),
            (socket.AF_INET, socket.SOCK_DGRAM, 17, "", (NOBODY, 443)),
            (socket.AF_INET, socket.SOCK_RAW, 0, "", (NOBODY, 443)),
        ]
        found = await lab.loop.getaddrinfo(b"2001:db8::1", b"53", type=socket.SOCK_DGRAM)
        assert found == [(socket.AF_INET6, socket.SOCK_DGRAM, 17, "", ("2001:db8::1", 53, 0, 0))]
        assert lab.carrier.sent == []

    run(main)


def test_names_are_asked_of_the_resolver_of_the_place_and_ipv6_comes_first() -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, ZONE)
        found = await lab.loop.getaddrinfo(NAME, 443, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
        assert [(info[3], info[4][0]) for info in found] == [(NAME, SERVER6), (NAME, SERVER)]
        (only,) = await lab.loop.getaddrinfo(NAME, 443, family=socket.AF_INET, proto=socket.IPPROTO_TCP)
        assert only[4] == (SERVER, 443)

    run(main)


def test_families_without_an_address_come_last_or_not_at_all() -> None:
    async def main(lab: Lab) -> None:
        with lab.loop.internet.at("resolver"):
            found = await lab.loop.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)
            assert [info[4][0] for info in found] == ["127.0.0.1", "::1"]
            found = await lab.loop.getaddrinfo("", 0, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
            assert [info[4][0] for info in found] == ["127.0.0.1"]

    run(main)


def test_no_name_means_this_host_or_all_its_addresses() -> None:
    async def main(lab: Lab) -> None:
        found = await lab.loop.getaddrinfo(None, 80, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        assert [info[4][0] for info in found] == ["::", "0.0.0.0"]  # noqa: S104 - in memory
        found = await lab.loop.getaddrinfo(None, 80, type=socket.SOCK_STREAM)
        assert [info[4][0] for info in found] == ["::1", "127.0.0.1"]

    run(main)


@pytest.mark.parametrize(
    ("host", "port", "options", "number"),
    [
        (NAME, 80, {"flags": socket.AI_NUMERICHOST}, socket.EAI_NONAME),
        (SERVER, 80, {"family": socket.AF_INET6}, socket.EAI_ADDRFAMILY),
        (SERVER, "no such service", {}, socket.EAI_SERVICE),
    ],
)
def test_what_cannot_be_is_said_as_by_the_c_library(
    host: str, port: int | str, options: dict[str, int], number: int
) -> None:
    async def main(lab: Lab) -> None:
        with pytest.raises(socket.gaierror) as caught:
            await lab.loop.getaddrinfo(host, port, **options)
        assert caught.value.errno == number

    run(main)


def test_addresses_have_no_names() -> None:
    async def main(lab: Lab) -> None:
        assert await lab.loop.getnameinfo((SERVER, 80)) == (SERVER, "80")
        for address, flags in (((SERVER, 80), socket.NI_NAMEREQD), (("name.example", 80), 0)):
            with pytest.raises(socket.gaierror):
                await lab.loop.getnameinfo(address, flags)

    run(main)
