"""Situations without interference that imitate it: none of them may be called blocked, or interference."""

from __future__ import annotations

import pytest

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, STARTED, TIMEOUT, Case, leaf

UNKNOWN, WRONG, BAD = "ssl_unknown_authority", "ssl_invalid_hostname", "ssl_invalid_certificate"
DENIED, EMPTY, BROKEN = "dns_nxdomain_error", "dns_no_answer", "dns_servfail_error"
DOH = {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}
UDP = {"engine": "udp", "resolver_address": "8.8.8.8:53"}
LATER = {"hop": 1}
PLAIN = f"http://{HOST}/"
SECOND, SIXTH = "93.184.216.35", "2606:2800:220:1::34"
WHERE = {"vantage": "control", "hop": None}


def is_clean(case: Case, target: str = HOST) -> bool:
    """Say that a verdict neither claims blocking nor interference."""
    verdict = case.verdict(target)
    return verdict["state"] != "blocked" and not verdict["interference"]


def refusal(title: str, text: str = "", **more: object) -> Case:
    """Give a site without encryption, with another page than the control's from the genuine address."""
    body = f"<html><title>{title}</title><body><h1>{title}</h1><p>{text}</p></body></html>"
    fields = {"status": 200, "headers": "Server: Apache", "title": title, "body": body, "address": GENUINE, **more}
    return Case(input=PLAIN).control().dns(GENUINE).tcp(port=80).http(PLAIN, **fields)


# Names


def test_a_site_that_has_only_ipv6_lets_the_other_family_be_empty() -> None:
    case = Case().control(addresses=(SIXTH,)).dns(SIXTH, query_type="ANY")
    case.dns(failure=EMPTY, **UDP).dns(SIXTH, query_type="AAAA", **UDP)
    case.tcp(SIXTH, failure="network_unreachable")
    assert is_clean(case)


def test_a_network_with_only_ipv6_hides_the_addresses_of_the_other_family() -> None:
    case = Case().control().dns(failure=EMPTY, query_type="ANY", engine="getaddrinfo")
    assert is_clean(case)


def test_a_translated_address_is_no_bogon() -> None:
    case = Case().control().dns("64:ff9b:1::5db8:d822").tcp("64:ff9b:1::5db8:d822", failure=TIMEOUT)
    assert is_clean(case)


def test_a_cache_inside_the_network_with_the_sites_certificate_is_genuine() -> None:
    case = Case().control().dns("100.64.3.7").tcp("100.64.3.7").tls("100.64.3.7")
    case.http(address="100.64.3.7", failure=TIMEOUT)
    assert is_clean(case)


def test_a_resolver_of_the_device_that_answers_nothing_says_nothing_of_the_name() -> None:
    case = Case().control().dns(failure="dns_temporary_failure", engine="getaddrinfo", query_type="ANY")
    case.dns(GENUINE, **UDP).tcp().tls().http(failure=TIMEOUT)
    assert is_clean(case)


@pytest.mark.parametrize("resolver", ["94.140.14.14:53", "[2a10:50c0::ad1:ff]:53"])
@pytest.mark.parametrize("failure", [None, BROKEN, TIMEOUT])
def test_a_filter_that_the_user_chose_is_not_the_networks(resolver: str, failure: str | None) -> None:
    case = Case().control()
    case.dns(*(() if failure else (OTHER,)), failure=failure, engine="udp", resolver_address=resolver)
    case.dns("151.101.1.1", engine="udp", resolver_address=resolver, hostname="dns.example")
    case.dns(GENUINE, **DOH).tcp(OTHER).tls(OTHER, WRONG)
    assert is_clean(case)


def test_the_page_of_a_filter_that_the_user_chose_is_not_the_networks() -> None:
    case = Case(input=PLAIN, resolver_asn=212772).control().dns(OTHER).tcp(OTHER, 80)
    title = "Access to this website has been blocked"
    case.http(PLAIN, status=200, title=title, body=f"<title>{title}</title>", address=OTHER)
    assert is_clean(case)


def test_the_address_of_a_filter_that_the_user_chose_is_not_the_networks() -> None:
    case = Case().control().dns("146.112.61.106").dns(GENUINE, **DOH).tcp("146.112.61.106").tls("146.112.61.106", WRONG)
    assert is_clean(case)


def test_local_interception_at_an_address_of_a_content_network_is_no_injection() -> None:
    case = Case().control().certificate("a" * 64, **leaf(issuer="CN=Kaspersky Anti-Virus Personal Root"))
    case.dns(OTHER).tcp(OTHER).tls(OTHER, UNKNOWN, certificate_chain="a" * 64)
    assert is_clean(case)


