import json
from importlib.resources import files

import polars as pl
import pytest

from tests.report.materials import made
from trigpoint.report.chart import Chart
from trigpoint.report.charts import map_addresses, map_users
from trigpoint.report.charts._world import OLDEST

WORLD = json.loads((files("trigpoint.report") / "world.json").read_bytes())
SHAPES = {shape["id"] for shape in WORLD["objects"]["countries"]["geometries"]}


def test_the_shapes_say_where_they_come_from_and_are_small() -> None:
    assert (WORLD["organisation"], WORLD["licence"]) == ("Natural Earth", "public domain")
    assert len((files("trigpoint.report") / "world.json").read_bytes()) <= 120_000


def test_small_countries_are_kept_as_dots_inside_the_map() -> None:
    assert {"HK", "MO", "SG", "BH", "MT", "MV"} <= set(WORLD["dots"])
    assert not set(WORLD["dots"]) & SHAPES
    assert all(0 <= x <= WORLD["width"] and 0 <= y <= 420 for x, y in WORLD["dots"].values())


def test_no_shape_crosses_the_edge_of_the_map() -> None:
    for arc in WORLD["arcs"]:
        x = [sum(step[0] for step in arc[: at + 1]) / 5 for at in range(len(arc))]
        assert max(x) - min(x) < WORLD["width"] / 2


def test_countries_are_drawn_in_their_step_and_others_have_no_figure() -> None:
    rows = map_users.CHART.rows(made("KE"))
    spec = map_users.CHART.spec(rows)
    shapes = spec["layer"][0]["data"]["values"]["objects"]["countries"]["geometries"]
    steps = {shape["id"]: shape["properties"]["step"] for shape in shapes}
    share = rows.filter(pl.col("subject") == "KE")["value"][0]
    assert 0.4 <= share < 0.6
    assert steps["KE"] == "40\xa0% to 60\xa0%"
    assert steps["FR"] == "no figure"
    assert shapes[-1]["id"] == "KE"
    assert [dot["step"] for dot in spec["layer"][1]["data"]["values"] if dot["step"] != "no figure"]


@pytest.mark.parametrize("chart", [map_users.CHART, map_addresses.CHART])
def test_a_map_tells_how_hong_kong_macao_and_taiwan_are_treated(chart: Chart) -> None:
    rows = chart.rows(made("CN"))
    assert "The sources give Hong Kong, Macao, Taiwan apart from China." in chart.note(rows)
    without = rows.filter(~pl.col("subject").is_in(["TW"]))
    assert "Hong Kong, Macao apart from China, and no figure of their own for Taiwan" in chart.note(without)
    none = rows.filter(~pl.col("subject").is_in(["HK", "MO", "TW"]))
    assert "no figure of their own for Hong Kong, Macao, Taiwan" in chart.note(none)
    assert "no statement on the status of any territory" in chart.note(rows)


def test_a_place_without_a_shape_is_counted_and_an_old_figure_is_not_drawn() -> None:
    rows = map_users.CHART.rows(made("CN"))
    moved = rows.with_columns(subject=pl.col("subject").replace({"KE": "TV"}))
    assert "1 place is in the table and not on the map." in map_users.CHART.note(moved)
    years = [int(period) for period in rows["period"].to_list()]
    assert min(years) >= max(years) - OLDEST
