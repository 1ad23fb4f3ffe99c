"""Connecting: failures count at genuine addresses only, each family by itself."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, OTHER, RESET, TIMEOUT, Case


def resolved(**about: object) -> Case:
    return Case(**about).control().dns(GENUINE)


@pytest.mark.parametrize(
    ("failure", "mechanism"),
    [
        (TIMEOUT, "tcp.timeout"),
        ("connection_refused", "tcp.refused"),
        (RESET, "tcp.reset"),
        ("host_unreachable", "ip.unreachable"),
    ],
)
def test_a_failure_at_a_genuine_address_is_a_sign(failure: str, mechanism: str) -> None:
    assert resolved().dns(GENUINE, engine="udp", resolver_address="8.8.8.8:53").tcp(failure=failure).says()[:2] == (
        "blocked",
        mechanism,
    )


def test_a_lost_route_of_the_probe_is_no_sign() -> None:
    assert resolved().tcp(failure="network_unreachable").says()[0] == "insufficient"


def test_a_failure_for_the_control_too_is_down() -> None:
    case = Case().control(works=False).dns(GENUINE).tcp(failure=TIMEOUT)
    assert case.says() == ("down", "", "site.down")


def test_a_failure_at_an_address_that_is_not_genuine_says_nothing() -> None:
    case = Case().control().dns(OTHER).tcp(OTHER, failure=TIMEOUT)
    assert case.says()[0] == "insufficient"
    assert "tcp.not_genuine" in case.fired()


def test_one_attempt_that_fails_beside_one_that_succeeds_is_no_sign() -> None:
    case = resolved().tcp(failure=TIMEOUT).tcp().tls().http(address=GENUINE, status=200)
    assert case.says()[:2] == ("ok", "")
    assert "tcp.some_fail" in case.fired()


def test_the_other_version_of_ip_does_not_answer_for_this_one() -> None:
    six = "2606:2800:220:1::1"
    case = Case().control(addresses=(GENUINE, six)).dns(GENUINE, six)
    case.tcp(failure=TIMEOUT).tcp(six).tls(six).http(address=six, status=200)
    assert case.says() == ("ok", "tcp.timeout", "")


def test_ipv6_that_works_nowhere_in_the_measurement_says_nothing() -> None:
    v6 = "2606:2800:220:1:248:1893:25c8:1946"
    case = Case().control(addresses=(GENUINE, v6)).dns(GENUINE, v6).tcp(v6, failure=TIMEOUT).tcp().tls()
    case.http(address=GENUINE, status=200)
    assert case.says() == ("ok", "", "local.no_ipv6")


def test_ipv6_is_judged_where_it_works_otherwise() -> None:
    v6, other = "2606:2800:220:1:248:1893:25c8:1946", "2606:2800:220:1::1"
    case = Case().control(addresses=(v6, other)).dns(v6, other).tcp(v6, failure=TIMEOUT).tcp(other, port=80)
    assert case.says()[:2] == ("blocked", "tcp.timeout")


def test_a_hop_counts_where_resolvers_agree_and_the_control_went_through() -> None:
    def hop(*resolvers: str) -> Case:
        case = resolved().tcp().tls().http(status=302, location="https://next.elsewhere.org/", address=GENUINE)
        for resolver in resolvers:
            case.dns(OTHER, hostname="next.elsewhere.org", hop=1, engine=resolver)
        return case.tcp(OTHER, failure="connection_refused", hop=1)

    assert hop("system", "udp").says()[:2] == ("blocked", "tcp.refused")
    assert hop("system").says()[0] == "insufficient"


def chat(*failures: str | None) -> Case:
    addresses = ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91", "149.154.171.5")
    case = Case("telegram").dns("149.154.167.99", hostname="web.telegram.org").tcp("149.154.167.99")
    for address, failure in zip(addresses, failures, strict=False):
        case.tcp(address, failure=failure)
    return case


def test_a_service_is_blocked_when_enough_of_its_servers_are_silent_and_the_network_works() -> None:
    assert chat(*[TIMEOUT] * 5).says("telegram/chat")[:2] == ("blocked", "tcp.timeout")
    assert chat(*["connection_refused"] * 5).says("telegram/chat")[:2] == ("blocked", "tcp.refused")
    assert chat(*[RESET] * 5).says("telegram/chat")[:2] == ("blocked", "tcp.reset")


def test_a_service_that_needs_any_server_works_with_one() -> None:
    assert chat(None, *[TIMEOUT] * 4).says("telegram/chat")[0] == "ok"


def test_too_few_silent_servers_decide_nothing() -> None:
    assert chat(TIMEOUT, TIMEOUT).says("telegram/chat") == ("insufficient", "", "control.absent")


def test_a_run_that_reaches_nothing_at_all_decides_nothing() -> None:
    case = Case("telegram")
    for address in ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91"):
        case.tcp(address, failure=TIMEOUT)
    assert case.says("telegram/chat") == ("insufficient", "", "network.flaky")


ROUTER, HOST = "host_unreachable", "connection_refused"
SERVER = "198.51.100.77"
"""The control server."""


def trace(case: Case, arm: str, address: str, *hops: str | None, full: str | None = TIMEOUT) -> Case:
    """Add a trace: what answered at each hop from the first on, and what the ordinary datagram met."""
    for ttl, failure in (*enumerate(hops, start=1), (64, full)):
        case.datagram(protocol="trace", address=address, failure=failure, tags=f"arm={arm} ttl={ttl}")
    return case


def silent(*hops: str | None, full: str | None = TIMEOUT, resolver: str = GENUINE) -> Case:
    """Give a site whose address is silent, the way to it, and that to a control server eight routers away."""
    case = trace(Case().control().dns(resolver).tcp(failure=TIMEOUT), "target", GENUINE, *hops, full=full)
    return trace(case, "control", SERVER, *[ROUTER] * 8, HOST, full=HOST)


@pytest.mark.parametrize(
    ("case", "answered"),
    [
        (silent(*[ROUTER] * 8, *[TIMEOUT] * 5), "as far as the control's way"),
        (silent(*[ROUTER] * 12, *[TIMEOUT] * 5), "farther"),
        (silent(*[ROUTER] * 4, TIMEOUT, *[ROUTER] * 3, TIMEOUT), "one router says nothing"),
        (silent(*[ROUTER] * 5, HOST, full=HOST), "the host, nearer than the control server"),
        (silent(*[ROUTER] * 5, None, full=None), "the host, with data"),
    ],
)
def test_silence_of_an_address_that_packets_get_to_is_no_sign(case: Case, answered: str) -> None:
    assert case.says() == ("insufficient", "", "server.geoblock"), answered
    assert "tcp.silent_far_away" in case.fired()


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (silent(*[ROUTER] * 5, *[TIMEOUT] * 5), "the way ends early"),
        (silent(*[TIMEOUT] * 5), "nobody answered"),
        (silent(*[ROUTER] * 2, *[TIMEOUT] * 5, ROUTER, TIMEOUT), "single datagrams get through"),
        (silent(*[ROUTER] * 12, full=ROUTER), "a router refuses, and answers each datagram"),
        (silent(*[ROUTER] * 8, TIMEOUT, full="network_unreachable"), "a router refuses in other words"),
        (silent(*[ROUTER] * 8, TIMEOUT, resolver=OTHER).dns(GENUINE, engine="doh"), "the resolver lies besides"),
        (Case().control().dns(GENUINE).tcp(failure=TIMEOUT), "there is no trace"),
        (
            trace(Case().control().dns(GENUINE).tcp(failure=TIMEOUT), "target", GENUINE, *[ROUTER] * 8),
            "nothing to compare",
        ),
    ],
)
def test_silence_of_an_address_that_packets_do_not_get_to_is_a_sign(case: Case, why: str) -> None:
    assert case.says()[:2] == ("blocked", "tcp.timeout"), why


def test_a_control_server_that_does_not_answer_is_no_measure() -> None:
    case = trace(Case().control().dns(GENUINE).tcp(failure=TIMEOUT), "target", GENUINE, *[ROUTER] * 6, *[TIMEOUT] * 5)
    trace(case, "control", SERVER, *[ROUTER] * 6, *[TIMEOUT] * 5)
    assert case.says()[:2] == ("blocked", "tcp.timeout")


def test_a_control_server_of_the_other_family_is_no_measure() -> None:
    case = trace(Case().control().dns(GENUINE).tcp(failure=TIMEOUT), "target", GENUINE, *[ROUTER] * 8, *[TIMEOUT] * 5)
    trace(case, "control", "2001:db8::1", *[ROUTER] * 8, HOST, full=HOST)
    assert case.says()[:2] == ("blocked", "tcp.timeout")


def test_a_trace_says_nothing_of_a_refusal() -> None:
    case = trace(Case().control().dns(GENUINE).tcp(failure="connection_refused"), "target", GENUINE, *[ROUTER] * 8)
    trace(case, "control", SERVER, *[ROUTER] * 8, HOST, full=HOST)
    assert case.says()[:2] == ("blocked", "tcp.refused")


def test_a_trace_is_no_step_of_the_site() -> None:
    case = Case().control().dns(GENUINE).tcp().tls().http(address=GENUINE, status=200)
    plain = case.says()
    assert trace(case, "target", GENUINE, *[TIMEOUT] * 5).says() == plain
