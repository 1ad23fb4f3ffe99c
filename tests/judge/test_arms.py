"""Arms at servers of one's own: only where one thing differs and nothing else fails does it show the trigger."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, TIMEOUT, Case, leaf

INNOCENT = "innocent.example"
UNKNOWN_VERSION = "quic_incompatible_version"


# QUIC


def over_quic(failure: str | None = None, **arms: str | None) -> Case:
    """Visit a site over QUIC, which the control reaches, then try the ladder at a server of one's own."""
    case = Case("quic", input=f"https://{HOST}/", target=HOST, has_control=True).control()
    case.quic(vantage="control", hop=None).dns(GENUINE).quic(failure=failure)
    if failure is None:
        case.http(address=GENUINE, alpn="h3", status=200)
    for arm, outcome in arms.items():
        name = HOST if arm == "target" else INNOCENT
        for number in range(4 * (3 if arm == "control" else 1)):
            tags = f"arm={arm}.{number}"
            if arm == "after":
                case.quic(OTHER, server_name=HOST, tags=tags, hop=None, is_verified=False)
            case.quic(OTHER, outcome, server_name=name, tags=tags, hop=None, is_verified=False)
    return case


def echoes(case: Case, large: int, small: int = 4) -> Case:
    """Send datagrams to an echo server, four large and twelve small ones, of which some come back."""
    for arm, back, tries in (("echo", large, 4), ("echo_small", 3 * small, 12)):
        for number in range(tries):
            fields = {"tags": f"arm={arm}.{number}", "received_bytes": 100 if number < back else 0}
            case.datagram(protocol="udp_echo", hop=None, address=OTHER, **fields)
    return case


def test_where_large_datagrams_alone_are_lost_their_size_is_the_trigger() -> None:
    case = echoes(over_quic(TIMEOUT, control=TIMEOUT, version=TIMEOUT), large=0)
    assert case.says()[:2] == ("blocked", "quic.timeout.size")


def test_where_all_datagrams_come_back_their_size_is_not_the_trigger() -> None:
    case = echoes(over_quic(TIMEOUT, control=TIMEOUT, version=TIMEOUT), large=4)
    assert case.says()[:2] == ("blocked", "quic.timeout")


def test_a_way_that_loses_large_packets_of_tcp_too_shows_no_filter_of_sizes() -> None:
    case = echoes(over_quic(TIMEOUT, control=TIMEOUT, version=TIMEOUT), large=0)
    case.tls("52.1.2.3", TIMEOUT, server_name="helper.example", tags="service=helper", hop=None)
    assert case.says()[:2] == ("blocked", "quic.timeout")


def test_a_site_is_reached_over_quic_by_its_page() -> None:
    assert over_quic(control=None).says()[:2] == ("ok", "")


def test_a_name_that_alone_stalls_is_the_trigger() -> None:
    assert over_quic(TIMEOUT, target=TIMEOUT, control=None).says()[:2] == ("blocked", "quic.timeout.sni")


def test_an_innocent_name_that_dies_after_the_other_shows_it_too() -> None:
    assert over_quic(TIMEOUT, target=None, control=None, after=TIMEOUT).says()[:2] == ("blocked", "quic.timeout.sni")


def test_where_only_an_unknown_version_is_answered_the_version_is_the_trigger() -> None:
    case = over_quic(TIMEOUT, control=TIMEOUT, version=UNKNOWN_VERSION)
    assert case.says()[:2] == ("blocked", "quic.timeout.version")


def test_a_filter_of_versions_that_one_flow_in_twelve_goes_round_is_shown() -> None:
    case = over_quic(TIMEOUT, control=TIMEOUT, version=UNKNOWN_VERSION)
    case.quic(OTHER, server_name=INNOCENT, tags="arm=control.99", hop=None, is_verified=False)
    assert case.says()[:2] == ("blocked", "quic.timeout.version")


@pytest.mark.parametrize(
    "arms",
    [
        {"target": TIMEOUT, "control": TIMEOUT},  # a server that is down
        {"target": None, "control": None, "version": UNKNOWN_VERSION},  # the site's address alone
        {"control": TIMEOUT, "version": TIMEOUT},  # all of UDP
        {"target": None, "control": TIMEOUT, "after": TIMEOUT},
    ],
)
def test_other_ladders_leave_the_layer(arms: dict[str, str | None]) -> None:
    assert over_quic(TIMEOUT, **arms).says()[:2] == ("blocked", "quic.timeout")


def test_an_arm_is_compared_within_its_version_of_ip() -> None:
    case = over_quic(TIMEOUT, target=TIMEOUT)
    case.quic("2001:db8::9", server_name=INNOCENT, tags="arm=control_v6", hop=None, is_verified=False)
    assert case.says()[:2] == ("blocked", "quic.timeout")


