"""What the control's HTTP answers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from trigpoint.control.helper import Helper
from trigpoint.control.limits import Limits
from trigpoint.control.protocol import ControlRequest, ControlResponse, Fetched, Resolved
from trigpoint.net.serve.exchange import Request

if TYPE_CHECKING:
    from trigpoint.net.serve.exchange import Response

ASKED = b'{"http_request": "https://news.example/", "http_request_headers": {}, "tcp_connect": []}'
EMPTY = ControlResponse(
    tcp_connect={},
    tls_handshake={},
    quic_handshake={},
    http_request=Fetched(failure="eof_error"),
    http3_request=None,
    dns=Resolved(),
    ip_info={},
)


def asking(method: str = "POST", target: str = "/", body: bytes = ASKED, **fields: Any) -> Request:
    return Request(
        method, target, "helper.example", "http", (), body, ("192.0.2.1", 50_000), ("192.0.2.9", 80), **fields
    )


async def measured(_asked: ControlRequest) -> ControlResponse:
    return EMPTY


def answer(request: Request, rate: float = 0.0) -> Response:
    async def main() -> Response:
        return await Helper(measured, Limits(rate, asyncio.get_running_loop().time)).respond(request)

    return asyncio.run(main())


def test_a_measurement_is_answered_with_every_field_of_the_protocol() -> None:
    response = answer(asking())
    assert response.status == 200
    assert ("content-type", "application/json") in response.fields
    assert json.loads(response.body) == {
        "tcp_connect": {},
        "tls_handshake": {},
        "quic_handshake": {},
        "http_request": {
            "body_length": -1,
            "discovered_h3_endpoint": "",
            "failure": "eof_error",
            "title": "",
            "headers": {},
            "status_code": -1,
        },
        "http3_request": None,
        "dns": {"failure": None, "addrs": []},
        "ip_info": {},
    }


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asking("GET", "/health"), 200),
        (asking("get", "/health?x"), 200),
        (asking("POST", "/other"), 404),
        (asking("PUT"), 405),
        (asking(body=b"{}"), 400),
        (asking(body=b"\x00"), 400),
    ],
)
def test_everything_else_has_its_status_and_says_why(request_: Request, status: int) -> None:
    response = answer(request_)
    assert response.status == status
    content = json.loads(response.body)
    assert content["status"] == "ok" if status == 200 else content["error"]


def test_a_request_is_given_back_as_it_came() -> None:
    spelled = (("hOsT", "x.com"), ("ACCEPT", "é"), ("accept", "*/*"), ("ACCEPT", "b"))
    content = json.loads(answer(asking("gEt", "/?a=b", b"", spelled=spelled, version="1.1")).body)
    assert content["request_line"] == "gEt /?a=b HTTP/1.1"
    assert content["headers_dict"] == {"hOsT": ["x.com"], "ACCEPT": ["é", "b"], "accept": ["*/*"]}
    assert content["request_headers"] == [list(pair) for pair in spelled]


def test_a_client_that_asks_too_much_is_told_when_to_come_back() -> None:
    async def main() -> list[Response]:
        helper = Helper(measured, Limits(6, asyncio.get_running_loop().time))
        return [await helper.respond(asking()) for _ in range(2)]

    first, second = asyncio.run(main())
    assert first.status == 200
    assert second.status == 429
    assert ("retry-after", "10") in second.fields


def test_measurements_beyond_number_are_put_off_and_one_that_breaks_makes_room() -> None:
    told: list[str] = []

    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(str(context["exception"])))
        gate = asyncio.Event()

        async def slow(_asked: ControlRequest) -> ControlResponse:
            await gate.wait()
            message = "nobody foresaw this"
            raise RuntimeError(message)

        helper = Helper(slow, Limits(0, loop.time), 1)
        under_way = asyncio.ensure_future(helper.respond(asking()))
        await asyncio.sleep(0)
        put_off = await helper.respond(asking())
        gate.set()
        return [put_off.status, (await under_way).status, (await helper.respond(asking())).status]

    assert asyncio.run(main()) == [503, 500, 500]
    assert told == ["nobody foresaw this"] * 2


def test_bytes_are_given_as_many_as_asked_for_and_no_more_than_a_mebibyte() -> None:
    assert len(answer(asking("GET", "/bytes/300000", b"")).body) == 300_000
    assert len(answer(asking("GET", "/bytes/9999999", b"")).body) == 1 << 20
    assert answer(asking("GET", "/bytes/x", b"")).status == 404
    assert answer(asking("GET", "/bytes/99999999", b"")).status == 404


@pytest.mark.parametrize(
    ("client", "forwarded", "told"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("::1", "203.0.113.66, 2001:DB8::9", "2001:db8::9"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("", "198.51.100.9", ""),
    ],
)
def test_who_asks_is_told_his_address_and_only_a_proxy_of_the_same_machine_is_believed(
    client: str, forwarded: str, told: str
) -> None:
    asked = Request(
        "GET", "/health", "h", "http", (("x-forwarded-for", forwarded),), b"", (client, 9), ("192.0.2.9", 80)
    )
    response = answer(asked)
    assert json.loads(response.body)["client"] == told
    assert ("cache-control", "no-store") in response.fields
