"""What is asked next: the nettest that separates the neighbours of a sign, each once, and another visit."""

from __future__ import annotations

import msgspec
import pytest

from tests.probe.diaries import diary_of
from tests.probe.lab import made
from trigpoint.net.dial.acts import Connect, Handshake, Lookup
from trigpoint.probe.followups import TABLE, FollowUp, follow_ups
from trigpoint.probe.run import all_nettests
from trigpoint.probe.signs import Layer, Sign, offers_h3, signs

HOST, ADDRESS = "site.example", "192.0.2.1"
URL = f"https://{HOST}/"


def chosen(url: str, *signs: Sign) -> dict[str, FollowUp]:
    return {one.nettest: one for one in follow_ups(url, signs)}


def sign(layer: Layer, url: str = "", host: str = HOST, failure: str | None = "generic_timeout_error") -> Sign:
    return Sign(layer, failure, host, ADDRESS, 443, url)


def test_without_signs_nothing_is_asked() -> None:
    assert follow_ups(URL, ()) == ()


@pytest.mark.parametrize(
    ("layer", "url", "nettests"),
    [
        ("dns", URL, {"dnscheck"}),
        ("dns", f"http://{HOST}/", {"dnscheck", "host_blocking"}),
        ("tcp", URL, {"sni_blocking", "address_blocking"}),
        ("tls", URL, {"sni_blocking", "residual"}),
        ("http", f"http://{HOST}/", {"host_blocking", "residual"}),
        ("http", URL, {"sni_blocking"}),
        ("pace", URL, {"throttling", "sni_blocking"}),
    ],
)
def test_a_sign_has_its_own_nettests_and_another_visit(layer: Layer, url: str, nettests: set[str]) -> None:
    found = chosen(url, sign(layer))
    assert set(found) == nettests | {"web_connectivity"}
    assert all(one.input in {url, HOST} for one in found.values())


def test_a_connection_names_no_host_and_takes_that_of_the_url() -> None:
    assert chosen(URL, sign("tcp", host=""))["sni_blocking"].input == HOST


def test_a_page_that_leads_astray_is_a_sign() -> None:
    url = "http://files.example/setup.exe"
    *there, seen = made("web_connectivity", "turkey", url, network="a2").measured.signs
    assert (seen.layer, seen.failure, seen.host, seen.url) == ("http", None, "files.example", url)
    assert {one.layer for one in there} == {"dns"}  # of the name that it leads to
    assert "files.example" not in {one.host for one in there}
    assert made("web_connectivity", "turkey", url, network="a1").measured.signs == ()


def test_a_handshake_that_fails_where_a_page_leads_is_a_sign_if_the_helper_got_there() -> None:
    cut = Handshake(
        network="tcp",
        address=f"{ADDRESS}:443",
        server_name="www.site.example",
        failure="connection_reset",
        t0=0.0,
        t=1.0,
        transaction_id=1,
        tags=("classic", "depth=1"),
    )
    keys = {"blocking": "http-failure", "control": {"http_request": {"failure": None}}}
    (seen,) = signs(diary_of([cut]), keys)
    assert (seen.layer, seen.failure, seen.host, seen.port) == ("tls", "connection_reset", "www.site.example", 443)
    follows = chosen("http://site.example/", seen)
    assert follows["sni_blocking"].input == "www.site.example"
    assert follows["residual"].input == "https://www.site.example/"
    assert signs(diary_of([cut]), {**keys, "blocking": False}) == ()
    assert signs(diary_of([msgspec.structs.replace(cut, tags=("depth=1",))]), keys) == ()


AT_HOP = {"t0": 0.0, "t": 1.0, "transaction_id": 1, "tags": ("classic", "depth=1")}
LED_ASTRAY = {"blocking": "http-failure", "control": {"http_request": {"failure": None}}}
DENIED = Lookup(
    engine="getaddrinfo",
    hostname="www.site.example",
    query_type="ANY",
    resolver_address="",
    failure="dns_nxdomain_error",
    **AT_HOP,
)
SILENT = Connect(ip=ADDRESS, port=80, failure="generic_timeout_error", **AT_HOP)


