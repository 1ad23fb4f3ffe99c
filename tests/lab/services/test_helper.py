"""The control servers of a world, asked by clients and measuring what the world is."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from trigpoint.lab.fabrics.kernel.doctor import why_not
from trigpoint.lab.lab import Lab
from trigpoint.lab.services.dialer import StackDialer
from trigpoint.lab.world.load import load
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.dial.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.net.dial.acts import RoundTrip

OBSTACLE = why_not()
needs_kernel = pytest.mark.skipif(OBSTACLE is not None, reason=f"no kernel fabric here: {OBSTACLE}")
FABRICS = [pytest.param("kernel", marks=needs_kernel), "virtual"]
HELPERS = {"control": "198.18.0.2", "control-2": "198.18.0.3"}


def played(world: str, main: Callable[[Lab], Awaitable[Any]], fabric: str = "virtual", network: str = "") -> Any:
    return Lab(load(world), fabric=fabric, network=network).play(main)


async def exchanged(lab: Lab, helper: str, method: str, body: bytes = b"", *, is_tls: bool = False) -> RoundTrip:
    """Ask a helper from the client."""
    trace = Diary(dialer=StackDialer(lab.client())).trace()
    name, address = f"{helper}.lab.example", HELPERS[helper]
    stream: Any = await connect(trace, address, 443 if is_tls else 80)
    assert stream is not None
    if is_tls:
        trust = Trust(lab.bundle().read_bytes(), "lab", time.time())
        stream = await handshake(trace, stream, name, trust=trust)
        assert stream is not None, trace.diary.handshakes
    scheme = "https" if is_tls else "http"
    trip = await fetch(trace, stream, request(f"{scheme}://{name}/", method=method, body=body), timeout=60)
    stream.close()
    return trip


async def asked(lab: Lab, url: str, *endpoints: str, helper: str = "control", **fields: object) -> dict[str, Any]:
    body = json.dumps({"http_request": url, "http_request_headers": {}, "tcp_connect": endpoints} | fields).encode()
    trip = await exchanged(lab, helper, "POST", body, is_tls=helper == "control-2")
    assert trip.response is not None, trip.failure
    assert trip.response.code == 200, trip.response.body
    answer: dict[str, Any] = json.loads(trip.response.body)
    return answer


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_tells_what_a_good_site_gives(fabric: str, helper: str) -> None:
    async def main(lab: Lab) -> dict[str, Any]:
        return await asked(lab, "https://news.example/", "203.0.113.10:443", "203.0.113.11:443", helper=helper)

    answer = played("open", main, fabric)
    four, six, other = "203.0.113.10:443", "[2001:db8:80::10]:443", "203.0.113.11:443"
    assert answer["dns"] == {"failure": None, "addrs": ["203.0.113.10", "2001:db8:80::10"]}
    assert answer["tcp_connect"] == {end: {"status": True, "failure": None} for end in sorted((four, six, other))}
    good = {"server_name": "news.example", "status": True, "failure": None}
    wrong = {"server_name": "news.example", "status": False, "failure": "ssl_invalid_hostname"}
    assert answer["tls_handshake"] == {four: good, six: good, other: wrong}
    page = answer["http_request"]
    assert (page["status_code"], page["failure"], page["title"]) == (200, None, "news.example")
    assert page["body_length"] == int(page["headers"]["Content-Length"])
    assert page["discovered_h3_endpoint"] == "news.example:443"
    assert answer["http3_request"] is None
    assert answer["ip_info"] == {
        "203.0.113.10": {"asn": 64_496, "flags": 1 + 2 + 8},
        "203.0.113.11": {"asn": 64_496, "flags": 1},
        "2001:db8:80::10": {"asn": 64_496, "flags": 2 + 8},
    }


@pytest.mark.parametrize(("url", "network"), [("https://facebook.example/", "a1"), ("http://facebook.example/", "a1")])
def test_behind_a_censor_a_helper_sees_past_it(url: str, network: str) -> None:
    async def main(lab: Lab) -> dict[str, Any]:
        return await asked(lab, url, "10.10.34.36:443", "10.10.34.36:80", helper="control-2")

    answer = played("iran", main, network=network)
    assert answer["http_request"]["status_code"] == 200
    assert answer["http_request"]["failure"] is None
    assert answer["ip_info"]["10.10.34.36"]["flags"] == 1 + 4
    assert not any(endpoint.startswith("10.") for endpoint in answer["tcp_connect"])
    ports = {endpoint.rpartition(":")[2] for endpoint in answer["tcp_connect"]}
    assert ports == ({"443"} if url.startswith("https") else {"80", "443"})
    assert all(each["status"] for each in answer["tls_handshake"].values())


@pytest.mark.parametrize(
    ("site", "dns", "tcp", "tls", "page"),
    [
        ("gone", "dns_name_error", None, None, "dns_name_error"),
        ("lame", "dns_servfail_error", None, None, "dns_servfail_error"),
        ("closed", None, "connection_refused", None, "connection_refused"),
        ("silent", None, "generic_timeout_error", None, "generic_timeout_error"),
        ("expired", None, None, "ssl_invalid_certificate", "ssl_invalid_certificate"),
        ("selfsigned", None, None, "ssl_unknown_authority", "ssl_unknown_authority"),
        ("wrongname", None, None, "ssl_invalid_hostname", "ssl_invalid_hostname"),
        ("nowhere", None, None, None, "dns_name_error"),
        ("broken", None, None, None, None),
    ],
)
def test_sites_with_faults_of_their_own_fail_for_the_control_too(
    site: str, dns: str | None, tcp: str | None, tls: str | None, page: str | None
) -> None:
    answer = played("bad-sites", lambda lab: asked(lab, f"https://{site}.example/"))
    assert answer["dns"]["failure"] == dns
    assert {each["failure"] for each in answer["tcp_connect"].values()} == (set() if dns else {tcp})
    assert {each["failure"] for each in answer["tls_handshake"].values()} == (set() if dns or tcp else {tls})
    assert answer["http_request"]["failure"] == page
    assert answer["http_request"]["status_code"] == (503 if site == "broken" else -1)
    assert answer["http_request"]["body_length"] >= -1


@pytest.mark.parametrize("fabric", FABRICS)
def test_quic_is_measured_where_the_probe_asks_and_the_site_offers_it(fabric: str) -> None:
    async def main(lab: Lab) -> list[dict[str, Any]]:
        urls = ("https://news.example/", "https://shop.example/")
        return [await asked(lab, url, "203.0.113.11:443", x_quic_enabled=True) for url in urls]

    news, shop = played("open", main, fabric)
    good = {"server_name": "news.example", "status": True, "failure": None}
    assert {end: news["quic_handshake"].pop(end) for end in ("203.0.113.10:443", "[2001:db8:80::10]:443")} == {
        "203.0.113.10:443": good,
        "[2001:db8:80::10]:443": good,
    }
    assert {end: each["status"] for end, each in news["quic_handshake"].items()} == {"203.0.113.11:443": False}
    assert news["http3_request"]["status_code"] == 200
    assert news["http3_request"]["body_length"] == news["http_request"]["body_length"]
    assert (shop["quic_handshake"], shop["http3_request"]) == ({}, None)


def test_endpoints_for_which_there_is_no_time_say_nothing() -> None:
    async def main(lab: Lab) -> dict[str, Any]:
        silent = [f"203.0.113.{number}:443" for number in range(100, 160)]  # nobody's
        return await asked(lab, "https://news.example/", *silent)

    answer = played("open", main)
    assert len(answer["ip_info"]) == 62
    done = answer["tcp_connect"]
    assert 16 <= len(done) < 62
    assert {each["failure"] for each in done.values()} <= {None, "generic_timeout_error"}
    assert done["203.0.113.10:443"]["status"]
    assert done["[2001:db8:80::10]:443"]["status"]
    assert answer["http_request"]["status_code"] == 200


def test_redirects_are_followed_to_the_end_but_not_for_ever() -> None:
    async def main(lab: Lab) -> list[dict[str, Any]]:
        return [await asked(lab, f"https://news.example/redirect/{hops}") for hops in (10, 11)]

    near, far = played("open", main)
    assert (near["http_request"]["status_code"], near["http_request"]["failure"]) == (200, None)
    assert (far["http_request"]["status_code"], far["http_request"]["failure"]) == (-1, "http_too_many_redirects")


def test_an_upgrade_to_https_is_followed() -> None:
    answer = played("open", lambda lab: asked(lab, "http://wiki.example/"))
    assert answer["http_request"]["status_code"] == 200
    assert answer["http_request"]["title"] == "wiki.example"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://10.10.34.34/", "http://[::1]:8080/", "https://[fe80::1]/"]
)
def test_nobody_asks_for_addresses_that_are_not_public(url: str) -> None:
    answer = played("iran", lambda lab: asked(lab, url, "127.0.0.1:80"))
    assert answer["tcp_connect"] == {}
    assert answer["http_request"]["failure"] == "dns_bogon_error"
    assert {info["flags"] for info in answer["ip_info"].values()} == {1 + 4}


def test_where_nothing_gets_out_no_helper_is_reached() -> None:
    async def main(lab: Lab) -> str | None:
        diary = Diary(dialer=StackDialer(lab.client()))
        assert await connect(diary.trace(), HELPERS["control"], 443) is None
        return diary.connects[0].failure

    assert played("iran:blackout", main) == "generic_timeout_error"


@pytest.mark.parametrize("fabric", FABRICS)
def test_headers_come_back_as_they_were_sent(fabric: str) -> None:
    trip = played("open", lambda lab: exchanged(lab, "control", "gEt"), fabric)
    assert trip.response is not None
    content = json.loads(trip.response.body)
    assert content["request_line"] == "gEt / HTTP/1.1"
    assert content["request_headers"] == [list(pair) for pair in trip.request.headers]


def test_every_world_has_two_helpers_under_names_that_resolve() -> None:
    from trigpoint.lab.services.zone import Zone  # noqa: PLC0415 - this test alone needs it
    from trigpoint.lab.world.load import names  # noqa: PLC0415 - this test alone needs it
    from trigpoint.net.dns_records import A, address_of  # noqa: PLC0415 - this test alone needs it

    for name in names():
        world = load(name)
        zone = Zone(world)
        found = {
            host.name: address_of(zone.ask(f"{host.name}.lab.example", A, "192.0.2.2", "outside").answers[0])
            for host in world.hosts
            if host.role == "control"
        }
        assert found == HELPERS, name


def test_a_host_knows_no_resolver_of_the_system_and_opens_no_unconnected_port() -> None:
    async def main(lab: Lab) -> None:
        dialer = StackDialer(lab.control())
        with pytest.raises(OSError, match=r"news\.example"):
            await dialer.getaddrinfo("news.example", None)
        with pytest.raises(ValueError, match="asks"):
            await dialer.create_datagram_endpoint(asyncio.DatagramProtocol)

    played("open", main)
