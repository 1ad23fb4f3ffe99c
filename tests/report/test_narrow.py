from __future__ import annotations

import re
from typing import Any

import pytest

from tests.report import materials
from trigpoint.report.chart import all_charts
from trigpoint.report.drawing import drawn_narrow
from trigpoint.report.narrow import WIDTH, narrowed

MAPS = {"map_addresses", "map_users"}
SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"')


def _spec(name: str) -> dict[str, Any]:
    return all_charts()[name].spec(all_charts()[name].rows(materials.made()))


@pytest.mark.parametrize("name", sorted(all_charts().keys() - MAPS))
def test_a_chart_is_drawn_once_more_no_wider_than_a_telephone(name: str) -> None:
    svg = drawn_narrow(name, _spec(name))
    size = SIZE.search(svg)
    assert size is not None
    assert float(size[1]) <= WIDTH + 40  # what a page scales by a tenth is legible
    assert f'aria-labelledby="chart-{name}-title chart-{name}-desc" class="narrow"' in svg
    assert "<title" not in svg
    assert f'"{name}-0"' not in svg  # clips have names of their own


@pytest.mark.parametrize("name", sorted(MAPS))
def test_a_map_is_scaled_and_its_legend_told_beside_it(name: str) -> None:
    assert drawn_narrow(name, _spec(name)) == ""
    chart = all_charts()[name]
    keys = chart.keys(chart.rows(materials.made()))
    assert len(keys) == 6
    assert all(paint.startswith(("var(--", "url(#pattern-")) and words for paint, words in keys)


def test_legends_are_short_and_data_stay_as_they_are() -> None:
    values = [{"legend": {"direction": "horizontal", "columns": 6}}]
    legend = {"orient": "bottom", "direction": "horizontal", "columns": 6}
    found = narrowed({
        "width": 620, "height": 400, "data": {"values": values},
        "layer": [{"encoding": {"fill": {"legend": legend}, "color": {"legend": None}}}],
    })  # fmt: skip
    assert found is not None
    assert found["data"]["values"] is values
    assert found["layer"][0]["encoding"] == {"fill": {"legend": legend | {"columns": 2}}, "color": {"legend": None}}
    assert (found["width"], found["height"]) == (WIDTH, 280)


def test_rows_of_squares_are_higher_than_their_letters() -> None:
    found, wide = narrowed(_spec("heat")), _spec("heat")
    assert found is not None
    rows = len(wide["layer"][0]["encoding"]["y"]["scale"]["domain"])
    assert found["height"] / rows > found["config"]["axis"]["labelFontSize"] * 1.2
    ground = found["layer"][1]["data"]["values"][0]["geometry"]["coordinates"][0][0]
    scale = found["layer"][1]["projection"]["scale"]
    assert (ground[2][0] * scale, ground[2][1] * scale) == pytest.approx((found["width"], found["height"]))


def test_panels_stand_below_each_other() -> None:
    found = narrowed({"hconcat": [{"width": 230}, {"width": 230}], "spacing": 24})
    assert found is not None
    assert "hconcat" not in found
    assert [panel["width"] < WIDTH for panel in found["vconcat"]] == [True, True]