@pytest.mark.parametrize("issuer", ["CN=R3,O=Let's Encrypt", "CN=Unheard Of"])
def test_a_wrong_clock_or_an_old_list_at_another_address_is_no_injection(issuer: str) -> None:
    case = Case().control().certificate("a" * 64, **leaf(issuer=issuer, not_after=STARTED - 5))
    case.dns(OTHER).tcp(OTHER).tls(OTHER, BAD, certificate_chain="a" * 64)
    assert is_clean(case)


def test_a_list_that_lacks_the_authority_at_another_address_is_no_injection() -> None:
    case = Case().control().certificate("a" * 64, **leaf(issuer="CN=R3,O=Let's Encrypt"))
    case.dns(OTHER).tcp(OTHER).tls(OTHER, UNKNOWN, certificate_chain="a" * 64)
    assert is_clean(case)


def test_a_site_whose_certificate_is_wrong_for_all_does_not_make_its_other_addresses_lies() -> None:
    case = Case().dns(GENUINE, engine=None, **WHERE).tcp(GENUINE, **WHERE).http(failure=WRONG, **WHERE)
    case.dns(OTHER).tcp(OTHER).tls(OTHER, WRONG)
    assert is_clean(case)


def test_an_address_in_the_sites_own_network_with_a_wrong_certificate_is_no_injection() -> None:
    case = Case().dns(GENUINE, engine=None, asn=15133, **WHERE).tcp(**WHERE).tls(is_verified=None, **WHERE)
    case.http(status=200, **WHERE)
    case.dns(SECOND, asn=15133).tcp(SECOND).tls(SECOND, WRONG)
    assert is_clean(case)


def test_an_old_answer_that_leads_to_a_closed_server_is_no_injection() -> None:
    case = Case().control().dns(OTHER).dns(GENUINE, **DOH)
    case.tcp(OTHER, failure=TIMEOUT, **WHERE).tcp(OTHER, failure=TIMEOUT).tcp().tls().http(failure=TIMEOUT)
    assert is_clean(case)


def test_a_redirect_to_a_name_that_an_encrypted_resolver_denies_too_is_broken() -> None:
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    case.http(PLAIN, status=302, location="http://gone.example.com/", address=GENUINE)
    case.dns(failure=DENIED, hostname="gone.example.com", **LATER)
    case.dns(failure=DENIED, hostname="gone.example.com", **LATER, **DOH)
    assert is_clean(case)


# Redirects that follow the visitor's country


def regional(name: str = "xl.example.org") -> Case:
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    return case.http(PLAIN, status=302, location=f"https://{name}/", address=GENUINE)


@pytest.mark.parametrize("name", ["xl.example.org", "www.example.xl", "consent.example.org", "www.example.co.uk"])
def test_a_server_for_one_country_that_is_down_says_nothing_of_the_site(name: str) -> None:
    case = regional(name)
    for engine in ({}, UDP):
        case.dns(SECOND, hostname=name, **LATER, **engine)
    case.tcp(SECOND, failure=TIMEOUT, **LATER)
    case.http(f"https://{name}/", TIMEOUT, **LATER)
    assert is_clean(case)
    other = regional(name)
    for engine in ({}, UDP):
        other.dns(SECOND, hostname=name, **LATER, **engine)
    other.tcp(SECOND, **LATER).tls(SECOND, RESET, server_name=name, **LATER)
    assert is_clean(other)


def test_a_name_for_one_country_that_does_not_exist_says_nothing_of_the_site() -> None:
    assert is_clean(regional().dns(failure=DENIED, hostname="xl.example.org", **LATER))


# Connections


def test_without_ipv4_an_unreachable_address_says_nothing() -> None:
    case = Case().control().dns(GENUINE, SIXTH, **DOH).dns(SIXTH, hostname="dns.example")
    case.tcp(failure="host_unreachable").tcp(port=80, failure="host_unreachable")
    assert is_clean(case)


def test_a_network_on_which_everything_times_out_is_down() -> None:
    case = Case().control().dns(GENUINE).dns(failure=TIMEOUT, **UDP).dns(failure=TIMEOUT, **DOH)
    case.tcp(failure=TIMEOUT).tcp(port=80, failure=TIMEOUT)
    assert is_clean(case)
    assert case.says() == ("insufficient", "", "network.flaky")


# The probe's own resolvers


def test_a_resolver_of_the_probe_that_is_blocked_says_nothing_of_the_site() -> None:
    mark = {"tags": "service=doh"}
    case = Case().control().dns(GENUINE).tcp()
    case.dns("10.10.34.35", hostname="dns.example", **mark).dns(GENUINE, hostname="dns.example", **UDP, **mark)
    case.tcp("10.10.34.35", failure=TIMEOUT, **mark)
    case.tls("9.9.9.9", RESET, server_name="dns.example", **mark)
    assert is_clean(case)


