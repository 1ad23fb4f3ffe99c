import polars as pl
import pytest

from tests.figures.made_series import series
from trigpoint.figures import indicator
from trigpoint.figures.data import Data
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.report.citation import Citation, cite

ROWS = pl.DataFrame({"value": [1.0]})


def _cited(rows: pl.DataFrame = ROWS, title: str = "5 % of a_b") -> Citation:
    ledger = indicator.compute(Data([series("population", {("KE", "2020"): 5.0, ("KE", "2021"): 6.0})]))
    return cite("chart.KE", title, rows, ledger, ["population.KE.2020", "population.KE.2021"])


def test_a_citation_names_figures_sources_vintage_and_licence() -> None:
    it = _cited()
    assert it.query == "population; 2020 to 2021"
    assert (it.sources, it.vintages, it.licence) == (("World Bank",), ("2025-01-24",), "CC-BY-4.0")
    assert it.line == f"Trigpoint {it.version}, chart.KE. SHA-256 {it.sha256[:16]}. Sources: World Bank. CC-BY-4.0."


def test_the_hash_is_that_of_the_numbers_alone() -> None:
    assert _cited().sha256 == _cited(title="Another title").sha256
    assert _cited().sha256 != _cited(pl.DataFrame({"value": [1.5]})).sha256


@pytest.mark.parametrize(("title", "written"), [("5 % of a_b", r"5 \% of a\_b"), ("a{b}\\c", r"a\{b\}/c")])
def test_what_tex_would_read_is_escaped(title: str, written: str) -> None:
    assert f"  title = {{{written}}},\n" in _cited(title=title).bibtex


def test_a_survey_without_figures_is_cited_by_its_vintage() -> None:
    ledger = Ledger(Basis(subject="KE", period="", vintage="abc", sources=()))
    it = cite("days.KE", "t", ROWS, ledger, [])
    assert (it.query, it.vintages, it.licence, it.sources) == ("survey", ("abc",), "", ())
    assert "year" not in it.bibtex
