import pytest

from tests.figures.made_series import series
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import all_indicators
from trigpoint.figures.indicators._series import FEWEST
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES

CODES = tuple(COUNTRIES)


def _computed(count: int, *, has_world: bool = False, **more: object) -> Ledger:
    values = {(code, "2026-05-18"): float(at) for at, code in enumerate(CODES[:count], 1)}
    if has_world:
        values[WORLD, "2026-05-18"] = 9.0
    ledger = Ledger(Basis(subject=WORLD, period="", vintage="", sources=()))
    all_indicators()["root_sites"].compute(ledger, Data([series("root_sites", values, **more)]))
    return ledger


def test_countries_add_up_to_the_world_where_enough_are_listed() -> None:
    total = _computed(FEWEST)[f"root_sites.{WORLD}.2026-05-18"]
    assert total.value == FEWEST * (FEWEST + 1) / 2
    assert (total.transformation, len(total.inputs)) == ("sum", FEWEST)
    assert f"{FEWEST} countries" in total.label


def test_too_few_countries_a_part_of_them_or_a_source_that_says_it_itself_are_not_added() -> None:
    name = f"root_sites.{WORLD}.2026-05-18"
    assert name not in _computed(FEWEST - 1)
    assert name not in _computed(FEWEST, vintage="2026-05-18", whole="roots", parts=("A",))
    said = _computed(FEWEST, has_world=True)[name]
    assert (said.value, said.transformation) == (9.0, "published")


def test_a_change_is_that_between_dates_of_the_same_sources() -> None:
    data = Data([
        series("asns", {("KE", "2010"): 100.0, ("UG", "2010"): 0.0}, "2010", organisation="APNIC"),
        series("asns", {("KE", "2016"): 150.0, ("UG", "2016"): 5.0}, "2016", organisation="APNIC"),
        series("asns", {("KE", "2019"): 600.0}, "2019", organisation="Somebody"),
    ])  # fmt: skip
    ledger = Ledger(Basis(subject="001", period="", vintage="", sources=()))
    for name in ("asns", "asns_change"):
        all_indicators()[name].compute(ledger, data)
    assert {figure.id: (figure.value, figure.period) for figure in ledger.of("asns_change")} == {
        "asns_change.KE.2016": (pytest.approx(0.5), "2010/2016"),
    }
