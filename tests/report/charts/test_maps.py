import json
import re
from importlib.resources import files

import polars as pl
import pytest

from tests.report.materials import made
from trigpoint.report.chart import Chart, all_charts, draw
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


def _arcs(code: str) -> list[str]:
    (shape,) = [shape for shape in WORLD["objects"]["countries"]["geometries"] if shape["id"] == code]
    return [repr(arcs) for arcs in (shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]])]


def test_countries_are_drawn_in_their_step_and_others_have_no_figure() -> None:
    rows = map_users.CHART.rows(made("KE"))
    spec = map_users.CHART.spec(rows)
    shapes = spec["layer"][0]["data"]["values"]["objects"]["countries"]["geometries"]
    step_of = {repr(arcs): shape["properties"]["step"] for shape in shapes for arcs in shape["arcs"]}
    share = rows.filter(pl.col("subject") == "KE")["value"][0]
    assert 0.4 <= share < 0.6
    assert {step_of[arcs] for arcs in _arcs("KE")} == {"40\xa0% to 60\xa0%"}
    assert {step_of[arcs] for arcs in _arcs("FR")} == {"no figure"}
    assert [repr(arcs) for arcs in shapes[-1]["arcs"]] == _arcs("KE")
    assert shapes[-1]["properties"]["is_subject"]
    assert step_of.keys() == {arcs for code in SHAPES for arcs in _arcs(code)}
    assert [dot["step"] for dot in spec["layer"][1]["data"]["values"] if dot["step"] != "no figure"]


@pytest.mark.parametrize("name", ["map_users", "map_addresses", "heat", "lorenz"])
def test_a_chart_with_its_files_tells_how_each_source_treats_hong_kong_macao_and_taiwan(name: str) -> None:
    picture = draw(name, all_charts()[name], made("CN"))
    assert picture is not None
    words = "Hong Kong, Macao, Taiwan listed apart from China: "
    assert words in picture.note
    file = " ".join(re.sub(r"<[^>]+>", " ", picture.files[f"{name}.svg"].decode()).split())
    assert words in file


@pytest.mark.parametrize("chart", [map_users.CHART, map_addresses.CHART])
def test_a_map_makes_no_statement_on_the_status_of_any_territory(chart: Chart) -> None:
    assert "no statement on the status of any territory" in chart.note(chart.rows(made("CN")))


def test_a_place_without_a_shape_is_counted_and_an_old_figure_is_not_drawn() -> None:
    rows = map_users.CHART.rows(made("CN"))
    moved = rows.with_columns(subject=pl.col("subject").replace({"KE": "TV"}))
    assert "1 place is in the table and not on the map." in map_users.CHART.note(moved)
    years = [int(period) for period in rows["period"].to_list()]
    assert min(years) >= max(years) - OLDEST
