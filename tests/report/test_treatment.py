"""How sources treat Hong Kong, Macao and Taiwan: told from what they list."""

from __future__ import annotations

from tests.figures.made_series import series
from trigpoint.figures import indicator
from trigpoint.figures.claims import facts
from trigpoint.figures.data import Data
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.figure import WORLD
from trigpoint.report.language import speaking
from trigpoint.report.treatment import FEWEST, affecting, told, treatments

MANY = ("US", "IN", "KE", "DE", "SG", "BR", "KR", "SO", "FR")
assert len(MANY) + 1 == FEWEST


def _ledger(*listed: tuple[str, str, tuple[str, ...]]) -> Ledger:
    made = [
        series(metric, {(code, "2023"): 7.0 + at for at, code in enumerate(codes)}, organisation=organisation)
        for organisation, metric, codes in listed
    ]
    return indicator.compute(Data(made))


def _said(ledger: Ledger, *metrics: str) -> str:
    chosen = [figure for metric in metrics for figure in ledger.of(metric)]
    return told(affecting(treatments(ledger), chosen, ledger))


def test_a_source_of_the_world_lists_them_apart_or_not_at_all() -> None:
    ledger = _ledger(("Bank", "population", ("CN", "HK", "MO", *MANY)))
    assert "Hong Kong, Macao listed apart from China: Bank. Taiwan not listed: Bank." in _said(ledger, "population")


def test_of_a_source_of_a_few_countries_it_is_not_known_what_it_counts_with_china() -> None:
    said = _said(_ledger(("Bank", "population", ("CN", "TW", "US"))), "population")
    assert "Taiwan listed apart from China: Bank." in said
    assert "Whether Hong Kong, Macao are counted with China is not said: Bank." in said
    assert "not listed" not in said


def test_each_source_has_its_own_treatment() -> None:
    ledger = _ledger(
        ("Bank", "population", ("CN", "HK", *MANY)), ("Registry", "ipv4_addresses", ("CN", "HK", "MO", "TW", *MANY))
    )
    both = _said(ledger, "population", "ipv4_addresses")
    assert "Hong Kong listed apart from China: Bank." in both
    assert "Hong Kong, Macao, Taiwan listed apart from China: Registry." in both
    assert "Registry" not in _said(ledger, "population")


def test_an_organisation_with_two_ways_is_told_by_its_series() -> None:
    one, other = ("Bank", "population", ("CN", "HK", *MANY)), ("Bank", "ipv4_addresses", ("CN", "HK", "TW", *MANY))
    said = _said(_ledger(one, other), "population", "ipv4_addresses")
    assert said.count("listed apart from China: Bank, ") == 2


def test_what_is_of_others_alone_is_not_affected_and_what_is_worked_out_of_all_is() -> None:
    ledger = _ledger(("Bank", "population", ("CN", *MANY)), ("Registry", "ipv4_addresses", ("CN", *MANY)))
    others = [figure for figure in ledger.of("population") if figure.subject == "KE"]
    assert told(affecting(treatments(ledger), others, ledger)) == ""
    gini = ledger.of("ipv4_gini")
    assert {figure.subject for figure in gini} == {WORLD}
    assert {one.organisation for one in affecting(treatments(ledger), gini, ledger)} == {"Bank", "Registry"}


def test_a_document_says_what_it_tells_apart_and_members_of_a_conference_are_no_territory() -> None:
    ledger = Ledger(Basis(subject="CN", period="", vintage="", sources=()))
    facts.publish(ledger)
    parts = [figure for figure in ledger if "HK" in figure.label]
    assert "Hong Kong listed apart from China: CNCERT" in told(affecting(treatments(ledger), parts, ledger))
    users = [figure for figure in ledger if figure.period == "2014-06" and figure.unit == "people"]
    assert "not said: CNNIC" in told(affecting(treatments(ledger), users, ledger))
    members = _ledger(("Conference", "conference_initiators", ("CN",)))
    assert _said(members, "conference_initiators") == ""


def test_it_is_told_in_the_language_of_the_page() -> None:
    ledger = _ledger(("Bank", "population", ("CN", "HK", "MO", "TW", *MANY)))
    with speaking("zh"):
        assert "香港" in _said(ledger, "population")
        assert "listed apart" not in _said(ledger, "population")