def test_a_site_without_quic_is_down_there() -> None:
    case = Case("quic", input=f"https://{HOST}/", target=HOST, has_control=True).control()
    case.quic(vantage="control", failure=TIMEOUT, hop=None).dns(GENUINE).quic(failure=TIMEOUT)
    assert case.says() == ("down", "", "site.down")


def test_a_handshake_after_which_nothing_comes_is_a_sign() -> None:
    case = over_quic()
    case.steps.pop()
    case.http(vantage="control", hop=None, alpn="h3", status=200)
    assert case.http(failure=TIMEOUT, address=GENUINE, alpn="h3").says()[:2] == ("blocked", "quic.timeout")


def test_an_echo_of_the_ladder_says_nothing_of_the_site() -> None:
    case = over_quic(TIMEOUT, control=None)
    case.datagram(protocol="udp_echo", tags="arm=echo", hop=None, received_bytes=1200, is_echo=True)
    assert case.says()[0] == "blocked"


# HTTP by host and by word


def swapped(
    failure: str | None = None, arm: str = "target", innocent: int | None = 200, tries: int = 4, **answer: object
) -> Case:
    case = Case("host_blocking", input=f"http://{HOST}/word", target=HOST).tcp(OTHER, 80)
    fields = {"address": OTHER, "hop": None}
    if failure is None:
        answer = {"status": 200, "body_bytes": 610, **answer}
    for number in range(tries):
        for _ in range(3):
            like = "control_path" if arm == "target_path" else "control"
            own = {"tags": f"arm={like}.{number}", "status": innocent, "body_bytes": 600}
            case.http(f"http://{INNOCENT}/", None if innocent else RESET, **own, **fields)
        case.http(f"http://{HOST}/", failure, tags=f"arm={arm}.{number}", **fields, **answer)
    return case


def test_a_path_that_ones_own_server_does_not_know_is_no_page_of_another() -> None:
    case = swapped()
    for number in range(4):
        for arm in ("target_path", "control_path"):
            fields = {"address": OTHER, "hop": None, "status": 404, "body_bytes": 90}
            case.http(f"http://{INNOCENT}/word", tags=f"arm={arm}.{number}", **fields)
    assert case.says() == ("ok", "", "")


def test_one_request_that_is_lost_is_no_pattern() -> None:
    assert swapped(RESET, tries=1).says() == ("insufficient", "", "network.flaky")


def test_one_page_of_a_server_in_trouble_is_no_pattern() -> None:
    assert swapped(tries=1, status=503).says() == ("insufficient", "", "network.flaky")


def test_what_is_answered_otherwise_behind_a_program_that_opens_tls_may_be_its_owners_wish() -> None:
    case = swapped(title="Notice", body_bytes=300).certificate("e" * 64, **leaf(issuer="CN=Zscaler Root CA"))
    fields = {"hop": None, "is_verified": False, "certificate_chain": "e" * 64}
    case.tls(OTHER, server_name=INNOCENT, tags="arm=tls_control", **fields)
    verdict = case.verdict()
    assert (verdict["state"], verdict["explanations"]) == ("insufficient", "local.tls_interception")


@pytest.mark.parametrize(
    ("arm", "failure", "node"),
    [
        ("target", RESET, "http.reset.host"),
        ("target_path", RESET, "http.reset.keyword"),
        ("target", CLOSE, "http.close"),
        ("target_path", TIMEOUT, "http.timeout"),
    ],
)
def test_what_alone_is_cut_at_ones_own_server_is_the_trigger(arm: str, failure: str, node: str) -> None:
    assert swapped(failure, arm).says()[:2] == ("blocked", node)


@pytest.mark.parametrize(
    ("answer", "node"),
    [
        ({"title": "Notice", "body_bytes": 300}, "http.blockpage"),
        ({"status": 302, "location": "http://notice.example/", "body_bytes": 600}, "http.redirect"),
        ({"status": 403, "headers": "Server: Some Proxy", "body_bytes": 600}, "http.error"),
    ],
)
def test_a_page_that_ones_own_server_never_gives_is_the_networks(answer: dict[str, object], node: str) -> None:
    assert swapped(**answer).says()[:2] == ("blocked", node)


def test_a_path_that_is_led_to_another_host_at_ones_own_server_is_the_trigger() -> None:
    case = swapped(arm="target_path", status=307, location="http://notice.example/", body_bytes=0)
    assert case.says()[:2] == ("blocked", "http.redirect")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 301, "location": f"http://{HOST}/word/"},
        {"status": 301, "location": "/word/"},
        {"status": 200, "title": "A page", "body_bytes": 90},
        {"status": 403, "headers": "Server: Some Proxy"},
    ],
)
def test_a_path_that_ones_own_server_knows_is_no_trigger(answer: dict[str, Any]) -> None:
    assert swapped(arm="target_path", **answer).says()[0] != "blocked"


