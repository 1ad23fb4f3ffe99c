"""The TLS handshake: cuts at genuine addresses, certificates that are not the site's, and the swap of the name."""

from __future__ import annotations

import pytest

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, STARTED, TIMEOUT, Case, leaf

UNKNOWN, WRONG, BAD = "ssl_unknown_authority", "ssl_invalid_hostname", "ssl_invalid_certificate"
DOH = {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}


def connected() -> Case:
    return Case().control().dns(GENUINE).tcp()


@pytest.mark.parametrize(
    ("failure", "mechanism"), [(RESET, "tls.reset"), (CLOSE, "tls.close"), (TIMEOUT, "tls.timeout")]
)
def test_a_cut_handshake_with_a_genuine_address_is_a_sign(failure: str, mechanism: str) -> None:
    case = connected().tls(failure=failure)
    assert case.says()[:2] == ("blocked", mechanism)
    assert case.verdict()["layer"] == "tls"
    assert f"({GENUINE}:443)" in case.verdict()["reason"]


def test_a_cut_handshake_elsewhere_says_nothing() -> None:
    case = Case().control().dns(OTHER).tcp(OTHER).tls(OTHER, RESET)
    assert case.says()[0] == "insufficient"
    assert "tls.not_genuine" in case.fired()


def test_a_page_of_the_control_stands_for_a_handshake_that_it_did_not_record() -> None:
    case = Case().dns(GENUINE, vantage="control", hop=None, engine=None)
    case.http(status=200, vantage="control", hop=None).dns(GENUINE).tcp().tls(None, RESET, port=None)
    assert case.says()[:2] == ("blocked", "tls.reset")


@pytest.mark.parametrize("failure", [RESET, CLOSE])
def test_what_the_server_does_to_the_control_too_is_its_own_policy(failure: str) -> None:
    case = Case().dns(GENUINE, vantage="control", hop=None, engine=None)
    case.tls(failure=failure, vantage="control", hop=None).http(failure="unknown_error", vantage="control", hop=None)
    assert case.dns(GENUINE).tcp().tls(failure=failure).says() == ("insufficient", "", "server.tls_policy")


def test_an_alert_for_the_control_too_is_down() -> None:
    case = Case().dns(GENUINE, vantage="control", hop=None, engine=None)
    case.tls(failure="ssl_failed_handshake", vantage="control", hop=None)
    case.dns(GENUINE).tcp().tls(failure="ssl_failed_handshake")
    assert case.says() == ("down", "", "server.tls_policy")


@pytest.mark.parametrize("failure", [UNKNOWN, WRONG, BAD])
def test_a_bad_certificate_for_the_control_too_is_the_sites_own(failure: str) -> None:
    case = Case().dns(GENUINE, vantage="control", hop=None, engine=None)
    case.tls(failure=failure, vantage="control", hop=None).dns(GENUINE).tcp().tls(failure=failure)
    assert case.says() == ("down", "", "site.bad_certificate")


def forged(failure: str = UNKNOWN, *, elsewhere: bool = True, **certificate: object) -> Case:
    case = connected().certificate("a" * 64, **leaf(**certificate))
    if elsewhere:
        case.dns(GENUINE, **DOH)
    return case.tls(failure=failure, certificate_chain="a" * 64)


def test_a_self_signed_certificate_in_place_of_a_valid_one_is_a_sign() -> None:
    assert forged(issuer=f"CN={HOST}").says()[:2] == ("blocked", "tls.mitm.self_signed")


def test_another_authority_is_a_sign_when_other_encrypted_exchanges_verify() -> None:
    assert forged(issuer="CN=Filter").says()[:2] == ("blocked", "tls.mitm.ca_signed")


def test_another_authority_is_a_doubt_when_it_may_sign_for_every_site() -> None:
    assert forged(issuer="CN=Filter", elsewhere=False).says() == ("insufficient", "", "local.tls_interception")


def test_a_chain_that_was_not_recorded_gives_the_shallower_node() -> None:
    assert connected().tls(failure=WRONG).says()[:2] == ("blocked", "tls.mitm")


def test_a_product_on_the_device_is_no_sign() -> None:
    assert forged(issuer="CN=Kaspersky Anti-Virus Personal Root").says()[2] == "local.tls_interception"


