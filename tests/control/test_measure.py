"""What a control measures, on the loopback; what it makes of a whole world is tested in the lab."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from trigpoint.control.measure import measure
from trigpoint.control.page import h3_endpoint
from trigpoint.control.protocol import AddressInfo, ControlRequest, ControlResponse
from trigpoint.control.setting import Setting
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.http import MOST_BYTES
from trigpoint.net.dial.trust import Trust
from trigpoint.net.serve.exchange import Request, Response
from trigpoint.net.serve.http1 import Http1
from trigpoint.net.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = b"<title> A  page </title>" + b"x" * 1_000


def setting(refuses: Callable[[str], bool] | None = None) -> Setting:
    made = Setting(resolver=Resolver(), trust=lambda: Trust(b"", "", 0))
    return made._replace(refuses=refuses) if refuses else made


def measured(
    path: str, respond: Callable[[Request], Response], chosen: Setting, **fields: object
) -> tuple[ControlResponse, list[Request]]:
    """Measure a URL of a server of one's own; give what was answered, and what the server was asked."""
    seen: list[Request] = []

    async def answer(request: Request) -> Response:
        seen.append(request)
        return respond(request)

    async def main() -> ControlResponse:
        running = Running()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Http1(running, answer), "127.0.0.1", 0)
        running.listens(server)
        port = server.sockets[0].getsockname()[1]
        try:
            request = ControlRequest(http_request=f"http://127.0.0.1:{port}{path}", **fields)  # type: ignore[arg-type]
            return await measure(request, chosen)
        finally:
            await running.close()

    return asyncio.run(main()), seen


def anybody(_address: str) -> bool:
    return False


def page(_request: Request) -> Response:
    return Response(200, (("content-type", "text/html"), ("x-a", "1"), ("x-a", "2")), PAGE)


def leading(location: str) -> Callable[[Request], Response]:
    return lambda request: Response(302, (("location", location),)) if request.path == "/" else page(request)


def test_a_page_is_told_with_its_title_its_length_and_its_fields() -> None:
    answer, _ = measured("/", page, setting(anybody))
    found = answer.http_request
    assert (found.status_code, found.failure, found.title, found.body_length) == (200, None, "A page", len(PAGE))
    assert found.headers == {"Content-Type": "text/html", "X-A": "1", "Content-Length": str(len(PAGE))}
    assert [each.status for each in answer.tcp_connect.values()] == [True]
    assert answer.tls_handshake == {}
    assert answer.dns.addrs == ()
    assert answer.ip_info == {"127.0.0.1": AddressInfo(0, 1)}


def test_the_server_is_asked_as_the_probe_asks() -> None:
    headers = {"User-Agent": ["me"], "accept": ["text/x"], "Authorization": ["secret"], "Host": ["other.example"]}
    _, (asked,) = measured("/", page, setting(anybody), http_request_headers=headers)
    assert asked.value("user-agent") == "me"
    assert asked.value("accept") == "text/x"
    assert asked.value("authorization") == ""
    assert asked.host == "127.0.0.1"


def test_this_machine_is_not_measured_for_anybody() -> None:
    answer, seen = measured("/", page, setting())
    assert seen == []
    assert answer.tcp_connect == {}
    assert answer.http_request.failure == "dns_bogon_error"
    assert answer.ip_info == {"127.0.0.1": AddressInfo(0, 1 + 4)}


@pytest.mark.parametrize(
    ("location", "failure"),
    [
        ("http://127.0.0.2/", "dns_bogon_error"),
        ("http://[::ffff:127.0.0.2]/", "dns_bogon_error"),
        ("ftp://127.0.0.1/", "http_invalid_redirect_url"),
        ("http://me:secret@127.0.0.1/", "http_invalid_redirect_url"),
        ("http://[::1", "http_invalid_redirect_url"),
        ("/", "http_too_many_redirects"),
    ],
)
def test_a_redirect_leads_nobody_where_a_url_may_not(location: str, failure: str) -> None:
    def refuses(address: str) -> bool:
        return address != "127.0.0.1"

    answer, _ = measured("/", leading(location), setting(refuses))
    assert (answer.http_request.status_code, answer.http_request.failure) == (-1, failure)


def test_a_redirect_brings_back_what_was_to_be_remembered() -> None:
    def respond(request: Request) -> Response:
        if request.value("cookie") == "seen=1":
            return page(request)
        return Response(302, (("location", request.target), ("set-cookie", "seen=1; Path=/")))

    answer, seen = measured("/a?b", respond, setting(anybody))
    assert answer.http_request.status_code == 200
    assert [request.target for request in seen] == ["/a?b", "/a?b"]


def test_a_body_is_taken_as_far_as_the_probe_takes_it() -> None:
    answer, _ = measured("/", lambda _: Response(200, (), b"", 10_000_000), setting(anybody))
    assert (answer.http_request.body_length, answer.http_request.failure) == (MOST_BYTES, None)


def test_nobody_there_is_told_as_it_is() -> None:
    request = ControlRequest(http_request="http://127.0.0.1:1/")
    answer = asyncio.run(measure(request, setting(anybody)))
    assert answer.tcp_connect["127.0.0.1:1"].failure == "connection_refused"
    assert answer.http_request.failure == "connection_refused"


@pytest.mark.parametrize(
    ("alt_svc", "end"),
    [
        ('h3=":443"', "a.example:443"),
        ('h2=":443", h3="a.example:443"; ma=1; persist=1', "a.example:443"),
        ('h3=":22"', ""),
        ('h3="b.example:443"', ""),
        ('h3-29=":443"', ""),
        ("clear", ""),
        ("", ""),
        ('h3="', ""),
        ("h3=:443:443,,,=", ""),
    ],
)
def test_http3_is_asked_for_where_the_site_itself_offers_it(alt_svc: str, end: str) -> None:
    assert h3_endpoint("https://a.example/", alt_svc) == end