def test_a_server_that_answers_alike_shows_nothing() -> None:
    assert swapped().says() == ("ok", "", "")


@pytest.mark.parametrize("failure", [RESET, TIMEOUT, None])
def test_where_the_innocent_name_fails_too_nothing_is_shown(failure: str | None) -> None:
    verdict = swapped(failure, innocent=None).verdict()
    assert (verdict["state"], verdict["interference"]) == ("insufficient", "")


# Payloads


def sent(tries: int = 1, **arms: float) -> Case:
    """Send flows to an echo server: of each arm a share is cut."""
    case = Case("random_payload", input="tcp://echo.example:443/", target="echo.example").tcp(OTHER)
    for arm, share in arms.items():
        number = tries * (3 if arm == "tls_like" else 1)
        for one in range(number):
            is_cut = one < share * number
            fields = {"sent_bytes": 402, "received_bytes": 201 if is_cut else 402, "is_echo": not is_cut}
            failure = TIMEOUT if is_cut else None
            case.datagram(
                protocol="tcp_echo", tags=f"arm={arm}.{one}", hop=None, address=OTHER, failure=failure, **fields
            )
    return case


def test_flows_that_look_like_nothing_and_alone_are_cut_show_it() -> None:
    case = sent(4, random=1, printable=1, tls_like=0)
    assert case.says("echo.example")[:2] == ("blocked", "tcp")


def test_a_filter_that_cuts_one_flow_of_four_is_shown_by_sixteen() -> None:
    assert sent(16, random=1 / 4, printable=0, tls_like=0).says("echo.example")[:2] == ("blocked", "tcp")


@pytest.mark.parametrize(
    ("tries", "arms"),
    [
        (1, {"random": 1, "printable": 0, "tls_like": 0}),  # one flow that is lost
        (4, {"random": 1, "printable": 1, "tls_like": 1}),  # a server that is down
        (16, {"random": 1 / 8, "printable": 0, "tls_like": 0}),  # two of sixteen
    ],
)
def test_other_losses_decide_nothing(tries: int, arms: dict[str, float]) -> None:
    verdict = sent(tries, **arms).verdict("echo.example")
    assert (verdict["state"], verdict["interference"]) == ("insufficient", "")


def test_a_line_that_loses_a_flow_now_and_then_is_fine() -> None:
    assert sent(16, random=1 / 16, printable=0, tls_like=1 / 16).says("echo.example")[:2] == ("ok", "")


def test_a_port_that_opened_once_and_never_again_decides_nothing() -> None:
    case = sent(1, random=0, tls_like=0)
    for number in range(6):
        fields = {"sent_bytes": 0, "received_bytes": 0, "failure": TIMEOUT, "is_echo": False}
        case.datagram(protocol="tcp_echo", tags=f"arm=random.{number + 2}", hop=None, address=OTHER, **fields)
    assert case.says("echo.example")[0] == "insufficient"


def test_flows_that_all_come_back_are_fine() -> None:
    assert sent(random=0, printable=0, tls_like=0).says("echo.example")[:2] == ("ok", "")


# Twin transfers


def twins(
    target: float | None,
    before: float | None = 900_000.0,
    *,
    status: int | None = 200,
    stops: bool = False,
    tries: int = 4,
    address: str = OTHER,
    case: Case | None = None,
) -> Case:
    case = case or Case("throttling", input=f"https://{HOST}/", target=HOST).tcp(OTHER)
    arms = [("before", number, before, False) for number in range(1, 2 * tries + 1)]
    arms += [("target", number, target, stops) for number in range(1, tries + 1)]
    for arm, number, rate, stopped in arms:
        tags = f"arm={arm}.{number}"
        case.tls(address, server_name=HOST, tags=tags, hop=None, is_verified=False)
        page = {"address": address, "tags": tags, "hop": None, "status": status if arm == "target" else 200}
        case.http(f"https://{OTHER}/", TIMEOUT if stopped else None, **page)
        fields = {"received_rate": rate, "received_bytes": 16_000, "is_stopped": stopped}
        case.datagram(protocol="transfer", tags=tags, hop=None, address=address, **fields)
    return case


def test_one_transfer_that_stalls_is_no_pattern() -> None:
    case = twins(5.0, stops=True, tries=1)
    assert case.says()[:2] == ("insufficient", "")
    assert twins(800_000.0, case=twins(5.0, stops=True, tries=1)).says()[:2] == ("ok", "")


def test_a_name_that_one_transfer_of_eight_passes_with_is_frozen_all_the_same() -> None:
    case = twins(5.0, stops=True, tries=7)
    fields = {"tags": "arm=target.8", "hop": None, "address": OTHER}
    case.http(f"https://{OTHER}/", status=200, **fields)
    case.datagram(protocol="transfer", received_rate=900_000.0, is_stopped=False, **fields)
    assert case.says()[:2] == ("blocked", "tls.freeze")


