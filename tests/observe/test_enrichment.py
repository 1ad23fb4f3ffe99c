"""Facts of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.facts import AddressFacts
from trigpoint.observe.enrichment import Enrichment

if TYPE_CHECKING:
    from trigpoint.reference.addresses import AddressLookup


def rows(
    annotated: list[tuple[str | None, int | None, str | None]], lookup: AddressLookup | None = None
) -> list[tuple[object, ...]]:
    return list(zip(*Enrichment(lookup).addresses(*map(list, zip(*annotated, strict=True))).values(), strict=True))  # type: ignore[arg-type]


def test_an_address_is_looked_up_once_while_it_is_remembered() -> None:
    asked = []

    def lookup(address: str) -> AddressFacts:
        asked.append(address)
        return AddressFacts(asn=1)

    facts = Enrichment(lookup, limit=2)
    for address in ("a", "a", "b", "a", "c", "a"):
        facts.addresses([address], [None], [None])
    assert asked == ["a", "b", "c", "a"]


def test_a_step_without_an_address_keeps_what_was_annotated() -> None:
    annotated = [(None, None, None), (None, 7, "Seven"), (None, None, "Seven")]
    assert rows(annotated) == [(*given[1:], None, None) for given in annotated]


def test_an_annotation_fills_what_a_database_does_not_say() -> None:
    known = {"a": AddressFacts(asn=1, as_name="One", address_country="XL"), "b": AddressFacts(as_name="nameless")}
    annotated = [("a", 7, "Seven"), ("b", 7, "Seven"), ("b", 7, None), ("b", None, "Seven"), ("b", None, None)]
    assert rows(annotated, known.__getitem__) == [
        (1, "One", "XL", None),
        (7, "Seven", None, None),
        (7, None, None, None),
        (None, "Seven", None, None),
        (None, "nameless", None, None),
    ]


def test_an_annotation_stands_beside_what_the_address_itself_tells() -> None:
    annotated = [("10.0.0.1", 64_500, "Example"), ("8.8.8.8", None, None)]
    assert rows(annotated) == [(64_500, "Example", None, True), (None, None, None, False)]
