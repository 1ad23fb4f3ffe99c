"""Interference that hides: none of these may be called reached, or down."""

from __future__ import annotations

from tests.judge.cases import GENUINE, HOST, OTHER, RESET, Case

PLAIN = f"http://{HOST}/"
MARK = {"tags": "service=doh", "hop": None}


def test_a_page_of_the_probes_own_resolver_is_not_the_sites() -> None:
    case = Case().control().dns(GENUINE).tcp().tls(failure=RESET)
    case.http("https://dns.example/dns-query", status=200, **MARK)
    assert case.says()[:2] == ("blocked", "tls.reset")


def test_a_legal_refusal_without_encryption_need_not_be_the_sites() -> None:
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    case.http(PLAIN, status=451, title="Blocked", body="<title>Blocked</title>", address=GENUINE)
    assert case.says()[0] == "insufficient"


def test_a_block_page_that_shares_a_word_with_the_site_is_not_the_sites() -> None:
    case = Case(input=PLAIN).control(title="Example domain").dns(GENUINE).tcp(port=80)
    title = "Access to this website is restricted: example.org"
    case.http(PLAIN, status=200, title=title, body=f"<title>{title}</title>", address=GENUINE)
    assert case.says()[0] != "ok"


def test_a_private_address_for_some_names_of_a_service_is_a_sign() -> None:
    case = Case("signal").dns("13.248.212.111", hostname="chat.signal.org")
    case.dns("10.0.0.7", hostname="storage.signal.org").tcp("10.0.0.7", failure=RESET)
    assert case.says("signal/storage")[:2] == ("blocked", "dns.injection.bogon")


def test_a_forged_certificate_at_a_wrong_address_is_an_injection() -> None:
    case = Case().control().dns(OTHER).dns(GENUINE, engine="udp").tcp(OTHER)
    case.tls(OTHER, "ssl_invalid_hostname")
    assert case.says()[:2] == ("blocked", "dns.injection.other")


def test_a_page_from_a_filters_documented_address_is_no_login_page() -> None:
    case = Case(input=PLAIN).control().dns("10.10.34.36").tcp("10.10.34.36", 80)
    case.http(PLAIN, status=200, body="<p>filtered</p>", address="10.10.34.36")
    assert case.says()[:2] == ("blocked", "dns.injection.bogon")