# Certificates


def test_a_certificate_that_was_not_recorded_may_be_the_devices_old_list_or_clock() -> None:
    for failure in (UNKNOWN, BAD):
        case = Case().control().dns(GENUINE).tcp().tls(failure=failure)
        assert case.says() == ("insufficient", "", "local.ca_bundle")


@pytest.mark.parametrize("issuer", ["CN=Actalis EV CA,O=Actalis S.p.A.", "CN=Certum CA,O=Unizeto", "O=Buypass AS"])
def test_a_public_authority_of_any_country_may_be_missing_in_the_devices_list(issuer: str) -> None:
    case = Case().control().certificate("a" * 64, **leaf(issuer=issuer)).dns(GENUINE).dns(GENUINE, **DOH).tcp()
    assert case.tls(failure=UNKNOWN, certificate_chain="a" * 64).says()[2] == "local.ca_bundle"


# Pages


@pytest.mark.parametrize(
    ("title", "text", "more"),
    [
        ("Dangerous goods", "Restricted items: batteries. 'blocked': false", {}),
        ("Zeitung", "Wie Staaten das Netz zensieren: censor, blocked", {}),
        ("Access denied", "", {"status": 403}),
        ("403 Forbidden", "Access denied by the policy of this server", {"status": 403}),
        ("404 Not Found", "blocked", {"status": 404}),
        ("Access denied", "Please accept cookies to go on", {}),
        ("Age-restricted content", "Are you 18 years old?", {}),
        ("Your Internet access is blocked", "Your bill is unpaid: recharge your account", {}),
        ("Restricted until you sign in", "Voucher", {}),
        ("Access restricted", "We hold no licence for your territory", {"headers": "Server: nginx"}),
        ("Blocked", "x" * 30_000, {}),
    ],
)
def test_words_of_refusal_alone_make_no_block_page(title: str, text: str, more: dict[str, object]) -> None:
    assert is_clean(refusal(title, text, **more))


def test_a_login_page_on_a_public_host_is_no_block_page() -> None:
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    case.http(PLAIN, status=302, location="http://login.hotspot.example.net/", address=GENUINE)
    body = "<title>Access restricted</title><form><input type=password></form>Log in to use the Wi-Fi"
    case.http("http://login.hotspot.example.net/", status=200, title="Access restricted", body=body, **LATER)
    assert is_clean(case)


@pytest.mark.parametrize("text", ["See internet-positif.org", "<a href='http://warning.rt.ru/'>", "10.10.34.34/?type="])
def test_a_page_that_quotes_a_block_page_and_that_the_control_got_too_is_the_sites_own(text: str) -> None:
    body = "<title>The Example</title>" + text
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    case.http(PLAIN, status=200, title="The Example", headers="X-Own: yes", body=body.ljust(5000), address=GENUINE)
    assert case.says()[:2] == ("ok", "")


def test_a_site_that_is_itself_a_block_page_is_a_site() -> None:
    url, host = "http://warning.or.kr/", "warning.or.kr"
    case = Case(input=url, target=host).dns(GENUINE, hostname=host, engine=None, **WHERE)
    case.http(url, status=200, title="Warning", body_bytes=5000, **WHERE).dns(GENUINE, hostname=host).tcp(port=80)
    case.http(url, status=200, title="Warning", body="x" * 5000, address=GENUINE)
    assert case.says(host)[:2] == ("ok", "")


@pytest.mark.parametrize("failure", [RESET, CLOSE, TIMEOUT])
def test_a_request_of_an_old_probe_to_an_address_that_is_not_genuine_says_nothing(failure: str) -> None:
    case = Case(input=PLAIN).control().dns(OTHER).tcp(OTHER, 80).http(PLAIN, failure)
    assert is_clean(case)


# Services


def test_a_login_page_that_answers_for_every_name_of_a_service_blocks_none() -> None:
    case = Case("signal")
    for name in ("chat.signal.org", "storage.signal.org", "cdn.signal.org"):
        case.dns("192.168.182.1", hostname=name).tcp("192.168.182.1").tls("192.168.182.1", UNKNOWN, server_name=name)
    assert is_clean(case, "signal/chat")
    assert is_clean(case, "signal/storage")


