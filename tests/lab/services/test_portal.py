from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.lab.services.clients import get
from tests.lab.services.loopback import made, running

ADDRESS = "192.0.2.81"
HOST = {"name": "portal", "addresses": [ADDRESS], "portal": {"location": "http://login.example/?orig=1"}}


def test_whatever_is_asked_leads_to_the_login_page() -> None:
    async def run() -> None:
        async with running(made(hosts=[HOST])) as lab:
            for name in ("news.example", "other.example"):
                away = await get(lab, f"http://{name}/page", ADDRESS)
                assert (away.status_code, away.headers["location"]) == (302, "http://login.example/?orig=1")
            for name in ("login.example", "portal.example"):
                assert "Please sign in" in (await get(lab, f"http://{name}/?orig=1", ADDRESS)).text
            with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
                await get(lab, "https://news.example/", ADDRESS)
            assert (await get(lab, "https://portal.example/", ADDRESS)).status_code == 200
            assert lab.causes == []

    asyncio.run(run())
