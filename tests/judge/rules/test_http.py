"""The HTTP exchange: what a page without encryption may mean, and what it never means."""

from __future__ import annotations

import pytest

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, TIMEOUT, Case

PLAIN = f"http://{HOST}/"
LONG = "The Example shows examples of everything. " * 120
DENIED = "<html><title>Access denied</title>Access to this website is blocked.</html>"


def plain(**about: object) -> Case:
    return Case(input=PLAIN, **about).control().dns(GENUINE).tcp(port=80)


def page(body: str = LONG, title: str = "The Example", **more: object) -> Case:
    return plain().http(PLAIN, **{"address": GENUINE, "status": 200, "title": title, "body": body, **more})


def test_a_page_like_the_controls_is_reached() -> None:
    assert page().says() == ("ok", "", "")


def test_a_page_over_a_verified_connection_is_reached_however_it_differs() -> None:
    case = Case().control().dns(GENUINE).tcp().tls()
    case.http(address=GENUINE, status=200, title="Bienvenue", body="court")
    assert case.says() == ("ok", "", "http.benign_difference")


@pytest.mark.parametrize(
    ("failure", "mechanism"), [(RESET, "http.reset"), (CLOSE, "http.close"), (TIMEOUT, "http.timeout")]
)
def test_a_cut_request_is_a_sign_while_the_control_gets_the_page(failure: str, mechanism: str) -> None:
    assert plain().http(PLAIN, failure, address=GENUINE).says()[:2] == ("blocked", mechanism)


def test_a_cut_request_is_no_sign_without_a_connection() -> None:
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80, failure="network_unreachable")
    assert case.http(PLAIN, RESET, address=GENUINE).says()[0] == "insufficient"


def test_a_cut_request_to_somebody_else_says_nothing() -> None:
    case = Case(input=PLAIN).control().dns(OTHER).tcp(OTHER, port=80).http(PLAIN, RESET, address=OTHER)
    assert case.says()[0] == "insufficient"


def test_a_response_that_began_and_stalled_decides_nothing() -> None:
    case = plain().http(PLAIN, TIMEOUT, address=GENUINE, status=200)
    assert case.says() == ("insufficient", "", "network.flaky")


def test_a_documented_block_page_needs_no_control() -> None:
    case = Case(input=PLAIN, has_control=False).dns(GENUINE).tcp(port=80)
    body = '<iframe src="http://10.10.34.35/?type=Invalid Site&policy=MainPolicy"></iframe>'
    case.http(PLAIN, address=GENUINE, status=403, body=body)
    assert case.says()[:2] == ("blocked", "http.blockpage")


def test_the_text_of_a_block_page_on_an_encrypted_site_is_a_quotation() -> None:
    case = Case().control().dns(GENUINE).tcp().tls()
    case.http(address=GENUINE, status=200, title="News", body="it said: 10.10.34.35/?type=Invalid")
    assert case.says()[0] == "ok"


def test_a_documented_redirect_is_a_sign_however_it_ends() -> None:
    case = plain().http(PLAIN, address=GENUINE, status=302, location="http://warning.rt.ru/?id=1")
    case.http("http://warning.rt.ru/?id=1", address=OTHER, hop=1, status=200, title="x", body="y")
    assert case.says()[:2] == ("blocked", "http.redirect")


def test_a_page_that_refuses_access_unlike_the_control_is_a_sign() -> None:
    assert page(DENIED, "Access denied").says()[:2] == ("blocked", "http.blockpage")


def test_a_page_that_refuses_access_on_another_host_is_a_redirect() -> None:
    case = plain().http(PLAIN, address=GENUINE, status=302, location="http://notice.filter.net/")
    case.http("http://notice.filter.net/", address=OTHER, hop=1, status=200, title="Access denied", body=DENIED)
    assert case.says()[:2] == ("blocked", "http.redirect")


def test_a_refusal_by_a_proxy_of_the_network_is_an_error_of_the_network() -> None:
    case = page(DENIED, "Access denied", status=403, headers="Server: squid/4.1\nX-Squid-Error: ERR_ACCESS_DENIED 0")
    assert case.says()[:2] == ("blocked", "http.error")


def test_a_refusal_by_the_sites_own_protection_is_no_sign() -> None:
    case = page(DENIED, "Access denied", status=403, headers="Server: AkamaiGHost")
    assert case.says() == ("ok", "", "server.geoblock")


