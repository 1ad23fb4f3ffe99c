"""Name resolution: what each rule needs, and what it must not take for interference."""

from __future__ import annotations

import pytest

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, TIMEOUT, Case

NXDOMAIN = "dns_nxdomain_error"
DOH = {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}
UDP = {"engine": "udp", "resolver_address": "1.1.1.1:53"}


def works() -> Case:
    return Case().control()


def test_a_denied_name_that_the_control_resolves_is_a_sign() -> None:
    case = works().dns(failure=NXDOMAIN)
    assert case.says() == ("blocked", "dns.nxdomain", "")
    assert case.verdict()["layer"] == "dns"


def test_a_name_denied_to_the_control_too_is_down() -> None:
    case = Case().control(works=False, addresses=()).dns(failure=NXDOMAIN)
    assert case.says() == ("down", "", "site.down")


def test_a_denial_without_any_control_decides_nothing() -> None:
    assert Case(has_control=False).dns(failure=NXDOMAIN).says() == ("insufficient", "", "control.absent")


def test_a_denial_is_a_sign_without_control_when_another_resolver_leads_to_the_site() -> None:
    case = (
        Case(has_control=False).dns(failure=NXDOMAIN).dns(GENUINE, **DOH).tcp().tls().http(address=GENUINE, status=200)
    )
    assert case.says()[:2] == ("blocked", "dns.nxdomain")


def test_what_another_resolver_reaches_is_not_reached_on_the_normal_path() -> None:
    case = works().dns("127.0.0.1").dns(GENUINE, **DOH).tcp().tls().http(address=GENUINE, status=200)
    assert case.says()[:2] == ("blocked", "dns.injection.bogon")
    assert case.verdict()["reached"] is False


def test_a_bogon_for_the_control_too_is_down() -> None:
    case = Case().control(works=False, addresses=("127.0.0.1",)).dns("127.0.0.1")
    assert case.says() == ("down", "", "site.down")


def test_a_bogon_without_anything_to_compare_decides_nothing() -> None:
    assert Case(has_control=False).dns("10.1.2.3").says() == ("insufficient", "", "control.absent")


def test_a_documented_private_address_needs_no_control() -> None:
    assert Case(has_control=False).dns("10.10.34.35").says()[:2] == ("blocked", "dns.injection.bogon")


def test_a_documented_public_address_needs_no_control() -> None:
    assert Case(has_control=False).dns("195.175.254.2").says()[:2] == ("blocked", "dns.injection.blockpage")


def test_the_unspecified_address_from_home_is_a_filter_at_home() -> None:
    private = {"engine": "udp", "resolver_address": "private"}
    case = works().dns("0.0.0.0").dns("0.0.0.0", **private)  # noqa: S104 - an answer, not a socket
    assert case.says() == ("insufficient", "", "local.dns_filter")


def test_the_unspecified_address_from_outside_is_a_sign() -> None:
    case = works().dns("0.0.0.0").dns("0.0.0.0", **UDP)  # noqa: S104 - an answer, not a socket
    assert case.says()[:2] == ("blocked", "dns.injection.bogon")


def test_a_resolver_chosen_for_its_filter_is_no_sign() -> None:
    case = works().dns(failure=NXDOMAIN, engine="udp", resolver_address="185.228.168.168:53")
    assert case.says() == ("insufficient", "", "resolver.filtering")
    by_network = Case(resolver_asn=205157).control().dns(failure=NXDOMAIN)
    assert by_network.says() == ("insufficient", "", "resolver.filtering")


@pytest.mark.parametrize(("failure", "mechanism"), [("dns_refused_error", "dns.refused"), ("dns_no_answer", "dns")])
def test_a_refusal_or_an_empty_answer_is_a_sign_where_the_name_resolves(failure: str, mechanism: str) -> None:
    assert works().dns(failure=failure, **UDP).says()[:2] == ("blocked", mechanism)


def test_no_answer_for_the_other_family_is_no_sign() -> None:
    case = (
        works()
        .dns(GENUINE)
        .dns(failure="dns_no_answer", query_type="AAAA")
        .tcp()
        .tls()
        .http(address=GENUINE, status=200)
    )
    assert case.says()[:2] == ("ok", "")


def test_a_failing_resolver_is_a_sign_only_where_another_of_the_network_resolves() -> None:
    assert works().dns(failure="dns_servfail_error").says() == ("insufficient", "", "site.dnssec_broken")
    case = works().dns(failure="dns_servfail_error").dns(GENUINE, **UDP)
    assert case.says()[:2] == ("blocked", "dns.refused")


def test_a_hidden_code_is_a_sign_only_where_the_site_answers_the_same_network() -> None:
    assert works().dns(failure="android_dns_cache_no_data").says() == ("insufficient", "", "dns.no_rcode")
    case = works().dns(failure="android_dns_cache_no_data").dns(GENUINE, **UDP).tcp().tls()
    assert case.says()[:2] == ("blocked", "dns")


