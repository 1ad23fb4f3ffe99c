"""Which row of truth a verdict is about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest

from trigpoint.lab.case import Judged, numbers
from trigpoint.lab.score import EXPLAINS, OWN, Score, score
from trigpoint.lab.world.load import load, names
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from trigpoint.lab.world.world import World


@cache
def world(name: str) -> World:
    return load(name)


def judged(url: str | None = "https://facebook.example/", **fields: object) -> Judged:
    site = url.split("://")[-1].split("/")[0].split(":")[0] if url else None
    about = {"world": "iran", "asn": 64501, "nettest": "web_connectivity", "input": url, "site": site}
    return Judged(**{**about, "state": State.BLOCKED, **fields})


def held(*verdicts: Judged) -> Score:
    return score(verdicts, {name: world(name) for name in ("iran", "open", "turkey", "italy-dns")})


def rows(found: Score) -> list[tuple[str, str, str]]:
    return [(case.world, case.network, case.url) for case in found.cases]


@pytest.mark.parametrize(
    "url",
    [
        "https://facebook.example/",
        "https://facebook.example",
        "HTTPS://Facebook.Example:443/",
        "https://facebook.example./#top",
    ],
)
def test_a_url_is_the_same_however_it_is_written(url: str) -> None:
    assert rows(held(judged(url))) == [("iran", "a1", "https://facebook.example/")]


def test_unicode_and_a_labels_are_the_same() -> None:
    found = held(
        judged("https://bücher.example/", world="open"), judged("https://XN--bcher-kva.example/", world="open")
    )
    assert rows(found) == [("open", "a1", "https://xn--bcher-kva.example/")]
    assert len(found.cases[0].own) == 2


def test_world_and_network_of_a_verdict_choose_the_row() -> None:
    found = held(judged(asn=64502), judged("https://pirate.example/", world="turkey", asn=64502))
    assert rows(found) == [
        ("iran", "a2", "https://facebook.example/"),
        ("turkey", "a2", "https://pirate.example/"),
    ]
    assert [case.state for case in found.cases] == [State.OK, State.BLOCKED]


@pytest.mark.parametrize("asn", [None, 64599])
def test_a_network_that_the_world_does_not_have_is_a_stray(asn: int | None) -> None:
    found = held(judged(asn=asn))
    assert (found.cases, found.strays) == ((), 1)


def test_an_as_number_of_two_networks_tells_neither() -> None:
    plain = msgspec.structs.replace(
        world("iran"), networks=tuple(msgspec.structs.replace(one, asn=64501) for one in world("iran").networks)
    )
    found = score([judged()], {"iran": plain})
    assert (found.cases, found.strays) == ((), 1)


@pytest.mark.parametrize(
    ("url", "nettest", "row"),
    [
        ("http://facebook.example/", "web_connectivity", "http://facebook.example/"),
        ("https://call.example/", "quic", "h3://call.example/"),
        ("h3://call.example/", "quic", "h3://call.example/"),
        ("dot://dns-two.example/", "dnscheck", "dot://dns-two.example/"),
        ("dot://dns-two.example:853", "dnscheck", "dot://dns-two.example/"),
        ("tcp://echo:443/", "random_traffic", "tcp://echo:443/"),
        ("tcp://echo:8443", "whatever", "tcp://echo:8443/"),
    ],
)
def test_each_scheme_has_its_nettest(url: str, nettest: str, row: str) -> None:
    assert rows(held(judged(url, nettest=nettest))) == [("iran", "a1", row)]


@pytest.mark.parametrize(
    ("url", "nettest"),
    [
        ("https://facebook.example/other", "web_connectivity"),
        ("https://facebook.example:8443/", "web_connectivity"),
        ("https://nowhere.example/", "web_connectivity"),
        ("https://facebook.example/", "signal"),
        ("h3://call.example/", "web_connectivity"),
        ("https://facebook.example/ https://twitter.example/", "web_connectivity"),
        ("https://[broken/", "web_connectivity"),
        ("https://facebook.example:99999/", "web_connectivity"),
        ("gopher://facebook.example/", "web_connectivity"),
        ("", "web_connectivity"),
        (None, "telegram"),
    ],
)
def test_what_no_row_speaks_of_is_a_stray(url: str | None, nettest: str) -> None:
    found = held(judged(url, nettest=nettest))
    assert (rows(found), found.strays) == ([], 1)


def _visited(*others: Judged) -> dict[str, list[str]]:
    """Give the nettests of follow-ups by the URL to which they say more."""
    pages = [judged(url) for url in ("https://facebook.example/", "http://facebook.example/")]
    found = held(*pages, *others)
    return {case.url: [verdict.nettest for verdict in case.others] for case in found.cases}


@pytest.mark.parametrize(
    ("nettest", "https", "http"),
    [
        ("sni_blocking", True, False),
        ("host_blocking", False, True),
        ("dnscheck", True, True),
        ("quic", True, False),
        ("throttling", True, True),
    ],
)
def test_a_follow_up_says_more_of_the_rows_of_its_site(nettest: str, https: bool, http: bool) -> None:
    found = _visited(judged("facebook.example", nettest=nettest))
    assert found == {
        "https://facebook.example/": [nettest] * https,
        "http://facebook.example/": [nettest] * http,
    }


def test_a_follow_up_on_a_url_says_more_of_that_row_alone() -> None:
    found = _visited(judged("http://facebook.example/", nettest="dnscheck"))
    assert found == {"https://facebook.example/": [], "http://facebook.example/": ["dnscheck"]}
    assert held(judged(), judged(nettest="host_blocking")).strays == 1  # the Host header is no matter of HTTPS


def test_http_3_with_a_row_of_its_own_is_no_follow_up() -> None:
    own = judged("https://call.example/", nettest="quic", mechanisms=("quic.timeout",))
    found = held(judged("https://call.example/", state=State.OK), own)
    assert [(case.url, len(case.own), len(case.others)) for case in found.cases] == [
        ("https://call.example/", 1, 0),
        ("h3://call.example/", 1, 0),
    ]


def test_a_follow_up_alone_measures_no_row() -> None:
    found = held(judged("facebook.example", nettest="sni_blocking"))
    assert (found.cases, found.strays) == ((), 0)
    assert found.unmeasured == {"iran": len({(network, row.address) for network, row in world("iran").truths()})}


def test_rows_that_differ_in_the_version_of_ip_alone_are_one() -> None:
    found = held(judged("https://calcio.example/", world="italy-dns", mechanisms=("dns.injection.blockpage",)))
    (case,) = found.cases
    assert [row.families for row in case.rows] == [(4,), (6,)]
    assert case.is_right


def test_worlds_that_are_not_known_are_counted_by_name_and_the_others_scored() -> None:
    found = held(judged(), judged(world="../etc/passwd"), judged(world="atlantis"), judged(world="atlantis"))
    assert found.unknown == {"../etc/passwd": 1, "atlantis": 2}
    assert len(found.cases) == 1


def test_the_order_of_verdicts_does_not_matter() -> None:
    verdicts = [judged(), judged(asn=64502), judged("https://news.example/", world="open"), judged(world="atlantis")]
    assert rows(held(*verdicts)) == rows(held(*reversed(verdicts)))


@pytest.mark.parametrize("name", names())
def test_who_says_what_is_true_is_right_in_every_row_of_a_world(name: str) -> None:
    there = world(name)
    asns = {network.name: network.asn for network in there.networks}
    verdicts = [
        judged(
            row.address,
            world=name,
            asn=asns[network],
            nettest=next(iter(OWN.get(row.address.split(":")[0], ("random_traffic",)))),
            state=row.alone or row.state,
            mechanisms=() if row.alone else row.mechanisms,
        )
        for network, row in there.truths()
    ]
    found = score(verdicts, {name: there})
    counted = numbers(found.cases)
    assert (found.strays, found.unmeasured) == (0, {name: 0})
    assert (counted.states_right, counted.false_blocked) == (counted.rows, 0)
    assert {counted.mechanism_precision, counted.mechanism_recall} <= {1.0, None}


def test_a_row_that_holds_for_a_time_is_not_of_what_came_later() -> None:
    about = {"world": "gfw-2024:rst443", "asn": 64501}
    there = {"gfw-2024:rst443": world("gfw-2024:rst443")}
    url = "https://news.example/"
    held_then = score([judged(url, elapsed=4_439.0, **about)], there)
    assert [case.url for case in held_then.cases] == [url]
    later = score([judged(url, elapsed=4_440.0, **about)], there)
    assert (later.cases, later.strays) == ((), 1)
    assert len(score([judged(url, **about)], there).cases) == 1, "nothing says when"
    follow_up = judged("https://news.example:443/x", nettest="sni_blocking", elapsed=9_999.0, **about)
    found = score([judged(url, elapsed=1.0, **about), follow_up], there)
    assert [case.others for case in found.cases] == [()]


def test_follow_ups_explain_schemes_that_truth_has() -> None:
    assert {scheme for schemes in EXPLAINS.values() for scheme in schemes} <= set(OWN)
