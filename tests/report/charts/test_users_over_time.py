import polars as pl

from tests.report.materials import LAST, made
from trigpoint.report.charts.users_over_time import CHART


def test_the_line_is_the_newest_vintage_and_the_band_holds_the_older_one() -> None:
    rows = CHART.rows(made("CN"))
    last = rows.filter(pl.col("subject") == "CN", pl.col("year") == LAST).row(0, named=True)
    assert last["value"] == last["low"]
    assert last["high"] > last["value"]
    assert "say of the same year" in CHART.note(rows)
    assert "no band" in CHART.note(rows.filter(pl.col("year") < 2015))


def test_a_line_of_several_sources_says_so() -> None:
    rows = CHART.rows(made("CN"))
    assert "a step can be the difference" in CHART.note(rows)
    assert "a step" not in CHART.note(rows.with_columns(sources=pl.lit("one")))


def test_the_world_stands_beside_a_country_and_alone_in_its_own_report() -> None:
    assert CHART.rows(made("CN"))["name"].unique(maintain_order=True).to_list() == ["China", "The world"]
    assert CHART.rows(made("001"))["name"].unique().to_list() == ["The world"]
    assert CHART.rows(made("FR")).is_empty()


def test_a_year_that_stands_alone_is_seen() -> None:
    rows = CHART.rows(made("CN")).filter(pl.col("year") == LAST)
    assert any(layer["mark"].get("point") for layer in CHART.spec(rows)["layer"])
