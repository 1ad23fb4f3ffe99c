"""What an undecided verdict carries: what was seen would be, if it were interference. It is never blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, TIMEOUT, Case
from trigpoint.judge.cascade import RULES
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from trigpoint.judge.rule import Rule

SILENT = "generic_timeout_error"


def alone() -> Case:
    """A visit whose control failed."""
    return Case(control_failure="connection_refused", has_control=False)


def plain(failure: str) -> Case:
    case = alone()
    case.about["input"] = f"http://{HOST}/"
    return case.dns(GENUINE).tcp(port=80).http(f"http://{HOST}/", failure, address=GENUINE)


SEEN = {
    "dns.denied_undecided": (alone().dns(failure="dns_nxdomain_error"), "dns.nxdomain"),
    "dns.refused_undecided": (alone().dns(failure="dns_refused_error"), "dns.refused"),
    "dns.timeout_undecided": (
        alone()
        .dns(failure=TIMEOUT, engine="udp", resolver_address="8.8.8.8")
        .dns(OTHER, engine="udp", resolver_address="8.8.8.8", hostname="other.example.org", hop=1),
        "dns.timeout",
    ),
    "tcp.timeout_undecided": (alone().dns(GENUINE).tcp(failure=TIMEOUT), "tcp.timeout"),
    "tcp.refused_undecided": (alone().dns(GENUINE).tcp(failure="connection_refused"), "tcp.refused"),
    "tcp.reset_undecided": (alone().dns(GENUINE).tcp(failure=RESET), "tcp.reset"),
    "tls.reset_undecided": (alone().dns(GENUINE).tcp().tls(failure=RESET), "tls.reset"),
    "tls.close_undecided": (alone().dns(GENUINE).tcp().tls(failure=CLOSE), "tls.close"),
    "tls.timeout_undecided": (alone().dns(GENUINE).tcp().tls(failure=TIMEOUT), "tls.timeout"),
    "http.reset_undecided": (plain(RESET), "http.reset"),
    "http.close_undecided": (plain(CLOSE), "http.close"),
    "http.timeout_undecided": (plain(TIMEOUT), "http.timeout"),
}
"""For each rule that gives way, what fires it, and the sign."""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.yields], ids=lambda rule: rule.id)
def test_a_failure_that_decides_nothing_is_a_sign(rule: Rule) -> None:
    case, sign = SEEN[rule.id]
    assert rule.id in case.fired()
    assert case.signs() == sign == rule.mechanism
    assert case.verdict()["rules"].split()[0] == "whole.control_failed"


def test_what_another_rule_names_gives_no_sign_besides() -> None:
    case = Case().dns(GENUINE).tcp(failure=TIMEOUT).control()
    assert case.says() == ("blocked", "tcp.timeout", "")
    assert case.fired() == {"tcp.timeout"}


def test_what_the_control_failed_at_as_well_is_no_sign() -> None:
    case = Case().dns(GENUINE).tcp(failure=TIMEOUT).control(works=False)
    assert case.says()[0] == "down"
    assert "tcp.timeout_undecided" not in case.fired()


def test_a_failure_at_an_address_that_the_control_does_not_know_is_no_sign() -> None:
    case = Case().dns(OTHER).tcp(OTHER, failure=TIMEOUT).control()
    assert case.signs() == "dns.injection.other"


def test_steps_that_are_absent_and_an_input_that_is_none_give_no_sign() -> None:
    assert alone().signs() == ""
    assert Case(input="no host", target=None).dns(failure="dns_nxdomain_error").signs("web_connectivity") == ""


def test_a_run_that_reaches_nothing_carries_what_it_saw() -> None:
    case = Case("telegram")
    for address in ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91"):
        case.tcp(address, 80, SILENT)
    assert case.signs("telegram/chat") == "tcp.timeout"


def test_what_a_vpn_or_a_login_page_takes_back_stays_a_sign() -> None:
    case = Case(network_type="vpn").dns(GENUINE).tcp(failure=TIMEOUT)
    assert case.signs() == "tcp.timeout"


def test_signs_are_reduced_to_one_a_layer() -> None:
    case = alone().dns(GENUINE, OTHER).tcp(failure=TIMEOUT).tcp(OTHER, failure=RESET)
    assert case.signs() == "tcp"


def test_every_rule_that_yields_has_a_case_here() -> None:
    assert set(SEEN) == {rule.id for rule in RULES if rule.yields}
    assert all(rule.state is State.INSUFFICIENT for rule in RULES if rule.yields)
