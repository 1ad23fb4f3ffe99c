from __future__ import annotations

import pytest

from tests.lab.services.loopback import AUTHORITY, RESOLVER, SECOND, WEB, made
from trigpoint.lab.services.zone import Told, Zone, host_names
from trigpoint.net.dns_message import NOERROR, NXDOMAIN, REFUSED, SERVFAIL
from trigpoint.net.dns_records import (
    AAAA,
    CNAME,
    HTTPS,
    MX,
    NS,
    SOA,
    TXT,
    A,
    address_of,
    soa_of,
    target_of,
    texts_of,
)

SITES = [
    {"name": "news.example", "hosts": ["web", "second"], "ttl": 77},
    {"name": "cdn.example", "hosts": ["web"], "aliases": ["www.cdn.example"], "cname": ["edge.net.example"]},
    {
        "name": "geo.example",
        "hosts": ["web"],
        "views": [{"networks": ["a1"], "hosts": ["second"]}, {"networks": ["b1"], "rcode": "refused"}],
    },
    {"name": "denied.example", "hosts": ["web"], "views": [{"networks": ["a1"], "rcode": "nxdomain"}]},
    {"name": "gone.example", "hosts": ["web"], "fault": "nxdomain"},
    {"name": "broken.example", "hosts": ["web"], "fault": "servfail"},
    {"name": "bücher.example", "hosts": ["web"]},
    {"name": "partly.example", "hosts": ["web"], "views": [{"networks": ["a1"], "fault": "nxdomain"}]},
]
RECORDS = [
    {"name": "news.example", "type": "MX", "value": "10 mail.news.example"},
    {"name": "news.example", "type": "TXT", "value": "x" * 300},
    {"name": "empty.example", "type": "TXT", "value": ""},
    {"name": "deep.under.example", "type": "A", "value": "192.0.2.99"},
    {"name": "six.example", "type": "AAAA", "value": "2001:db8::99"},
    {"name": "ns.example", "type": "NS", "value": "authority.lab.example"},
    {"name": "ring.example", "type": "CNAME", "value": "ring.example"},
    {"name": "lost.example", "type": "CNAME", "value": "nowhere.example"},
]
ZONE = Zone(made(SITES, [{"name": "block", "addresses": ["192.0.2.80"], "notice": {}}], record=RECORDS))


def ask(name: str, qtype: int = A, network: str = "outside", asker: str = "198.18.9.9") -> Told:
    return ZONE.ask(name, qtype, asker, network)


def addresses(told: Told) -> list[str | None]:
    return [address_of(record) for record in told.answers if record.rtype in {A, AAAA}]


def test_a_site_has_all_addresses_of_its_hosts_in_order() -> None:
    told = ask("NEWS.example.")
    assert addresses(told) == [WEB, SECOND]
    assert {record.ttl for record in told.answers} == {77}
    assert not told.authority


def test_what_a_name_does_not_have_is_denied_with_the_zones_soa() -> None:
    told = ask("news.example", AAAA)
    assert (told.rcode, told.answers) == (NOERROR, ())
    soa = soa_of(told.authority[0])
    assert soa is not None
    assert (told.authority[0].name, soa.primary) == ("news.example", "ns1.news.example")


def test_a_name_that_is_not_is_denied_and_one_above_others_is_empty() -> None:
    assert ask("no.example").rcode == NXDOMAIN
    assert [(soa.rtype, soa.name) for soa in ask("no.example").authority] == [(SOA, "example")]
    assert ask("under.example").rcode == NOERROR
    assert ask("").rcode == NOERROR


def test_aliases_and_the_names_of_a_network_are_a_chain() -> None:
    told = ask("www.cdn.example")
    assert [target_of(record) for record in told.answers if record.rtype == CNAME] == [
        "cdn.example",
        "edge.net.example",
    ]
    assert addresses(told) == [WEB]
    assert addresses(ask("edge.net.example")) == [WEB]
    assert [record.rtype for record in ask("www.cdn.example", CNAME).answers] == [CNAME]


def test_a_chain_without_what_was_asked_for_is_negative() -> None:
    told = ask("www.cdn.example", AAAA)
    assert [record.rtype for record in told.answers] == [CNAME, CNAME]
    assert told.authority[0].rtype == SOA


def test_who_asks_from_a_network_gets_its_view() -> None:
    assert addresses(ask("geo.example", network="a1")) == [SECOND]
    assert addresses(ask("geo.example")) == [WEB]
    told = ask("geo.example", network="b1")
    assert (told.rcode, told.cause, told.site, told.authority) == (REFUSED, "server.geoblock", "geo.example", ())


def test_a_denial_for_some_only_has_the_zones_soa_as_every_true_one_has() -> None:
    told = ask("denied.example", network="a1")
    assert (told.rcode, told.cause, len(told.authority)) == (NXDOMAIN, "server.geoblock", 1)