def test_a_certificate_that_looks_expired_to_the_probe_alone_is_its_clock() -> None:
    case = forged(BAD, issuer="CN=Some Authority", not_before=STARTED + 10, not_after=STARTED + 1000)
    assert case.says() == ("insufficient", "", "local.clock")


def test_a_public_authority_that_the_probe_does_not_know_is_its_list() -> None:
    assert forged(issuer="CN=R3,O=Let's Encrypt").says() == ("insufficient", "", "local.ca_bundle")


def swap(target: str | None, control: str | None, tries: int = 4, controls: int = 3) -> Case:
    case = Case("sni_blocking", input=HOST, target=HOST).tcp(OTHER)
    for number in range(tries):
        case.tls(OTHER, target, tags=f"arm=target.{number}")
        for _ in range(controls):
            case.tls(OTHER, control, server_name="control.example.org", tags=f"arm=control.{number}")
    return case


@pytest.mark.parametrize(
    ("failure", "mechanism"), [(RESET, "tls.reset.sni"), (CLOSE, "tls.close.sni"), (TIMEOUT, "tls.timeout.sni")]
)
def test_only_a_swap_of_the_name_shows_the_trigger(failure: str, mechanism: str) -> None:
    assert swap(failure, None).says()[:2] == ("blocked", mechanism)


def test_a_peer_that_speaks_lets_the_name_pass() -> None:
    assert swap(WRONG, None).says()[0] == "ok"
    assert swap(None, None).says()[0] == "ok"


def traced(*control: tuple[int, str | None]) -> Case:
    """Send ClientHellos that live for few hops: the name in question is reset at the fourth."""
    case = Case("tlsmiddlebox", input=f"tlstrace://{HOST}", target=HOST).tcp(OTHER)
    for ttl, failure in control:
        case.tls(OTHER, failure, server_name="control.example.org", tags=f"arm=control ttl={ttl}")
    return case.tls(OTHER, RESET, tags="arm=target ttl=4")


def test_a_reset_of_what_cannot_reach_the_server_comes_from_the_way() -> None:
    assert traced((4, TIMEOUT), (12, None)).says()[:2] == ("blocked", "tls.reset.sni")


def test_a_way_that_resets_innocent_names_too_shows_nothing() -> None:
    assert traced((4, RESET), (12, None)).says()[0] == "insufficient"


def test_a_reset_of_what_may_have_reached_the_server_shows_nothing() -> None:
    assert traced((4, None)).says()[0] == "insufficient"
    assert traced((4, TIMEOUT)).says()[0] == "insufficient"


@pytest.mark.parametrize("tries", [1, 2, 3, 4])
@pytest.mark.parametrize("controls", [1, 2, 3])
def test_tries_that_all_agree_are_interference_and_more_of_them_never_less(tries: int, controls: int) -> None:
    assert swap(RESET, None, tries, controls).says() == ("blocked", "tls.reset.sni", "")


@pytest.mark.parametrize(("lost", "of"), [(1, 2), (1, 3), (2, 3)])
def test_few_tries_that_disagree_are_no_pattern(lost: int, of: int) -> None:
    case = swap(RESET, None, lost)
    for number in range(of - lost):
        case.tls(OTHER, TIMEOUT, tags=f"arm=target.{9 - number}")
    assert case.says()[0::2] == ("insufficient", "network.flaky")


def test_an_innocent_name_that_failed_once_takes_back_what_few_tries_show() -> None:
    case = swap(RESET, None, 1)
    case.tls(OTHER, RESET, server_name="control.example.org", tags="arm=control.9")
    assert case.says() == ("insufficient", "", "network.flaky")
    assert case.signs() == "tls.reset"


def test_a_name_that_fails_now_and_then_as_the_other_does_passes() -> None:
    case = swap(None, None)
    case.tls(OTHER, RESET, tags="arm=target.9")
    case.tls(OTHER, RESET, server_name="control.example.org", tags="arm=control.9")
    assert case.says()[:2] == ("ok", "")


def test_a_filter_that_misses_one_flow_of_four_is_shown() -> None:
    case = swap(RESET, None)
    case.tls(OTHER, None, tags="arm=target.9")
    assert case.says()[:2] == ("blocked", "tls.reset.sni")


