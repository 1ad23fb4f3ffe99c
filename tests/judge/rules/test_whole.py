"""The target as a whole: its control, its service's need, the nettest's own outcome."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, HOST, OTHER, RESET, TIMEOUT, Case


def test_an_input_without_a_host_cannot_be_measured() -> None:
    case = Case(input="http://", target=None)
    assert case.says("web_connectivity")[0] == "insufficient"
    assert "input.invalid" in case.says("web_connectivity")[2]


def test_a_failed_control_decides_nothing() -> None:
    case = Case(control_failure="connection_refused", has_control=False).dns(GENUINE).tcp(failure=TIMEOUT)
    assert case.says() == ("insufficient", "", "control.failure")


def test_a_certificate_decides_without_a_control() -> None:
    case = Case(has_control=False).dns(GENUINE).tcp().tls().http(address=GENUINE, status=200)
    assert case.says() == ("ok", "", "")


def test_what_the_control_cannot_get_either_is_down() -> None:
    case = Case().control(works=False).dns(GENUINE).tcp().tls(failure=TIMEOUT)
    assert case.says()[0] == "down"
    assert "site.down" in case.says()[2]


def test_a_vpn_takes_back_that_a_site_was_reached_and_not_a_sign() -> None:
    reached = Case(network_type="vpn").control().dns(GENUINE).tcp().tls().http(address=GENUINE, status=200)
    assert reached.says() == ("insufficient", "", "local.vpn")
    blocked = Case(network_type="vpn").control().dns(failure="dns_nxdomain_error")
    assert blocked.says() == ("blocked", "dns.nxdomain", "local.vpn")


def test_a_service_with_several_names_needs_each() -> None:
    def signal(failure: str | None) -> Case:
        case = Case("signal")
        for name, outcome in (("storage.signal.org", None), ("cdn.signal.org", failure)):
            case.dns(GENUINE, hostname=name).tcp().tls(server_name=name, failure=outcome)
        return case

    assert signal(None).says("signal/storage")[0] == "ok"
    assert signal(RESET).says("signal/storage")[:2] == ("blocked", "tls.reset")


def test_one_page_reached_once_and_not_another_time_decides_nothing() -> None:
    case = Case("telegram").dns("149.154.167.99", hostname="web.telegram.org")
    case.tcp("149.154.167.99").tls("149.154.167.99", server_name="web.telegram.org")
    case.http("https://web.telegram.org/", status=200).http("https://web.telegram.org/", TIMEOUT)
    assert case.says("telegram/web") == ("insufficient", "", "network.flaky")


def test_most_of_independent_servers_is_a_quarter() -> None:
    def tor(reached: int) -> Case:
        case = Case("tor").tcp(OTHER, 80, tags="service=dir_port")
        for number in range(8):
            failure = None if number < reached else TIMEOUT
            case.tcp(f"128.31.0.{number}", 9101, failure, tags="service=or_port_dirauth")
        return case

    assert tor(3).says("tor/directory_authorities")[0] == "ok"
    assert tor(2).says("tor/directory_authorities")[:2] == ("blocked", "tcp.timeout")


@pytest.mark.parametrize(
    ("about", "state", "explanations"),
    [
        ({"outcome_success": True}, "ok", ""),
        ({"outcome_success": False}, "insufficient", "control.absent"),
        ({"outcome_failure": "generic_timeout_error"}, "insufficient", "control.absent"),
    ],
)
def test_a_nettest_without_control_says_what_its_task_did(
    about: dict[str, object], state: str, explanations: str
) -> None:
    assert Case("openvpn", **about).says("openvpn") == (state, "", explanations)


def test_steps_that_all_worked_reach_the_target() -> None:
    assert Case("urlgetter", target=HOST).dns(GENUINE).tcp().tls().says()[0] == "ok"


def test_names_alone_reach_nothing() -> None:
    assert Case("dnsping", target=HOST).dns(GENUINE).says() == ("insufficient", "", "control.absent")


def test_repeated_attempts_reach_with_one_answer() -> None:
    assert Case("tcpping", target=GENUINE).tcp().tcp(failure=TIMEOUT).says(GENUINE) == ("ok", "", "network.flaky")


def test_an_echo_that_was_changed_is_interference_without_blocking() -> None:
    changed = Case("http_invalid_request_line").datagram(received_bytes=9, is_echo=False)
    assert changed.says("http_invalid_request_line")[:2] == ("ok", "http")
    intact = Case("http_invalid_request_line").datagram(received_bytes=9, is_echo=True)
    assert intact.says("http_invalid_request_line") == ("ok", "", "")


def test_nothing_that_no_rule_sees_is_called_anything() -> None:
    verdict = Case().control().dns(GENUINE).tcp().tls(failure="a failure of no known kind").verdict()
    assert verdict["state"] == "insufficient"
    assert verdict["reason"] == "No rule decides what was seen."


def test_a_record_without_steps_says_so() -> None:
    assert Case("multi_protocol_traceroute").says("multi_protocol_traceroute") == ("insufficient", "", "probe.defect")


def test_an_echo_server_that_is_not_heard_decides_nothing() -> None:
    case = Case("http_header_field_manipulation").http("http://echo.example.org/", status=200)
    case.datagram(received_bytes=0, is_echo=False)
    assert case.says("http_header_field_manipulation") == ("insufficient", "", "control.absent")


def test_a_probe_that_stops_before_the_page_has_a_defect() -> None:
    assert Case().control().dns(GENUINE).tcp().says() == ("insufficient", "", "probe.defect")