def test_a_site_that_is_down_fails_and_says_why() -> None:
    gone, broken = ask("gone.example"), ask("broken.example")
    assert (gone.rcode, gone.cause, len(gone.authority)) == (NXDOMAIN, "site.down", 1)
    assert (broken.rcode, broken.cause, broken.authority) == (SERVFAIL, "site.down", ())


def test_a_site_that_is_down_for_some_only_is_no_site_that_is_down() -> None:
    assert ask("partly.example", network="a1").cause == "server.geoblock"
    assert ask("partly.example").cause == ""


def test_whoever_asks_for_itself_is_told_its_address_and_nobody_may_remember_it() -> None:
    told = ask("whoami.example", asker="192.0.2.53")
    assert (addresses(told), told.answers[0].ttl) == (["192.0.2.53"], 0)
    assert addresses(ask("x.y.whoami.example", AAAA, asker="2001:db8::53")) == ["2001:db8::53"]
    assert texts_of(ask("whoami.example", TXT, asker="192.0.2.53").answers[0]) == (b"192.0.2.53",)
    assert ask("whoami.example", AAAA, asker="192.0.2.53").authority


def test_records_are_written_as_zone_files_have_them() -> None:
    assert target_of(ask("news.example", MX).answers[0]) == "mail.news.example"
    assert list(map(len, texts_of(ask("news.example", TXT).answers[0]))) == [255, 45]
    assert texts_of(ask("empty.example", TXT).answers[0]) == (b"",)
    assert addresses(ask("deep.under.example")) == ["192.0.2.99"]
    assert addresses(ask("six.example", AAAA)) == ["2001:db8::99"]
    assert target_of(ask("ns.example", NS).answers[0]) == "authority.lab.example"


def test_a_ring_of_names_ends_and_a_chain_to_nowhere_says_so() -> None:
    assert len(ask("ring.example").answers) <= 16
    lost = ask("lost.example")
    assert (lost.rcode, [record.rtype for record in lost.answers]) == (NXDOMAIN, [CNAME])


def test_names_in_other_scripts_are_a_labels() -> None:
    assert addresses(ask("xn--bcher-kva.example")) == [WEB]


@pytest.mark.parametrize(
    ("name", "address"),
    [("isp-dns.lab.example", RESOLVER), ("authority.lab.example", AUTHORITY), ("notice.example", "192.0.2.80")],
)
def test_hosts_have_names_too(name: str, address: str) -> None:
    assert addresses(ask(name)) == [address]


def test_the_names_of_resolvers_are_those_that_they_were_given() -> None:
    hosts = [{"name": "public", "addresses": ["198.18.0.8"], "resolver": {"name": "dns.public.example"}}]
    assert set(host_names(made(hosts=hosts))) >= {"dns.public.example", "public.lab.example"}


def test_types_that_nobody_has_are_answered_empty() -> None:
    assert ask("news.example", HTTPS) == ask("news.example", 64)


def test_a_name_of_several_hosts_is_that_of_the_one_nearby() -> None:
    portals = [
        {"name": f"portal-{network}", "network": network, "addresses": [address], "portal": {}}
        for network, address in (("a1", "192.0.2.81"), ("b1", "198.51.100.81"))
    ]
    zone = Zone(made(hosts=portals))
    found = [addresses(zone.ask("portal.example", A, "x", network)) for network in ("a1", "b1", "outside")]
    assert found == [["192.0.2.81"], ["198.51.100.81"], ["192.0.2.81"]]


def test_a_name_may_have_another_host_at_each_query_of_a_type() -> None:
    site = {"name": "turn.example", "hosts": ["web", "second"], "aliases": ["www.turn.example"], "rotates": True}
    zone = Zone(made([site]))
    for name in ("turn.example", "www.turn.example"):
        found = [zone.ask(name, qtype, RESOLVER, "a1").answers for qtype in (A, TXT, A, AAAA, A)]
        addresses = [[address_of(record) for record in answers if record.rtype == A] for answers in found]
        assert addresses == [[WEB], [], [SECOND], [], [WEB]]
        zone.ask(name, A, RESOLVER, "a1")


def test_dns_may_give_some_addresses_at_a_time_and_the_next_ones_at_each_query() -> None:
    many = [f"198.18.7.{number}" for number in range(1, 6)]
    host = {"name": "many", "addresses": [*many, "2001:db8::1"]}
    view = {"networks": ["b1"], "gives": 0}
    zone = Zone(made([{"name": "cdn.example", "hosts": ["many"], "gives": 2, "views": [view]}], [host]))

    def given(qtype: int, network: str = "a1") -> list[str | None]:
        return [address_of(record) for record in zone.ask("cdn.example", qtype, RESOLVER, network).answers]

    assert [given(A) for _ in range(3)] == [many[:2], many[2:4], [many[4], many[0]]]
    assert [given(AAAA), given(TXT)] == [["2001:db8::1"], []]
    assert given(A, "b1") == many
