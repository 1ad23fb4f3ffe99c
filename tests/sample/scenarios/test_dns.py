from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def _answers(keys: dict[str, Any], engine: str) -> set[str]:
    queries = [query for query in keys["queries"] if query["engine"] == engine]
    return {answer["ipv4"] for query in queries for answer in query["answers"] or ()}


def test_a_forged_answer_differs_from_the_controls(keys: Keys) -> None:
    for name in ("dns.bogon", "dns.blockpage", "dns.other", "forum.blocked"):
        assert not _answers(keys(name), "getaddrinfo") & set(keys(name)["control"]["dns"]["addrs"])


def test_two_kinds_of_forgery_differ_from_each_other(keys: Keys) -> None:
    found = keys("dns.injection.two_kinds")
    assert not _answers(found, "getaddrinfo") & _answers(found, "udp")


def test_a_forged_denial_has_no_soa(keys: Keys) -> None:
    (udp, _) = [query for query in keys("dns.nxdomain.everywhere")["queries"] if query["engine"] == "udp"]
    assert udp["failure"] == "dns_nxdomain_error"
    assert len(udp["raw_response"]) < 80


def test_interception_shows_in_who_answers(keys: Keys) -> None:
    whoami = keys("dns.interception")["x_dns_whoami"]
    assert [whoami["system_v4"]] == list(whoami["udp_v4"].values())


def test_a_delivery_networks_addresses_differ_and_its_certificates_verify(keys: Keys) -> None:
    found = keys("dns.consistent")
    assert not _answers(found, "getaddrinfo") & set(found["control"]["dns"]["addrs"])
    assert {step["failure"] for step in found["tls_handshakes"]} == {None}
