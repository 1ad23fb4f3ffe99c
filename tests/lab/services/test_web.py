from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.lab.services.clients import get, h3, talk, trusting
from tests.lab.services.loopback import CLIENT, OTHER_CLIENT, SECOND, WEB, Lab, made, running

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

NEWS = {"name": "news.example", "hosts": ["web"], "aliases": ["www.news.example"]}
IDN = {"name": "bücher.example", "hosts": ["web"], "title": "Bücher"}
PLAIN = {"name": "plain.example", "hosts": ["web"], "schemes": ["http"]}


def within(run: Callable[[Lab], Awaitable[None]], *sites: dict[str, Any], **more: object) -> Lab:
    async def whole() -> Lab:
        async with running(made(list(sites), **more)) as lab:
            await run(lab)
            return lab

    return asyncio.run(whole())


@pytest.mark.parametrize("http2", [True, False])
def test_sites_that_share_an_address_are_told_apart_by_name(http2: bool) -> None:
    async def run(lab: Lab) -> None:
        for name, title in (("www.news.example", "news.example"), ("xn--bcher-kva.example", "Bücher")):
            for scheme in ("http", "https"):
                response = await get(lab, f"{scheme}://{name}/", http2=http2)
                assert f"<title>{title}</title>" in response.text
                assert response.http_version == ("HTTP/2" if http2 and scheme == "https" else "HTTP/1.1")

    within(run, NEWS, IDN)


def test_names_that_are_not_served_get_a_page_that_says_so() -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, "http://no.example/")).status_code == 404
        strange = await get(lab, "https://no.example/", tls=trusting(lab, verify=False))
        assert strange.status_code == 421
        with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
            await get(lab, "https://plain.example/")
        assert (await get(lab, "http://plain.example/")).status_code == 200

    assert within(run, NEWS, PLAIN).causes == []


def test_a_strict_server_resets_what_it_does_not_know() -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, "https://news.example/")).status_code == 200
        with pytest.raises(ConnectionResetError):
            await talk(lab, b"", 443, tls=_naming(lab, "other.example"))

    lab = within(run, {**NEWS, "strict_sni": True, "name": "news.example"})
    assert lab.causes == [("a1", "serve", "server.tls_policy")]


def _naming(lab: Lab, name: str) -> ssl.SSLContext:
    context = trusting(lab, verify=False)

    def wrapped(*arguments: object, **how: object) -> ssl.SSLObject:
        return original(*arguments, **{**how, "server_hostname": name})

    original, context.wrap_bio = context.wrap_bio, wrapped  # type: ignore[method-assign]
    return context


def test_who_speaks_none_of_the_protocols_is_told_so() -> None:
    async def run(lab: Lab) -> None:
        context = trusting(lab)
        context.set_alpn_protocols(["other"])
        with pytest.raises(ssl.SSLError, match=r"(?i)no.application.protocol"):
            await talk(lab, b"", 443, tls=context)

    within(run, NEWS)


def test_what_is_no_tls_is_closed() -> None:
    async def run(lab: Lab) -> None:
        assert await talk(lab, b"GET / HTTP/1.1\r\n\r\n", 443) == b""

    within(run, NEWS)


def test_a_host_that_is_refused_listens_to_nobody() -> None:
    async def run(lab: Lab) -> None:
        for port, transport in ((80, "tcp"), (443, "tcp"), (443, "udp")):
            with pytest.raises(ConnectionRefusedError):
                lab.end(SECOND, port, transport)
        assert (await get(lab, "http://news.example/")).status_code == 200

    down = {"name": "down.example", "hosts": ["second"], "fault": "refused", "schemes": ["http", "https", "h3"]}
    within(run, NEWS, down)


def test_a_host_that_is_refused_for_some_resets_them_before_they_speak() -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(ConnectionResetError):
            await talk(lab, b"", 80, SECOND, OTHER_CLIENT)
        assert (await get(lab, "http://down.example/", SECOND, CLIENT)).status_code == 200

    within(run, {"name": "down.example", "hosts": ["second"], "views": [{"networks": ["b1"], "fault": "refused"}]})


def test_a_silent_host_takes_connections_where_nobody_loses_its_packets_and_says_nothing() -> None:
    async def run(lab: Lab) -> None:
        for port in (80, 443):
            reader, writer = await asyncio.open_connection(*lab.end(SECOND, port))
            writer.write(b"GET / HTTP/1.1\r\nHost: down.example\r\n\r\n")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.05)
            writer.close()
        with pytest.raises((ConnectionError, TimeoutError)):
            async with h3(lab, "down.example", SECOND, seconds=0.1):
                pass

    schemes = ["http", "https", "h3"]
    within(run, {"name": "down.example", "hosts": ["second"], "fault": "silent", "schemes": schemes})


def test_who_is_sent_to_a_host_is_served_there() -> None:
    async def run(lab: Lab) -> None:
        for at in (WEB, SECOND):
            assert (await get(lab, "https://geo.example/", at)).status_code == 200

    within(run, {"name": "geo.example", "hosts": ["web"], "views": [{"networks": ["a1"], "hosts": ["second"]}]})