def test_a_login_page_counts_for_all_parts_of_a_service() -> None:
    case = Case("whatsapp")
    for number in range(1, 6):
        name = f"e{number}.whatsapp.net"
        case.dns("127.0.0.2", hostname=name).tcp("127.0.0.2", 5222, failure="connection_refused")
    case.http("http://web.whatsapp.com/", status=302, location="http://10.1.0.1/login")
    state, _, explanations = case.says("whatsapp/chat")
    assert state == "insufficient"
    assert "local.captive_portal" in explanations.split()


def test_one_lost_packet_in_one_part_of_a_service_is_no_sign() -> None:
    case = Case("facebook_messenger")
    for number, name in enumerate(("b-api.facebook.com", "b-graph.facebook.com", "edge-mqtt.facebook.com")):
        case.dns(f"157.240.1.{number}", hostname=name)
        case.tcp(f"157.240.1.{number}", failure=TIMEOUT if number == 1 else None)
    assert is_clean(case, "facebook_messenger/chat")


@pytest.mark.parametrize("name", ["api.directory.signal.org", "textsecure-service.whispersystems.org"])
def test_a_server_that_the_service_closed_down_blocks_nothing(name: str) -> None:
    case = Case("signal").dns("13.248.212.111", hostname="chat.signal.org").tcp("13.248.212.111")
    case.tls("13.248.212.111", server_name="chat.signal.org")
    case.dns("13.248.212.112", hostname=name).tcp("13.248.212.112", failure="connection_refused")
    assert all(row["state"] != "blocked" for row in case.verdicts().values())


def test_an_echo_that_did_not_come_was_not_changed() -> None:
    case = Case("http_invalid_request_line").datagram(received_bytes=12, is_echo=True)
    assert case.datagram(received_bytes=0, is_echo=False, failure=TIMEOUT).says("http_invalid_request_line")[:2] == (
        "ok",
        "",
    )


# Traces


def test_a_handshake_that_may_not_reach_the_server_cannot_time_out_for_its_name() -> None:
    case = Case("tlsmiddlebox", input=HOST, target=HOST)
    for ttl, failure in ((1, TIMEOUT), (2, TIMEOUT), (3, None)):
        case.tls(failure=failure, server_name="control.example", tags=f"arm=control ttl={ttl}")
    for ttl in (1, 2):
        case.tls(failure=TIMEOUT, tags=f"arm=target ttl={ttl}")
    assert is_clean(case)


# What a second look found


def test_a_server_that_fails_for_the_control_too_may_leave_a_request_unanswered() -> None:
    case = (
        Case(input=PLAIN).dns(GENUINE, engine=None, **WHERE).tcp(GENUINE, 80, **WHERE).http(PLAIN, status=503, **WHERE)
    )
    assert is_clean(case.dns(GENUINE).tcp(port=80).http(PLAIN, TIMEOUT, address=GENUINE))


@pytest.mark.parametrize("engine", [{}, UDP])
def test_a_proxy_on_the_device_answers_with_addresses_of_its_own(engine: dict[str, str]) -> None:
    case = Case().control().dns("198.18.0.7", **engine).tcp("198.18.0.7").tls("198.18.0.7", TIMEOUT)
    assert case.says()[0] == "insufficient"
    assert "local.vpn" in case.says()[2]


@pytest.mark.parametrize(("url", "side"), [(f"https://{HOST}/", 80), (PLAIN, 443)])
def test_the_port_of_the_other_scheme_is_not_the_way_to_the_site(url: str, side: int) -> None:
    case = Case(input=url).control().dns(GENUINE).tcp(port=80 + 443 - side).tcp(port=side, failure=TIMEOUT)
    assert is_clean(case)


def test_one_name_from_the_routers_memory_does_not_show_that_the_network_works() -> None:
    case = Case("telegram").dns("149.154.167.99", hostname="web.telegram.org").tcp("149.154.167.99", failure=TIMEOUT)
    for number in (50, 51, 91, 100):
        case.tcp(f"149.154.175.{number}", failure=TIMEOUT)
    assert all(row["state"] == "insufficient" for row in case.verdicts().values())


def test_a_list_of_blocked_names_on_the_device_is_not_the_networks() -> None:
    case = Case("facebook_messenger").dns("157.240.1.1", hostname="b-api.facebook.com").tcp("157.240.1.1")
    case.dns("127.0.0.1", hostname="external.xx.fbcdn.net").tcp("127.0.0.1", failure="connection_refused")
    assert is_clean(case, "facebook_messenger/chat")
    assert "local.dns_filter" in case.says("facebook_messenger/chat")[2]


def test_most_bridges_of_an_old_list_are_gone() -> None:
    case = Case("tor")
    for number in range(15):
        case.tcp(f"8.8.4.{number}", failure=None if number < 2 else "connection_refused", tags="service=obfs4")
    assert is_clean(case, "tor/obfs4_bridges")