def test_a_name_that_is_denied_where_a_page_leads_is_a_sign() -> None:
    (seen,) = signs(diary_of([DENIED]), LED_ASTRAY)
    assert (seen.layer, seen.failure, seen.host) == ("dns", "dns_nxdomain_error", "www.site.example")
    assert chosen("http://site.example/", seen)["dnscheck"].input == "www.site.example"
    assert signs(diary_of([msgspec.structs.replace(DENIED, failure="dns_no_answer")]), LED_ASTRAY) == ()
    assert signs(diary_of([DENIED]), {**LED_ASTRAY, "blocking": False}) == ()


@pytest.mark.parametrize(("port", "scheme"), [(80, "http"), (443, "https")])
def test_an_address_that_is_silent_where_a_page_leads_is_a_sign_of_that_page(port: int, scheme: str) -> None:
    found = msgspec.structs.replace(DENIED, failure=None)
    (seen,) = signs(diary_of([found, msgspec.structs.replace(SILENT, port=port)]), LED_ASTRAY)
    assert (seen.layer, seen.address, seen.url) == ("tcp", ADDRESS, f"{scheme}://www.site.example/")


def test_an_address_that_is_silent_beside_one_that_opens_is_no_sign() -> None:
    found, other = msgspec.structs.replace(DENIED, failure=None), msgspec.structs.replace(SILENT, failure=None)
    assert signs(diary_of([found, SILENT, other]), LED_ASTRAY) == ()
    assert signs(diary_of([SILENT]), LED_ASTRAY) == ()  # led to an address: no name to ask about


def test_the_same_is_asked_once() -> None:
    assert len(follow_ups(URL, [sign("tls"), sign("tls"), sign("tcp")])) == 4


@pytest.mark.parametrize(
    ("failure", "is_asked"),
    [("connection_reset", True), ("eof_error", True), ("ssl_unknown_authority", False), (None, False)],
)
def test_residues_are_looked_for_after_what_was_cut(failure: str | None, *, is_asked: bool) -> None:
    assert ("residual" in chosen(URL, sign("tls", failure=failure))) == is_asked


def test_residues_are_looked_for_at_the_layer_of_the_sign() -> None:
    assert chosen(URL, sign("tls"))["residual"].options["layer"] == "tls"
    assert chosen(f"http://{HOST}/", sign("http"))["residual"].options["layer"] == "http"


@pytest.mark.parametrize(
    ("url", "layer", "offers", "is_asked"),
    [
        (URL, "tls", True, True),
        (URL, "dns", True, True),
        (URL, "tls", False, False),
        (URL, "pace", True, False),
        (f"http://{HOST}/", "http", True, False),
    ],
)
def test_quic_is_tried_where_it_is_offered(url: str, layer: Layer, *, offers: bool, is_asked: bool) -> None:
    found = {one.nettest for one in follow_ups(url, [sign(layer)], offers_h3=offers)}
    assert ("quic" in found) == is_asked


@pytest.mark.parametrize(
    ("value", "offers"),
    [('h3=":443"; ma=86400', True), ('h2=":443", h3=":443"', True), ('h3-29=":443"', False), ("clear", False)],
)
def test_http3_is_offered_by_a_header_here_or_to_the_helper(value: str, *, offers: bool) -> None:
    outside = {"control": {"http_request": {"headers": {"Alt-Svc": value}}}}
    assert offers_h3(diary_of(), outside) == offers
    assert not offers_h3(diary_of(), {})


def test_the_table_names_nettests_and_what_they_take() -> None:
    for explaining in (one for row in TABLE.values() for one in row):
        assert (all_nettests()[explaining.nettest].takes == "url") == (explaining.takes == "url")
