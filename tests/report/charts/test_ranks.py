import polars as pl

from tests.report.materials import made, nothing
from trigpoint.report.charts.ranks import CHART


def test_both_scales_stand_side_by_side_with_intervals() -> None:
    rows = CHART.rows(made("CN"))
    assert set(rows["scale"].to_list()) == {"per_head", "total"}
    assert all(low <= rank <= high for low, rank, high in rows.select("low", "rank", "high").iter_rows())
    assert len(CHART.spec(rows)["hconcat"]) == 2


def test_the_title_tells_the_ranks_of_the_subject_or_who_is_first() -> None:
    own, world = CHART.rows(made("CN")), CHART.rows(made("001"))
    rank = own.filter(pl.col("subject") == "CN", pl.col("scale") == "total")["rank"][0]
    assert CHART.title(own, "China").startswith(f"China: rank {rank:g} (")
    assert CHART.title(world, "The world").startswith("First in total is ")


def test_a_rank_without_an_interval_or_on_one_scale_alone_is_told_as_it_is() -> None:
    rows = CHART.rows(made("CN")).with_columns(low=pl.lit(None, dtype=pl.Float64))
    assert " to " not in CHART.describe(rows)
    one = rows.filter((pl.col("subject") != "CN") | (pl.col("scale") == "total"))
    assert "China not ranked for each person" in CHART.describe(one)
    assert CHART.rows(nothing()).is_empty()
