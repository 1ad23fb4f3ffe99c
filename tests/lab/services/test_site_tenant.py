from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.lab.services.clients import get
from tests.lab.services.loopback import OTHER_CLIENT, SECOND, Lab, made, running
from trigpoint.lab.services import site_tenant

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

URL = "http://news.example/"


def within(
    run: Callable[[Lab], Awaitable[None]], *others: dict[str, Any], **site: object
) -> list[tuple[str, str, str]]:
    """Run a world with this site, and others on the same host, and say what was logged."""

    async def whole() -> list[tuple[str, str, str]]:
        async with running(made([{"name": "news.example", "hosts": ["web"], **site}, *others])) as lab:
            await run(lab)
            return lab.causes

    return asyncio.run(whole())


@pytest.mark.parametrize(
    ("kind", "status", "cause"),
    [
        ("page", 200, None),
        ("blank", 200, None),
        ("consent", 200, None),
        ("parked", 200, "site.parked"),
        ("challenge", 403, "server.challenge"),
        ("geoblock", 403, "server.geoblock"),
        ("denied", 403, "server.geoblock"),
        ("unavailable", 451, "server.geoblock"),
        ("error", 503, "site.down"),
    ],
)
def test_each_kind_is_served_and_logged_with_its_explanation(kind: str, status: int, cause: str | None) -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, URL)).status_code == status

    assert within(run, kind=kind) == ([("a1", "serve", cause)] if cause else [])


def test_who_looks_from_another_network_sees_another_site() -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, URL)).status_code == 200
        assert (await get(lab, URL, client=OTHER_CLIENT)).status_code == 403

    assert within(run, views=[{"networks": ["b1"], "kind": "geoblock"}]) == [("b1", "serve", "server.geoblock")]


def test_a_fault_for_some_is_a_refusal_and_a_fault_for_all_is_a_site_that_is_down() -> None:
    async def run(lab: Lab) -> None:
        await get(lab, URL, client=OTHER_CLIENT)

    assert within(run, fault="error") == [("b1", "serve", "site.down")]
    assert within(run, views=[{"networks": ["b1"], "fault": "error"}]) == [("b1", "serve", "server.geoblock")]


def test_redirects_lead_where_they_should() -> None:
    async def run(lab: Lab) -> None:
        moved = await get(lab, "http://news.example/a?b=c")
        assert (moved.status_code, moved.headers["location"]) == (301, "https://news.example/a?b=c")
        front = await get(lab, "https://news.example/")
        assert (front.status_code, front.headers["location"]) == (302, "https://portal.example/")
        assert (await get(lab, "https://news.example/other")).status_code == 200

    assert within(run, upgrade=True, redirect="https://portal.example/") == []


def test_files_of_any_size_and_chains_of_redirects_are_there() -> None:
    async def run(lab: Lab) -> None:
        assert len((await get(lab, "http://news.example/bytes/123456")).content) == 123_456
        assert (await get(lab, "http://news.example/redirect/2")).headers["location"] == "/redirect/1"
        assert (await get(lab, "http://news.example/redirect/1")).headers["location"] == "/"
        for odd in ("/bytes/x", "/bytes/9999999999999", "/redirect/0", "/redirect/999999", "/bytes/\u0663"):
            assert (await get(lab, f"http://news.example{odd}")).headers["content-type"].startswith("text/html")

    within(run)


def test_a_site_of_http3_says_so() -> None:
    async def run(lab: Lab) -> None:
        assert "h3" in (await get(lab, "https://news.example/")).headers["alt-svc"]
        assert "alt-svc" not in (await get(lab, URL)).headers

    within(run, schemes=["http", "https", "h3"])


def test_a_slow_server_thinks_first() -> None:
    async def run(lab: Lab) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await get(lab, URL)
        assert loop.time() - start >= 0.03

    within(run, delay_ms=30)


def test_a_site_that_varies_is_another_at_each_visit() -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, URL)).content != (await get(lab, URL)).content

    within(run, varies=True)


UP = {"name": "up.example", "hosts": ["web"]}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("fault", ["refused", "silent"])
def test_a_site_that_shares_its_address_is_down_once_it_is_named(
    fault: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_tenant, "SILENT_SECONDS", 0.05)

    async def run(lab: Lab) -> None:
        with pytest.raises(httpx.HTTPError):
            await get(lab, f"{scheme}://news.example/", seconds=0.3)
        assert (await get(lab, f"{scheme}://up.example/")).status_code == 200

    assert within(run, UP, fault=fault) == [("a1", "serve", "site.down")]


def test_a_site_whose_handshakes_fail_sends_an_alert() -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(httpx.ConnectError, match=r"(?i)handshake.failure"):
            await get(lab, "https://news.example/")
        assert (await get(lab, URL)).status_code == 200

    assert within(run, fault="tls") == [("a1", "serve", "site.down")]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("expired", "expired"), ("self_signed", "self-signed"), ("wrong_name", "Hostname mismatch"), ("good", None)],
)
def test_a_bad_certificate_is_shown_and_logged(kind: str, said: str | None) -> None:
    async def run(lab: Lab) -> None:
        if said is None:
            assert (await get(lab, "https://news.example/")).status_code == 200
            return
        with pytest.raises(httpx.ConnectError, match=said):
            await get(lab, "https://news.example/")

    assert within(run, certificate=kind) == ([("a1", "serve", "site.bad_certificate")] if said else [])


def test_a_host_may_not_serve_who_is_sent_to_another() -> None:
    view = {"networks": ["b1"], "hosts": ["second"]}

    async def redirected(lab: Lab) -> None:
        assert (await get(lab, URL)).status_code == 200
        away = await get(lab, URL, client=OTHER_CLIENT)
        assert (away.status_code, away.headers["location"]) == (301, "https://news.example/")
        assert (await get(lab, URL, SECOND, OTHER_CLIENT)).status_code == 200

    async def let_wait(lab: Lab) -> None:
        assert (await get(lab, URL)).status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            await get(lab, URL, client=OTHER_CLIENT, seconds=0.2)

    told = [("b1", "serve", "server.geoblock")]
    assert within(redirected, strangers="redirect", views=[view]) == told
    assert within(let_wait, strangers="silent", views=[view]) == told
    assert within(_served, views=[view]) == []


async def _served(lab: Lab) -> None:
    assert (await get(lab, URL, client=OTHER_CLIENT)).status_code == 200