def test_legal_refusal_by_the_server_is_its_own() -> None:
    case = Case().control().dns(GENUINE).tcp().tls()
    case.http(status=451, title="Unavailable", address=GENUINE)
    assert case.says()[:2] == ("ok", "")
    assert "server.geoblock" in case.says()[2]


def test_a_challenge_is_the_servers() -> None:
    case = page("<script src='/cdn-cgi/challenge-platform/x.js'></script>", "Just a moment...", status=503)
    assert case.says() == ("ok", "", "server.challenge")


def test_a_challenge_by_header_is_the_servers() -> None:
    case = page("wait", "Just a moment...", status=403, headers="cf-mitigated: challenge\nServer: cloudflare")
    assert case.says()[0] == "ok"
    assert "server.challenge" in case.says()[2]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 302, "location": "http://192.168.1.1/login"},
        {"status": 511, "body": "sign in"},
        {"status": 200, "body": "<WISPAccessGatewayParam>"},
    ],
)
def test_a_login_page_of_the_network_takes_every_verdict_back(answer: dict[str, object]) -> None:
    assert plain().http(PLAIN, address=GENUINE, **answer).says() == ("insufficient", "", "local.captive_portal")


def test_a_page_from_a_private_address_is_a_login_page_and_no_sign() -> None:
    case = Case(input=PLAIN).control().dns("192.168.88.1").tcp("192.168.88.1", port=80)
    case.http(PLAIN, address="192.168.88.1", status=200, title="Sign in", body="sign in")
    assert case.says()[0] == "insufficient"
    assert "local.captive_portal" in case.says()[2]


def test_a_redirect_that_leads_nowhere_is_the_servers() -> None:
    case = plain().http(PLAIN, "http_invalid_redirect_location_host", address=GENUINE, status=302, location="http://")
    assert case.says() == ("down", "", "server.redirect_broken")


def test_an_error_of_the_server_for_all_is_down() -> None:
    case = Case().control().dns(GENUINE).tcp().tls().http(address=GENUINE, status=502)
    assert case.says() == ("down", "", "site.down")


def test_a_parked_domain_is_explained() -> None:
    case = page("This domain is for sale at sedoparking.com", "For sale")
    assert case.says()[0] == "insufficient"
    assert "site.parked" in case.says()[2]


def test_a_page_that_merely_differs_is_a_doubt() -> None:
    state, mechanisms, _ = page("short", "Something else entirely").says()
    assert (state, mechanisms) == ("insufficient", "")


def test_another_scheme_than_asked_for_is_explained() -> None:
    case = plain().http(PLAIN, address=GENUINE, status=301, location=f"https://{HOST}/")
    case.http(address=GENUINE, hop=1, status=200, title="Elsewhere", body="short")
    assert case.says()[0] == "ok"
    assert "http.scheme_difference" in case.says()[2]


def test_a_redirect_is_not_where_the_way_ends() -> None:
    case = Case().control().dns(GENUINE).tcp().tls()
    case.http(address=GENUINE, status=301, location="https://next.example.org/")
    assert case.says()[0] == "insufficient"


def test_an_encrypted_page_of_a_stranger_after_a_plain_redirect_is_not_the_site() -> None:
    case = plain().http(PLAIN, address=GENUINE, status=302, location="https://notice.filter.net/")
    case.http("https://notice.filter.net/", hop=1, address=OTHER, status=200, title="Notice", body="short")
    assert case.says()[0] == "insufficient"


def test_a_cut_off_body_leaves_the_headers_to_compare() -> None:
    case = page("", "", body_is_truncated=True, headers="X-Own: no\nServer: nginx")
    assert case.says()[0] == "ok"


def chat(failure: str) -> Case:
    case = Case("telegram")
    for address in ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91"):
        case.tcp(address, port=80).http(f"http://{address}/", failure, method="POST")
    return case


@pytest.mark.parametrize(
    ("failure", "mechanism"), [(RESET, "http.reset"), (CLOSE, "http.close"), (TIMEOUT, "http.timeout")]
)
def test_a_service_expects_its_own_servers_to_answer(failure: str, mechanism: str) -> None:
    assert chat(failure).says("telegram/chat")[:2] == ("blocked", mechanism)
