from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.lab.services.clients import get
from tests.lab.services.loopback import made, running
from trigpoint.lab.services.portal import LoginPage
from trigpoint.lab.world.place import Portal
from trigpoint.net.serve.exchange import Request

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


def test_a_device_is_told_whether_it_is_captive_over_tls_and_nowhere_else() -> None:
    async def run() -> None:
        async with running(made(hosts=[HOST])) as lab:
            told = await get(lab, "https://portal.example/captive-portal/api", ADDRESS)
            assert told.headers["content-type"] == "application/captive+json"
            assert told.headers["cache-control"] == "private"
            assert told.json() == {"captive": True, "user-portal-url": "https://portal.example/"}
            assert "Please sign in" in (await get(lab, "http://portal.example/captive-portal/api", ADDRESS)).text
            for scheme, path, is_captive in (("https", "/", True), ("http", "/other", True), ("http", "/", False)):
                await get(lab, f"{scheme}://portal.example{path}", ADDRESS, method="POST")
                told = await get(lab, "https://portal.example/captive-portal/api", ADDRESS)
                assert told.json()["captive"] is is_captive

    asyncio.run(run())


def test_the_form_goes_to_the_gate_in_plain_sight() -> None:
    page = LoginPage(Portal(location="https://login.example/in?orig=%3C'>", name="portal.example"))
    request = Request("GET", "/", "portal.example", "https", (), b"", ("192.0.2.2", 1), ("192.0.2.1", 443))
    assert b"<form action='http://login.example/in' method='post'>" in asyncio.run(page.respond(request)).body
