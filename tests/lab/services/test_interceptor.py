from __future__ import annotations

import asyncio
import ssl
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography import x509

from tests.lab.services.clients import get, talk, trusting
from tests.lab.services.loopback import CLIENT, NETWORKS, WEB, Lab, made, running
from tests.net.serve.settling import comes_to

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BOX = "192.0.2.99"
YEAR = 31_557_600  # seconds
SITES = [
    {"name": "news.example", "hosts": ["web"]},
    {"name": "free.example", "hosts": ["web"]},
    {"name": "old.example", "hosts": ["web"], "certificate": "expired"},
]
NAMES = {"suffix": ["news.example", "old.example"]}
TRUSTING = [{**NETWORKS[0], "trusts": ["box"]}, NETWORKS[1]]


def within(run: Callable[[Lab], Awaitable[None]], **interceptor: object) -> Lab:
    origins = interceptor.pop("origins", {BOX: (WEB, 443)})
    clock = interceptor.pop("clock", time.time)
    more = {key: interceptor.pop(key) for key in ("network", "censor") if key in interceptor}
    names = interceptor.pop("names", NAMES)
    box = {"name": "box", "network": "a1", "addresses": [BOX], "interceptor": {"names": names, **interceptor}}

    async def whole() -> Lab:
        async with running(made(SITES, [box], **more), origins, clock) as lab:
            await run(lab)
            return lab

    return asyncio.run(whole())


async def leaf(lab: Lab, name: str = "news.example", at: str = BOX) -> x509.Certificate:
    """The certificate that a server shows."""
    context = trusting(lab, verify=False)
    _, writer = await asyncio.open_connection(
        *lab.end(at, 443), ssl=context, server_hostname=name, local_addr=(lab.real[CLIENT], 0)
    )
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return x509.load_der_x509_certificate(der)


def test_a_listed_name_is_shown_a_copy_that_is_not_believed() -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(httpx.ConnectError, match="unable to get local issuer"):
            await get(lab, "https://news.example/", BOX)
        forged, true = await leaf(lab), await leaf(lab, at=WEB)
        assert forged.subject == true.subject
        assert forged.not_valid_after_utc == true.not_valid_after_utc
        assert forged.public_key() != true.public_key()
        assert forged.issuer.rfc4514_string() == "CN=Lab Interception Root"

    lab = within(run)
    assert lab.causes == [("a1", "intercept", "tls.mitm.ca_signed")] * 2
    assert (lab.events[0][1].name, lab.events[0][1].server, lab.events[0][1].server_port) == ("news.example", WEB, 443)


def test_where_its_root_is_installed_only_the_key_differs() -> None:
    async def run(lab: Lab) -> None:
        assert len((await get(lab, "https://news.example/", BOX)).content) == 8_000
        assert len((await get(lab, "https://news.example/bytes/2000000", BOX)).content) == 2_000_000

    within(run, network=TRUSTING)


def test_all_other_names_are_handed_on_as_they_are() -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, "https://free.example/", BOX, http2=True)).http_version == "HTTP/2"
        assert (await leaf(lab, "free.example")).public_key() == (await leaf(lab, "free.example", WEB)).public_key()
        assert await talk(lab, b"no TLS at all", 443, BOX) == b""

    assert within(run).causes == []


def test_without_a_list_everything_is_intercepted() -> None:
    async def run(lab: Lab) -> None:
        assert (await leaf(lab, "free.example")).issuer.rfc4514_string() == "CN=Antivirus Root"

    censor = [{"id": "av", "behaviour": "tls_interception", "to": "box", "issuer": "local", "networks": ["a1"]}]
    lab = within(run, names={}, issuer="Antivirus Root", censor=censor)
    assert lab.causes == [("a1", "intercept", "local.tls_interception")]


def test_what_signs_itself_says_so() -> None:
    async def run(lab: Lab) -> None:
        forged = await leaf(lab)
        assert forged.issuer == forged.subject

    assert within(run, self_signed=True).causes == [("a1", "intercept", "tls.mitm.self_signed")]


