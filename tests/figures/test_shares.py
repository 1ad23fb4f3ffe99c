from __future__ import annotations

import pytest

from tests.figures.surveys import case, survey
from trigpoint.figures import shares
from trigpoint.figures.categories import Categories
from trigpoint.figures.country import load
from trigpoint.figures.interval import wilson
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.figures.openness_world import openness_world
from trigpoint.model.provenance import ReferenceFile

CATEGORIES = Categories({"x.example": "Social media", "y.example": "NEWS", "z.example": "NEWS"},
                        ReferenceFile(name="categories", sha256=""))  # fmt: skip
CASES = (
    case("a", "x.example", "blocked", asn=1, run="r1", mechanisms="tls.reset.sni dns.nxdomain"),
    case("b", "x.example", "blocked", asn=1, run="r2", mechanisms="tls.reset.sni"),
    case("c", "x.example", "blocked", asn=1, run="r3", mechanisms="tls.reset.sni"),
    case("d", "y.example", asn=2, run="r4"),
    case("e", "z.example", "insufficient", asn=3, run="r5", explanations="control.failure", mechanisms="tls.reset.sni"),
    case("f", "w.example", "blocked", asn=None, run="r6", mechanisms=""),
)


def _rows() -> dict[str, dict[str, object]]:
    found = shares.frame(load(survey(*CASES), "IR"), CATEGORIES)
    return {row["name"]: row for row in found.iter_rows(named=True)}


def test_only_decided_targets_are_in_a_share() -> None:
    row = _rows()["all targets"]
    assert (row["targets"], row["targets_decided"], row["targets_with_signs"]) == (4, 3, 2)
    assert row["share"] == pytest.approx(2 / 3)
    assert (row["share_low"], row["share_high"]) == (wilson(2, 3).low, wilson(2, 3).high)


def test_networks_are_known_ones_that_decided() -> None:
    assert [_rows()["all targets"][name] for name in ("networks_with_signs", "networks")] == [1, 2]
    assert [_rows()["NEWS"][name] for name in ("networks_with_signs", "networks")] == [0, 1]


def test_runs_agree_only_where_there_are_enough_of_one_network() -> None:
    assert _rows()["all targets"]["targets_blocked"] == 1
    assert _rows()["Social media"]["targets_blocked"] == 1


def test_a_category_counts_its_own_targets_and_a_mechanism_is_of_all_decided_ones() -> None:
    rows = _rows()
    assert (rows["NEWS"]["targets"], rows["NEWS"]["targets_decided"], rows["NEWS"]["targets_with_signs"]) == (2, 1, 0)
    reset = rows["tls.reset.sni"]  # that of an undecided verdict is no sign of blocking
    assert (reset["targets_with_signs"], reset["targets_decided"], reset["networks_with_signs"]) == (1, 3, 1)
    assert rows["dns.nxdomain"]["targets_with_signs"] == 1


def test_without_categories_or_signs_there_are_no_such_rows() -> None:
    found = shares.frame(load(survey(CASES[3]), "IR"))
    assert found["group"].to_list() == ["all"]
    assert found["share"].to_list() == [0.0]


def test_nothing_decided_is_no_share() -> None:
    found = shares.frame(load(survey(CASES[4]), "IR"))
    assert found.select("targets_decided", "share", "share_low", "share_high").row(0) == (0, None, 0.0, 1.0)


def test_the_ledger_has_each_share_with_its_cases() -> None:
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    shares.add(ledger, shares.frame(load(survey(*CASES), "IR"), CATEGORIES))
    figure = ledger["openness.targets.all"]
    assert (figure.numerator, figure.denominator, figure.interval) == (2, 3, "wilson-95")
    assert ledger["openness.networks.mechanism.tls.reset.sni"].denominator == 2
    assert ledger["openness.targets.category.NEWS"].value == 0
    assert [figure.id for figure in ledger if "Social_media-" in figure.id]


def test_countries_of_a_survey_stand_side_by_side_with_their_cases() -> None:
    ledger = openness_world(survey(*CASES, case("g", "x.example", asn=5, run="r7", country="KE"))).ledger
    figures = [ledger[f"openness.targets.all.{country}"] for country in ("IR", "KE")]
    assert [(figure.numerator, figure.denominator) for figure in figures] == [(2, 3), (0, 1)]
    assert ledger["openness.networks.all.KE"].metric == "openness.networks.all"