def test_a_name_that_is_frozen_in_one_version_of_ip_comes_through_in_the_other() -> None:
    case = twins(5.0, stops=True)
    assert twins(900_000.0, address="2001:db8::9", case=case).says()[:2] == ("ok", "tls.freeze")


def test_a_name_that_is_many_times_slower_is_throttled_and_yet_reached() -> None:
    assert twins(16_000.0).says()[:2] == ("ok", "tls.throttle.sni")


def test_a_name_with_half_of_the_line_is_not_throttled() -> None:
    assert twins(400_000.0).says()[:2] == ("ok", "")


def test_a_line_that_is_slow_for_all_throttles_no_name() -> None:
    assert twins(16_000.0, 20_000.0).says()[:2] == ("ok", "")


def test_a_transfer_that_stops_for_one_name_is_frozen() -> None:
    assert twins(5.0, stops=True).says()[:2] == ("blocked", "tls.freeze")


def test_a_request_that_is_never_answered_for_one_name_is_silenced() -> None:
    assert twins(None, stops=True, status=None).says()[:2] == ("blocked", "tls.timeout.sni")


# Stalls that are not of the site


def stalled(other: str | None, resolver: str = "dns.example") -> Case:
    case = Case().control().dns(GENUINE).tcp().tls(failure=TIMEOUT)
    return case.tls("52.1.2.3", other, server_name=resolver, tags="depth=0 service=doh", hop=None)


def test_handshakes_that_stall_with_resolvers_too_single_out_no_site() -> None:
    assert stalled(TIMEOUT).says() == ("insufficient", "", "network.mtu")


def test_handshakes_that_complete_with_resolvers_leave_the_sign() -> None:
    assert stalled(None).says()[:2] == ("blocked", "tls.timeout")
    assert stalled(RESET).says()[:2] == ("blocked", "tls.timeout")


def test_a_resolver_that_is_the_site_itself_tells_nothing_more() -> None:
    assert stalled(TIMEOUT, HOST).says()[:2] == ("blocked", "tls.timeout")


def test_a_cut_handshake_at_the_port_of_the_other_scheme_is_not_the_way_to_the_page() -> None:
    case = Case(input=f"http://{HOST}/").control().dns(GENUINE).tcp(port=80).tcp().tls(failure=RESET)
    assert case.http(f"http://{HOST}/", RESET, address=GENUINE).says()[:2] == ("blocked", "http.reset")


# A program that opens TLS


def opened(name: str, issuer: str = "CN=Zscaler Root CA", **tags: object) -> Case:
    case = Case().control().dns(GENUINE).tcp().tls(failure=RESET).certificate("e" * 64, **leaf(issuer=issuer))
    fields = {"server_name": name, "certificate_chain": "e" * 64, "hop": None, "tags": "service=helper", **tags}
    return case.tls("52.1.2.3", "ssl_unknown_authority", **fields)


def test_what_is_cut_behind_a_program_that_opens_other_names_may_be_its_own_doing() -> None:
    assert opened("helper.example").says() == ("insufficient", "", "local.tls_interception")


def test_a_program_that_opens_the_site_alone_excuses_nothing() -> None:
    assert opened(HOST).says()[:2] == ("blocked", "tls.reset")


def test_an_authority_that_is_no_program_excuses_nothing() -> None:
    assert opened("helper.example", "CN=Some Authority").says()[:2] == ("blocked", "tls.reset")


def test_a_swap_whose_innocent_name_is_opened_shows_nothing() -> None:
    case = Case("sni_blocking", input=HOST, target=HOST).certificate("e" * 64, **leaf(issuer="CN=Zscaler Root CA"))
    fields = {"hop": None, "is_verified": False}
    for number in range(6):
        case.tls(OTHER, server_name=INNOCENT, tags=f"arm=control.{number}", certificate_chain="e" * 64, **fields)
        case.tls(OTHER, RESET, tags=f"arm=target.{number}", **fields)
    assert case.says()[0] == "insufficient"
    assert "tls.reset_by_name" in case.fired()


def test_requests_that_fail_after_a_trigger_and_not_before_are_its_residue() -> None:
    case = Case("residual", input=f"http://{HOST}/", target=HOST).tcp(OTHER, port=80)
    fields = {"address": OTHER, "hop": None}
    for number in range(21):
        case.http(f"http://{INNOCENT}/", status=200, tags=f"arm=control.{number}", **fields)
    for number in range(7):
        case.http(f"http://{INNOCENT}/", RESET, tags=f"arm=three.{number}", **fields)
    assert "http.residue" in case.fired()