def test_a_page_is_shown_behind_the_copy() -> None:
    async def run(lab: Lab) -> None:
        shown = await get(lab, "https://news.example/", BOX)
        assert (shown.status_code, "By order of nobody" in shown.text) == (403, True)

    for copies in (True, False):
        lab = within(run, page="By order of nobody", copies_origin=copies, network=TRUSTING)
        assert lab.causes == [("a1", "page", "tls.mitm.ca_signed")]


@pytest.mark.parametrize("copies", [True, False])
def test_a_page_may_be_for_some_names_alone_and_bear_a_product_s_fields(copies: bool) -> None:
    async def run(lab: Lab) -> None:
        refused = await get(lab, "https://news.example/", BOX)
        assert (refused.status_code, refused.headers["via"]) == (403, "1.1 gateway")
        assert "server" not in refused.headers
        assert (await get(lab, "https://free.example/", BOX)).status_code == 200

    page = {"page": "Gambling", "page_names": {"suffix": ["news.example"]}, "page_fields": [["via", "1.1 gateway"]]}
    within(run, names={}, copies_origin=copies, network=TRUSTING, **page)


def test_what_is_not_copied_is_made_for_the_name() -> None:
    async def run(lab: Lab) -> None:
        assert (await get(lab, "https://news.example/", BOX)).status_code == 200

    within(run, copies_origin=False, network=TRUSTING)


def test_sites_that_do_not_verify_are_handed_on_where_that_is_needed() -> None:
    async def run(lab: Lab) -> None:
        assert (await leaf(lab, "old.example")).public_key() == (await leaf(lab, "old.example", WEB)).public_key()
        assert (await leaf(lab)).issuer.rfc4514_string() == "CN=Lab Interception Root"

    lab = within(run, needs_valid_origin=True)
    assert ("a1", "intercept", "tls.mitm.ca_signed") in lab.causes
    assert "old.example" not in {event.name for _, event in lab.events if event.act == "intercept"}


@pytest.mark.parametrize("ahead", [-10 * YEAR, 10 * YEAR])
def test_what_is_expired_is_told_by_the_clock_of_the_hosts_not_by_the_machine_s(ahead: float) -> None:
    async def run(lab: Lab) -> None:
        assert (await leaf(lab, "old.example")).public_key() == (await leaf(lab, "old.example", WEB)).public_key()
        assert (await leaf(lab)).issuer.rfc4514_string() == "CN=Lab Interception Root"

    within(run, needs_valid_origin=True, clock=lambda: time.time() + ahead)


@pytest.mark.parametrize("origins", [{}, {BOX: (WEB, 4443)}])
def test_without_an_origin_the_connection_is_reset(origins: dict[str, Any]) -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(ConnectionResetError):
            await talk(lab, b"", 443, BOX, tls=trusting(lab, verify=False))

    assert within(run, origins=origins).causes == []


def test_an_origin_that_fails_its_handshake_is_passed_on_as_a_reset() -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(ConnectionResetError):
            await talk(lab, b"", 443, BOX, tls=trusting(lab, verify=False))

    within(run, origins={BOX: (WEB, 80)})


def test_a_client_that_leaves_in_the_handshake_leaves_nothing_open() -> None:
    async def run(lab: Lab) -> None:
        idle = lab.services._running.open
        context = trusting(lab)
        with pytest.raises(ssl.SSLError):
            await talk(lab, b"", 443, BOX, tls=context)
        assert await comes_to(lab.services._running, idle, 0)

    within(run)


def test_what_comes_back_to_itself_is_reset() -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(ConnectionResetError):
            await talk(lab, b"", 443, BOX, BOX, trusting(lab, verify=False))

    within(run)


def test_a_certificate_that_cannot_be_copied_is_made_for_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError

    async def run(lab: Lab) -> None:
        monkeypatch.setattr(lab.services.pki, "forged", refuse)
        assert (await leaf(lab)).issuer.rfc4514_string() == "CN=Lab Interception Root"

    within(run)
