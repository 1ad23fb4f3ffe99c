"""The built-in table of artefacts: laws that rules rely on."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter

import pytest

from trigpoint.net.names import a_label
from trigpoint.reference.artefacts import (
    ARTEFACTS,
    FILTERING_RESOLVER_NETWORKS,
    REFUSAL_WORDS,
    REQUEST_WORDS,
    Artefact,
    Place,
    Scope,
    any_of,
    patterns,
)

by_pattern = pytest.mark.parametrize("row", ARTEFACTS, ids=lambda row: f"{row.place}-{row.pattern}")


@by_pattern
def test_a_row_can_match_and_names_its_source(row: Artefact) -> None:
    assert row.pattern == row.pattern.lower().strip() != ""
    assert len(row.source) > len("RFC 1")


def test_no_pattern_stands_twice_in_one_place() -> None:
    assert {key: count for key, count in Counter((r.place, r.pattern) for r in ARTEFACTS).items() if count > 1} == {}


@pytest.mark.parametrize("row", [r for r in ARTEFACTS if r.place in {Place.ANSWER, Place.RESOLVER}])
def test_addresses_are_canonical(row: Artefact) -> None:
    assert str(ipaddress.ip_address(row.pattern)) == row.pattern


@pytest.mark.parametrize("row", [r for r in ARTEFACTS if r.place is Place.LOCATION])
def test_hosts_are_a_labels(row: Artefact) -> None:
    assert a_label(row.pattern) == row.pattern


@pytest.mark.parametrize("row", [r for r in ARTEFACTS if r.place is Place.BODY and r.scope is Scope.NETWORK])
def test_a_text_that_accuses_a_network_is_long_enough_not_to_stand_by_chance(row: Artefact) -> None:
    assert len(row.pattern) >= len("10.10.34.34")


def test_no_place_and_scope_that_rules_search_is_empty() -> None:
    searched = [
        (Place.ANSWER, Scope.NETWORK),
        (Place.ANSWER, Scope.CHOICE),
        (Place.RESOLVER, Scope.CHOICE),
        (Place.LOCATION, Scope.NETWORK),
        (Place.HEADER, Scope.NETWORK),
        (Place.ISSUER, Scope.PRODUCT),
        (Place.ISSUER, Scope.AUTHORITY),
        *((Place.BODY, scope) for scope in (Scope.NETWORK, Scope.SERVER, Scope.PARKING, Scope.PORTAL)),
    ]
    assert all(patterns(place, scope) for place, scope in searched)


def test_no_issuer_is_both_a_product_and_a_public_authority() -> None:
    products, authorities = patterns(Place.ISSUER, Scope.PRODUCT), patterns(Place.ISSUER, Scope.AUTHORITY)
    assert [(one, other) for one in products for other in authorities if one in other or other in one] == []


@pytest.mark.parametrize("words", [REFUSAL_WORDS, REQUEST_WORDS])
def test_words_are_lower_case_and_distinct(words: tuple[str, ...]) -> None:
    assert [word.lower() for word in words] == list(words)
    assert len(set(words)) == len(words)


def test_no_page_both_refuses_and_asks_by_the_same_word() -> None:
    assert [(one, other) for one in REFUSAL_WORDS for other in REQUEST_WORDS if one in other or other in one] == []


def test_networks_are_in_order_and_distinct() -> None:
    assert sorted(set(FILTERING_RESOLVER_NETWORKS)) == list(FILTERING_RESOLVER_NETWORKS)


def test_literals_are_matched_as_such() -> None:
    assert re.search(any_of(("a.b", "c+")), "xa.b")
    assert re.search(any_of(("a.b", "c+")), "axb cc") is None