def test_silence_is_a_sign_only_where_the_resolver_answers_other_names() -> None:
    assert works().dns(failure=TIMEOUT).says() == ("insufficient", "", "network.flaky")
    case = works().dns(failure=TIMEOUT).dns(OTHER, hostname="other.example.org", hop=1).dns(GENUINE, **UDP)
    assert "dns.timeout" in case.fired()
    assert case.says()[:2] == ("blocked", "dns.timeout")


def test_one_lie_of_several_resolvers_about_a_name_that_is_gone_was_made_on_the_path() -> None:
    gone = Case().control(works=False, addresses=())
    case = gone.dns(OTHER).dns(OTHER, **UDP).dns(failure=NXDOMAIN, **DOH)
    assert case.says()[:2] == ("blocked", "dns.injection")


def test_a_page_that_refuses_shows_what_such_a_lie_leads_to() -> None:
    plain = f"http://{HOST}/"
    gone = Case(input=plain).control(works=False, addresses=())
    case = gone.dns(OTHER).dns(OTHER, **UDP).dns(failure=NXDOMAIN, **DOH).tcp(OTHER, port=80)
    assert case.says()[:2] == ("blocked", "dns.injection")
    case.http(plain, address=OTHER, status=200, body="<title>Access Denied</title><h1>Access Denied</h1>")
    assert case.says()[:2] == ("blocked", "dns.injection.blockpage")


def test_an_address_for_a_name_that_is_gone_from_one_resolver_is_a_search_page() -> None:
    gone = Case().control(works=False, addresses=())
    state, _, explanations = gone.dns(OTHER).says()
    assert (state, explanations) == ("down", "isp.nxdomain_rewrite site.down")
    assert "dns.rewritten_denial" in gone.fired()


def test_another_address_is_no_sign_by_itself() -> None:
    state, mechanisms, _ = works().dns(OTHER).says()
    assert (state, mechanisms) == ("insufficient", "")


def test_another_address_of_the_same_network_is_plausible() -> None:
    case = Case().dns(GENUINE, vantage="control", hop=None, engine=None, asn=15133).dns(OTHER, asn=15133)
    assert "dns.same_network" in case.fired()


def test_a_valid_certificate_clears_another_address() -> None:
    case = works().dns(OTHER).tcp(OTHER).tls(OTHER).http(address=OTHER, status=200)
    assert case.says() == ("ok", "", "dns.consistent")


def test_a_certificate_of_somebody_else_accuses_another_address() -> None:
    case = works().dns(OTHER).tcp(OTHER).tls(OTHER, "ssl_invalid_hostname")
    assert case.says()[:2] == ("blocked", "dns.injection.other")


def test_an_address_where_nobody_serves_the_name_accuses_when_the_name_completes_elsewhere() -> None:
    case = works().dns(OTHER).dns(OTHER, **UDP).dns(GENUINE, **DOH).tcp(OTHER).tls(OTHER, RESET).tls(GENUINE)
    case.tls(OTHER, TIMEOUT, vantage="control", hop=None)
    assert "dns.wrong_certificate" in case.fired()
    assert case.says()[1] == "dns.injection.other"


def test_an_address_that_the_control_did_not_try_is_not_accused_by_a_cut_handshake() -> None:
    case = works().dns(OTHER).tcp(OTHER).tls(OTHER, CLOSE)
    assert case.says()[0] == "insufficient"


def test_a_denied_hop_is_a_sign_when_the_control_went_through() -> None:
    case = works().dns(GENUINE).tcp().tls().http(status=302, location="https://next.elsewhere.org/", address=GENUINE)
    case.dns(failure=NXDOMAIN, hostname="next.elsewhere.org", hop=1)
    assert case.says()[:2] == ("blocked", "dns.nxdomain")


def test_a_service_name_with_a_bogon_is_a_sign_from_outside_and_not_from_home() -> None:
    def asked(address: str, **how: str) -> Case:
        case = Case("signal")
        for name in ("chat.signal.org", "storage.signal.org"):
            case.dns(address, hostname=name, **how)
        return case

    assert asked("127.0.0.1", **UDP).says("signal/chat")[:2] == ("blocked", "dns.injection.bogon")
    state, mechanisms, explanations = asked("0.0.0.0").says("signal/chat")  # noqa: S104 - an answer, not a socket
    assert (state, mechanisms) == ("insufficient", "")
    assert "local.dns_filter" in explanations


def test_a_name_that_a_nettest_looks_up_for_another_purpose_is_not_judged() -> None:
    case = Case("signal").dns("127.0.0.1", hostname="uptime.signal.org")
    assert case.verdict("signal/chat")["state"] == "insufficient"
    assert HOST not in case.verdicts()


def test_a_redirect_to_a_name_that_does_not_exist_is_not_down_where_the_control_got_the_page() -> None:
    case = works().dns(GENUINE).tcp().dns(failure=NXDOMAIN, hostname="gone.example", hop=1)
    case.dns(failure=NXDOMAIN, hostname="gone.example", hop=1, **DOH)
    assert case.says()[0] == "insufficient"
