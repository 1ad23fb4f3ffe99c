from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab.services.clients import ask, get, talk, told, trusting
from tests.lab.services.loopback import AUTHORITY, NETWORKS, RESOLVER, WEB, Lab, Loopback, LoopbackStack, made, running
from trigpoint.errors import InputError
from trigpoint.lab.services.hosts import start

if TYPE_CHECKING:
    import ssl

MANY = [
    {"name": f"site-{number}.example", "hosts": ["web" if number % 2 else "second"], "schemes": ["http", "https"]}
    for number in range(12)
]
PUBLIC = {
    "name": "public",
    "addresses": ["198.18.0.8"],
    "resolver": {"name": "dns.public.example", "transports": ["udp", "tcp", "dot", "doh"]},
}


def test_everything_of_a_world_is_up_in_little_time_and_closes_without_a_trace() -> None:
    async def run() -> float:
        begin = time.process_time()
        async with running(made(MANY, [PUBLIC])):
            return time.process_time() - begin

    assert min(asyncio.run(run()) for _ in range(3)) < 0.2  # seconds; measured 0.02


def test_a_host_that_is_authority_and_resolver_answers_as_it_is_asked() -> None:
    both = {
        "name": "authority",
        "addresses": [AUTHORITY],
        "authority": True,
        "resolver": {"nxdomain_rewrite": ["192.0.2.80"]},
    }

    async def run() -> None:
        async with running(made(hosts=[both])) as lab:
            assert told(await ask(lab, "no.example", at=AUTHORITY)) == ["no.example. A 192.0.2.80"]
            assert told(await ask(lab, "no.example", at=AUTHORITY, flags=0)) == []

    asyncio.run(run())


def test_a_client_trusts_the_lab_and_what_is_installed_on_it() -> None:
    box = {"name": "box", "addresses": ["192.0.2.99"], "interceptor": {}}
    networks = [{**NETWORKS[0], "trusts": ["box"]}, NETWORKS[1]]

    async def run() -> None:
        async with running(made(hosts=[box], network=networks)) as lab:
            counts = [lab.bundle(network).count("BEGIN CERTIFICATE") for network in ("a1", "b1", "")]
            assert counts == [2, 1, 1]
            with pytest.raises(InputError):
                lab.bundle("zz")

    asyncio.run(run())


def test_a_start_that_fails_leaves_nothing_open() -> None:
    class Full(LoopbackStack):
        async def listen(self, protocol: object, local: object, **how: object) -> object:
            if local == (WEB, 443):
                raise OSError(98, "in use")
            return await super().listen(protocol, local, **how)

    async def run() -> None:
        net = Loopback(made())
        with tempfile.TemporaryDirectory() as folder, pytest.raises(OSError, match="in use"):
            await start(made(), lambda host: Full(net, host.addresses), Path(folder))
        end = net.end(WEB, 80)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*end)

    asyncio.run(run())


def test_interceptors_listen_where_flows_are_diverted_to_them() -> None:
    box = {"name": "box", "addresses": ["192.0.2.99"], "interceptor": {}}
    censor = {"id": "x", "behaviour": "tls_interception", "to": "box", "match": {"ports": [443, 8443]}}

    async def run() -> None:
        async with running(made(hosts=[box], censor=[censor])) as lab:
            assert lab.end("192.0.2.99", 8443)
            assert lab.end("192.0.2.99", 443)

    asyncio.run(run())


def test_a_transparent_resolver_answers_whoever_was_asked() -> None:
    async def run() -> None:
        async with running(made(), {RESOLVER: ("8.8.8.8", 53)}) as lab:
            assert told(await ask(lab, "news.example")) == [f"news.example. A {WEB}"]

    asyncio.run(run())


def test_five_hundred_tls_connections_at_once_all_get_what_they_asked_for() -> None:
    async def one(lab: Lab, number: int, context: ssl.SSLContext) -> bool:
        name = f"site-{number % 12}.example"
        at = WEB if number % 2 else "203.0.113.20"
        reader, writer = await asyncio.open_connection(*lab.end(at, 443), ssl=context, server_hostname=name)
        await arrived.wait()
        writer.write(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        body = await reader.read()
        writer.close()
        return f"<title>{name}</title>".encode() in body

    arrived = asyncio.Barrier(500)

    async def run() -> list[bool]:
        async with running(made(MANY)) as lab:
            return await asyncio.gather(*(one(lab, number, trusting(lab)) for number in range(500)))

    assert asyncio.run(run()) == [True] * 500


def test_a_site_can_be_reached_by_what_its_resolver_says() -> None:
    async def run() -> None:
        async with running(made()) as lab:
            address = told(await ask(lab, "news.example"))[0].split()[-1]
            assert (await get(lab, "https://news.example/", address)).status_code == 200

    asyncio.run(run())


def test_what_is_no_tls_gets_nothing_from_a_resolver_over_tls() -> None:
    async def run() -> bytes:
        async with running(made(hosts=[PUBLIC])) as lab:
            return await talk(lab, b"GET / HTTP/1.1\r\n\r\n", 853, "198.18.0.8")

    assert asyncio.run(run()) == b""
