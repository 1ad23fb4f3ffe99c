from __future__ import annotations

import asyncio
import base64

import dns.message
import pytest

from tests.lab.services.clients import get, talk, told, trusting
from tests.lab.services.loopback import CLIENT, RESOLVER, WEB, Lab, made, running
from trigpoint.lab.services import doh

QUERY = dns.message.make_query("news.example", "A", id=0).to_wire()
HOST = {
    "name": "isp-dns",
    "network": "a1",
    "addresses": [RESOLVER],
    "resolver": {
        "name": "dns.isp.example",
        "transports": ["doh"],
        "lies": [{"names": {"suffix": ["silent.example"]}, "is_silent": True}],
    },
}
URL = "https://dns.isp.example/dns-query"
POSTED = {"content-type": "application/dns-message"}


def encoded(payload: bytes) -> str:
    return base64.urlsafe_b64encode(payload).decode().rstrip("=")


@pytest.mark.parametrize("http2", [True, False])
def test_both_methods_say_the_same_over_both_versions(http2: bool) -> None:
    async def run() -> None:
        async with running(made(hosts=[HOST])) as lab:
            asked = await get(lab, f"{URL}?dns={encoded(QUERY)}", at=RESOLVER, http2=http2)
            posted = await get(lab, URL, at=RESOLVER, method="POST", content=QUERY, headers=POSTED, http2=http2)
            for response in (asked, posted):
                assert response.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
                assert response.headers["content-type"] == "application/dns-message"
                assert told(dns.message.from_wire(response.content)) == [f"news.example. A {WEB}"]
            assert asked.headers["cache-control"] in {"max-age=300", "max-age=299"}

    asyncio.run(run())


def test_what_is_no_question_is_refused() -> None:
    async def run() -> list[int]:
        async with running(made(hosts=[HOST])) as lab:
            asked = [
                await get(lab, "https://dns.isp.example/", at=RESOLVER),
                await get(lab, URL, at=RESOLVER),
                await get(lab, f"{URL}?dns=%%%", at=RESOLVER),
                await get(lab, f"{URL}?dns=a", at=RESOLVER),
                await get(lab, URL, at=RESOLVER, method="POST", content=QUERY),
                await get(lab, URL, at=RESOLVER, method="POST", content=b"", headers=POSTED),
                await get(lab, URL, at=RESOLVER, method="PUT", content=QUERY, headers=POSTED),
            ]
            return [response.status_code for response in asked]

    assert asyncio.run(run()) == [404, 400, 400, 400, 415, 400, 405]


def test_it_is_found_by_its_address_too() -> None:
    async def run() -> int:
        async with running(made(hosts=[HOST])) as lab:
            said = f"GET /dns-query?dns={encoded(QUERY)} HTTP/1.1\r\nHost: {RESOLVER}\r\nConnection: close\r\n\r\n"
            context = trusting(lab, verify=False)
            return int((await talk(lab, said.encode(), 443, RESOLVER, CLIENT, context)).split()[1])

    assert asyncio.run(run()) == 200


def test_who_is_told_nothing_waits_and_is_left_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doh, "SILENT_SECONDS", 0.01)

    async def run(lab: Lab) -> None:
        query = dns.message.make_query("silent.example", "A", id=0).to_wire()
        said = f"GET /dns-query?dns={encoded(query)} HTTP/1.1\r\nHost: dns.isp.example\r\n\r\n".encode()
        heard = await talk(lab, said, 443, RESOLVER, CLIENT, trusting(lab, verify=False))
        assert heard == b""
        raise ConnectionResetError

    async def whole() -> None:
        async with running(made(hosts=[HOST])) as lab:
            with pytest.raises(ConnectionError):
                await run(lab)
            assert lab.causes == [("a1", "lie", "dns.timeout")]

    asyncio.run(whole())
