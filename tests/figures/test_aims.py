from tests.figures.made_series import series
from trigpoint.figures import aims, indicator
from trigpoint.figures.claims import facts
from trigpoint.figures.data import Data


def _ledger(*years: str) -> list[tuple[str, float | str | None]]:
    ledger = indicator.compute(Data([series("population", {("CN", year): 1.4e9 for year in years})]))
    facts.publish(ledger)
    aims.derive(ledger)
    return [(figure.period, figure.value) for figure in ledger.of(aims.METRIC)]


def test_a_target_is_divided_by_the_people_of_its_own_year() -> None:
    assert ("2015", 850e6 / 1.4e9) in _ledger("2015", "2016")
    assert {period for period, _ in _ledger("2015", "2016")} == {"2015"}


def test_without_people_there_is_no_share() -> None:
    assert _ledger("2016") == []
