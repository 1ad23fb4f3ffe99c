"""dnscheck in the lab: an injector, one in the path, a resolver that lies, DoT and DoH cut off, and nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.probe.lab import made
from trigpoint.model.step import DnsLookup
from trigpoint.probe.budget import MOST_A_SECOND, Budget
from trigpoint.probe.nettest import STEPS

if TYPE_CHECKING:
    from tests.probe.lab import Made

UDP, TCP = "udp://198.51.100.8:53", "tcp://198.51.100.8:53"
DOH = "https://dns-two.example/dns-query"
V4 = frozenset({4})


def _addresses(found: Made, resolver: str) -> list[set[str]]:
    """Give the addresses of each reply of a resolver for the name in question, in the order of the replies."""
    return [set(lookup.addresses) for lookup in found.keys["lookups"][resolver][STEPS].lookups if lookup.addresses]


def test_an_injector_on_the_path_answers_where_nobody_is_and_the_true_answer_follows() -> None:
    found = made("dnscheck", "gfw-2014", "youtube.example", options={"repeats": 3})
    assert min(found.keys["x_replies_of_nobody"]["silent_target"]) >= 1
    assert found.keys["x_replies_of_nobody"]["silent_control"] == [0, 0, 0]
    assert _addresses(found, TCP)[0] == {"203.0.113.22"}, "it does not touch TCP"
    first, *_, last = _addresses(found, UDP)
    assert "203.0.113.22" not in first
    assert last & {"203.0.113.22", "2001:db8:9::22"}
    assert any(step.tags == "arm=late" for step in found.read.steps), "what came later is read back, too"


def test_an_injector_in_the_path_lets_no_true_answer_follow() -> None:
    found = made("dnscheck", "iran", "facebook.example")
    assert found.keys["x_replies_of_nobody"] == {"silent_target": [1] * 3, "silent_control": [0] * 9}
    assert _addresses(found, UDP) == [{"10.10.34.36"}, {"2001:4188:2:600:10:10:34:36"}]
    assert _addresses(found, DOH) == [{"203.0.113.20"}, {"2001:db8:fb::20"}]


def test_a_resolver_that_lies_is_no_injector() -> None:
    found = made("dnscheck", "turkey", "wikileaks.example")
    assert _addresses(found, "system") == [{"195.175.254.2", "2001:db8:a1::254"}]
    assert _addresses(found, UDP)[0] == {"203.0.113.11"}
    assert found.keys["x_replies_of_nobody"] == {"silent_target": [0] * 5, "silent_control": [0] * 15}


def tries(found: Made, resolver: str) -> list[str]:
    """Give the arms of the further tries at a resolver."""
    return [part["arm"] for part in found.keys["x_parts"] if part.get("value") == resolver and part["arm"] != "whoami"]


def test_flows_that_an_injector_misses_are_made_up_for_by_further_questions_from_new_ports() -> None:
    found = made("dnscheck", "gfw-2014", "youtube.example")
    assert tries(found, UDP) == [
        *("control" if number == 1 else f"control.{number}" for number in range(1, 6)),
        *(f"target.{number}" for number in range(2, 6)),
    ]
    assert tries(found, TCP) == tries(found, DOH) == ["control"]
    again = [step for step in found.read.steps if isinstance(step, DnsLookup) and step.tags == "arm=target.5"]
    assert {step.query_type for step in again} == {"A", "AAAA"}
    assert {step.hostname for step in again} == {"youtube.example"}


def test_a_name_is_asked_for_once_where_repeated_triggers_were_not_agreed_to() -> None:
    found = made("dnscheck", "gfw-2014", "youtube.example", tiers=frozenset({0, 1}))
    assert tries(found, UDP) == tries(found, TCP) == ["control"]


def test_who_asks_for_a_resolver_is_found_where_somebody_else_answers_in_its_place() -> None:
    identities = made("dnscheck", "turkey:routes-2014", "twitter.example").keys["x_identities"]
    honest = made("dnscheck", "open", "twitter.example").keys["x_identities"]
    assert identities[UDP] == "192.0.2.54"
    assert honest[UDP] == "198.51.100.8"


def test_nothing_is_found_where_nothing_is_filtered() -> None:
    found = made("dnscheck", "open", "shop.example")
    assert set(found.keys["lookups"]) == {"system", UDP, TCP, DOH}
    assert all(part["failure"] is None for part in found.keys["lookups"].values())
    assert {frozenset().union(*_addresses(found, resolver)) for resolver in (UDP, TCP, DOH)} == {
        frozenset({"203.0.113.64", "203.0.113.65", "2001:db8:c1::64", "2001:db8:c1::65"})
    }
    assert found.keys["x_replies_of_nobody"] == {"silent_target": [0] * 5, "silent_control": [0] * 15}
    failed = [step for step in found.read.steps if step.failure]
    assert {str(step.tags).partition(".")[0] for step in failed} == {"arm=silent_target", "arm=silent_control"}


def test_questions_wait_for_the_rate_and_not_for_each_other() -> None:
    found = made("dnscheck", "open", "shop.example", admit=Budget().admit)
    asked = [step for step in found.read.steps if isinstance(step, DnsLookup) and step.engine == "udp"]
    times = sorted(step.started or 0.0 for step in asked if step.resolver_address == "198.51.100.8:53")
    questions = 2 * 2 * 5  # names, kinds of addresses, tries
    assert len(times) >= questions
    assert all(later - earlier > 0.999 for earlier, later in zip(times, times[MOST_A_SECOND:], strict=False))
    rounds_of_nobody = 5
    assert found.measured.seconds < (rounds_of_nobody + 2) * 5.0 + questions / MOST_A_SECOND


def test_a_server_of_encrypted_dns_is_asked_at_each_address() -> None:
    found = made("dnscheck", "open", "dot://dns-two.example/")
    assert set(found.keys["lookups"]) == {"dot://198.51.100.1:853", "dot://[2001:db8:1::1]:853"}
    assert found.keys["bootstrap_failure"] is None
    lookups = [step for step in found.read.steps if isinstance(step, DnsLookup)]
    assert {step.engine for step in lookups if not step.failure} == {"getaddrinfo", "dot"}


def test_encrypted_dns_that_is_cut_off_by_port_or_by_name() -> None:
    dot = made("dnscheck", "iran", "dot://dns-two.example/", families=V4).keys["lookups"]
    doh = made("dnscheck", "iran", "https://dns-one.example/dns-query@198.51.100.8", families=V4).keys["lookups"]
    assert [part["failure"] for part in dot.values()] == ["generic_timeout_error"]
    assert {url: part["failure"] for url, part in doh.items()} == {"https://198.51.100.8/dns-query": "connection_reset"}


def test_a_server_without_an_address_is_a_failure_of_its_name() -> None:
    keys = made("dnscheck", "open", "dot://nobody.example/").keys
    assert keys["bootstrap_failure"] == "dns_nxdomain_error"
    assert keys["lookups"] == {}
