from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest

from tests.lab.services.clients import get, trusting
from tests.lab.services.loopback import made, running

ADDRESS = "192.0.2.80"


def host(**how: object) -> dict[str, object]:
    return {"name": "block", "addresses": [ADDRESS], "notice": {"title": "Blocked & gone", "status": 451, **how}}


def test_every_name_gets_the_page_and_a_certificate_of_another_name() -> None:
    async def run() -> None:
        async with running(made(hosts=[host()])) as lab:
            for name in ("a.example", "b.example"):
                shown = await get(lab, f"http://{name}/any/path", ADDRESS)
                assert (shown.status_code, "<h1>Blocked &amp; gone</h1>" in shown.text) == (451, True)
            with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
                await get(lab, "https://a.example/", ADDRESS)
            behind = await get(lab, "https://a.example/", ADDRESS, tls=trusting(lab, verify=False), http2=True)
            assert (behind.status_code, behind.http_version) == (451, "HTTP/2")
            assert (await get(lab, "https://notice.example/", ADDRESS)).status_code == 451

    asyncio.run(run())


def test_it_may_speak_http_only() -> None:
    async def run() -> None:
        async with running(made(hosts=[host(https=False)])) as lab:
            assert (await get(lab, "http://a.example/", ADDRESS)).status_code == 451
            with pytest.raises(ConnectionRefusedError):
                lab.end(ADDRESS, 443)

    asyncio.run(run())
    assert ssl.HAS_SNI
