import polars as pl

from tests.report.materials import LAST, made
from trigpoint.report.charts.fan import CHART


def test_the_fan_opens_where_the_past_ends() -> None:
    rows = CHART.rows(made("CN"))
    past, ahead = (rows.filter(pl.col("kind") == kind) for kind in ("past", "projection"))
    assert past["year"].max() == LAST
    assert ahead["year"].to_list() == [LAST + at for at in range(1, 6)]
    assert all(low <= value <= high for low, value, high in ahead.select("low", "value", "high").iter_rows())
    first = CHART.spec(rows)["layer"][0]["data"]["values"][0]
    assert (first["kind"], first["year"]) == ("past", LAST)


def test_old_targets_are_points_for_whom_they_were_set_and_nobody_else() -> None:
    rows = CHART.rows(made("CN"))
    aims = rows.filter(pl.col("kind") == "target")
    assert set(aims["year"].to_list()) == {2013, 2015, 2020}
    assert "old target" in CHART.describe(rows)
    assert "divided here by the population" in CHART.note(rows)
    other = CHART.rows(made("KE"))
    assert other.filter(pl.col("kind") == "target").is_empty()
    assert "target" not in CHART.describe(other)
    assert CHART.rows(made("FR")).is_empty()


def test_the_error_of_the_method_stands_beside_it() -> None:
    rows = CHART.rows(made("CN"))
    assert "percentage points off on average" in CHART.note(rows)
    assert "points off" not in CHART.note(rows.with_columns(tested_error=pl.lit(None, dtype=pl.Float64)))