def test_one_lost_answer_beside_resets_names_no_other_mechanism() -> None:
    case = swap(RESET, None)
    case.tls(OTHER, TIMEOUT, tags="arm=target.9")
    assert case.says()[:2] == ("blocked", "tls.reset.sni")


def test_versions_of_ip_are_judged_apart() -> None:
    case = swap(RESET, None)
    six = "2001:db8::9"
    case.tls(six, None, tags="arm=target_v6").tls(six, server_name="control.example.org", tags="arm=control_v6")
    assert case.says()[:2] == ("ok", "tls.reset.sni")


def test_what_fails_after_a_trigger_and_not_before_is_its_residue() -> None:
    case = Case("residual", input=f"https://{HOST}/", target=HOST).tcp(OTHER)
    for number in range(21):
        case.tls(OTHER, server_name="control.example.org", tags=f"arm=control.{number}")
    for number in range(7):
        case.tls(OTHER, TIMEOUT, server_name="control.example.org", tags=f"arm=three.{number}")
    assert "tls.residue" in case.fired()
    for number in range(3):
        case.tls(OTHER, RESET, tags=f"arm=trigger.{number}")
    assert case.says() == ("blocked", "tls.reset.sni", "self.residual")


def waited(connecting: float, handshaking: float) -> Case:
    case = Case().control().dns(GENUINE).tcp(started=0.0, ended=connecting)
    return case.tls(failure=TIMEOUT, started=connecting, ended=connecting + handshaking)


def test_a_handshake_given_up_before_it_could_be_answered_is_no_sign_of_blocking() -> None:
    assert waited(5.8, 10.0).says() == ("insufficient", "", "network.flaky")
    assert waited(1.1, 10.0).says()[:2] == ("blocked", "tls.timeout")
    assert waited(2.5, 10.0).says()[:2] == ("blocked", "tls.timeout")
    assert waited(2.6, 10.0).says()[0] == "insufficient"


def test_the_slowest_connection_to_an_address_tells_how_slow_the_way_is() -> None:
    assert waited(0.1, 10.0).tcp(started=0.0, ended=5.8).says()[0] == "insufficient"
    assert waited(0.1, 10.0).tcp(OTHER, started=0.0, ended=5.8).says()[0] == "blocked"
    assert waited(0.1, 10.0).tcp(failure=TIMEOUT, started=0.0, ended=5.8).says()[0] == "blocked"


def test_a_service_that_is_reached_slowly_is_not_blocked_either() -> None:
    case = Case("telegram").dns("149.154.167.99", hostname="web.telegram.org")
    case.tcp("149.154.167.99", started=0.0, ended=4.0)
    case.tls("149.154.167.99", TIMEOUT, server_name="web.telegram.org", started=4.0, ended=14.0)
    assert case.says("telegram/web")[0] == "insufficient"


def test_both_names_failing_decide_nothing() -> None:
    assert swap(RESET, RESET).says() == ("insufficient", "", "control.failure")


def service(failure: str | None, address: str = "149.154.167.99") -> Case:
    case = Case("telegram").dns(address, hostname="web.telegram.org").tcp(address)
    return case.tls(address, failure, server_name="web.telegram.org")


@pytest.mark.parametrize(
    ("failure", "mechanism"), [(RESET, "tls.reset"), (CLOSE, "tls.close"), (TIMEOUT, "tls.timeout")]
)
def test_a_service_expects_its_own_server_to_answer(failure: str, mechanism: str) -> None:
    assert service(failure).says("telegram/web")[:2] == ("blocked", mechanism)


def test_a_certificate_that_an_old_probe_does_not_know_is_its_own_defect() -> None:
    assert service(UNKNOWN).says("telegram/web") == ("insufficient", "", "probe.defect")


def test_a_completed_handshake_reaches_the_service() -> None:
    assert service(None).says("telegram/web")[0] == "ok"


def ech(failure: str | None) -> Case:
    case = Case("echcheck", input=f"https://{HOST}/", target=HOST).tls()
    return case.tls(failure=failure, ech="GREASE", outer_server_name=HOST)


def test_a_reset_of_the_encrypted_hello_alone_is_interference() -> None:
    assert ech(RESET).says()[:2] == ("ok", "tls.reset")
    assert ech(None).says()[:2] == ("ok", "")


def test_a_server_may_reject_the_encrypted_hello() -> None:
    assert ech("ssl_failed_handshake").says()[:2] == ("ok", "")
