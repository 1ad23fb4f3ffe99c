"""Injectors of names: replies of nobody, replies that contradict the first, and what looks like them and is not."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, HOST, OTHER, TIMEOUT, Case

UDP = {"engine": "udp", "resolver_address": "8.8.8.8:53"}
DOH = {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}
NOBODY = {"engine": "udp", "resolver_address": "198.51.100.99:53", "hop": None}
PRIVATE, FILTER, REFUSED = "10.9.8.7", "10.10.34.36", "connection_refused"
SECOND = "93.184.216.35"


def visit(*first: str, late: tuple[str, ...] = ()) -> Case:
    """Ask one resolver; later replies follow, and the network's own resolver gives an address that nobody serves."""
    case = Case().control().dns(OTHER).dns(*first, **UDP)
    if late:
        case.dns(*late, tags="arm=late", **UDP)
    return case.tcp(OTHER, failure=TIMEOUT).tcp().tls()


def test_a_genuine_reply_after_another_shows_that_the_first_was_forged() -> None:
    assert visit("52.1.2.3", late=(GENUINE,)).says()[:2] == ("blocked", "dns.injection.other")
    assert visit(PRIVATE, late=(GENUINE,)).says()[:2] == ("blocked", "dns.injection.bogon")


def test_a_forged_reply_of_two_kinds_gives_the_node_above_them() -> None:
    assert visit("52.1.2.3", PRIVATE, late=(GENUINE,)).says()[:2] == ("blocked", "dns.injection")


@pytest.mark.parametrize(
    ("first", "late"),
    [
        (("52.1.2.3",), ()),  # one reply alone, as of a content network
        ((GENUINE,), (GENUINE,)),  # the same twice
        (("52.1.2.3",), ("52.1.2.4",)),  # none of the two is known to be genuine
    ],
)
def test_other_replies_show_nothing(first: tuple[str, ...], late: tuple[str, ...]) -> None:
    verdict = visit(*first, late=late).verdict()
    assert (verdict["state"], verdict["interference"]) == ("insufficient", "")


def test_a_later_reply_of_the_same_network_is_no_contradiction() -> None:
    case = Case().control().dns(SECOND, asn=15133, **UDP).dns(GENUINE, asn=15133, tags="arm=late", **UDP).tcp().tls()
    assert "dns.contradicted" not in case.fired()


def asked(*answer: str, innocent: str | None = REFUSED, failure: str | None = None, own: str = GENUINE) -> Case:
    """Ask where nobody answers, for the name and for an innocent one; an encrypted resolver says what is true."""
    case = Case("dnscheck", input=HOST, target=HOST).dns(own, hop=None).dns(GENUINE, hop=None, **DOH)
    case.dns(*answer, failure=failure, tags="arm=silent_target", **NOBODY)
    answers = () if innocent else (OTHER,)
    return case.dns(*answers, failure=innocent, hostname="innocent.example", tags="arm=silent_control", **NOBODY)


@pytest.mark.parametrize(
    ("answer", "node"),
    [(OTHER, "dns.injection.other"), (PRIVATE, "dns.injection.bogon"), (FILTER, "dns.injection.bogon")],
)
def test_whoever_answers_for_nobody_is_an_injector(answer: str, node: str) -> None:
    assert asked(answer, own="52.1.2.3").says()[:2] == ("blocked", node)
    assert asked(answer).says()[:2] == ("ok", node)


def test_a_denial_of_nobody_is_an_injection_as_well() -> None:
    case = asked(failure="dns_nxdomain_error", own="52.1.2.3")
    assert case.says()[:2] == ("blocked", "dns.nxdomain")


@pytest.mark.parametrize("failure", [REFUSED, TIMEOUT])
def test_silence_of_nobody_is_as_it_should_be(failure: str) -> None:
    assert asked(failure=failure).says()[:2] == ("ok", "")


def test_who_answers_for_every_name_takes_all_of_dns() -> None:
    assert asked(OTHER, innocent=None).says()[:2] == ("ok", "dns.interception")


def test_without_the_innocent_name_nothing_is_shown() -> None:
    case = Case("dnscheck", input=HOST, target=HOST).dns(GENUINE, hop=None)
    assert case.dns(OTHER, tags="arm=silent_target", **NOBODY).says()[0] == "insufficient"


def test_a_resolver_that_filters_by_choice_vouches_for_nothing() -> None:
    case = Case("dnscheck", input=HOST, target=HOST).dns(OTHER, hop=None)
    case.dns(OTHER, hop=None, engine="dot", resolver_address="94.140.14.14:853")
    assert "dns.agreed" not in case.fired()


def test_a_documented_private_address_beside_one_of_ipv6_is_a_bogon() -> None:
    case = Case().control().dns(FILTER, "2001:4188:2:600:10:10:34:36")
    assert case.says()[:2] == ("blocked", "dns.injection.bogon")
