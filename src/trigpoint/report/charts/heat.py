"""Share of people who use the Internet by country and year: the most populous countries and the subject."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.charts._years import firsts_and_lasts, note_on_sources, share_of, yearly
from trigpoint.report.language import country
from trigpoint.report.language import gettext as _
from trigpoint.report.page_table import percent
from trigpoint.report.palette import PAPER, STEPS, UNKNOWN
from trigpoint.report.selection import GREATEST, greatest

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

_METRIC = "internet_users_share"
_FIRST_YEAR = 2000
_ENDS = (0.2, 0.4, 0.6, 0.8)
_CELL = 21


def _rows(ledger: Ledger, subject: str) -> pl.DataFrame:
    chosen = [subject, *(code for code in greatest(ledger, "population", GREATEST) if code != subject)]
    rows = [
        {**row, "name": country(code), "step": bisect_right(_ENDS, row["value"]) + 1, "is_subject": code == subject}
        for code in chosen
        if len(code) == len("CN")
        for row in yearly(ledger, _METRIC, code, _FIRST_YEAR)
    ]
    countries = {row["subject"] for row in rows}
    return pl.DataFrame(rows if len(countries) > 1 else [])


def _labels() -> list[str]:
    ends = [percent(end) for end in (0.0, *_ENDS, 1.0)]
    return [_("{low} to {high}").format(low=low, high=high) for low, high in pairwise(ends)]


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    labels, unknown = _labels(), _("no figure")
    names = rows["name"].unique(maintain_order=True).to_list()
    years = list(range(min(rows["year"].to_list()), max(rows["year"].to_list()) + 1))
    width, height = _CELL * len(years), _CELL * len(names)
    colour = {"field": "properties.step", "type": "nominal",
              "scale": {"domain": [*labels, unknown], "range": [*STEPS, UNKNOWN]},
              "legend": {"title": None, "orient": "bottom", "direction": "horizontal", "symbolType": "square",
                         "symbolSize": 260, "columns": 6}}  # fmt: skip
    x = {"field": "year", "type": "ordinal", "title": None, "scale": {"domain": years},
         "axis": {"values": [year for year in years if year % 5 == 0], "labelAngle": 0, "ticks": False,
                  "domain": False}}  # fmt: skip
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "scale": {"domain": names},
         "axis": {"ticks": False, "domain": False}}  # fmt: skip
    ground = _shape(unknown, [_corners(0, 0, width, height)])
    return {
        "width": width, "height": height,
        "layer": [
            {"data": {"values": [{"year": years[0], "name": names[0]}]},
             "mark": {"type": "point", "opacity": 0, "color": PAPER}, "encoding": {"x": x, "y": y}},
            {"data": {"values": [ground, *_squares(rows, names, years[0], labels)]},
             "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
             "mark": {"type": "geoshape", "strokeWidth": 0}, "encoding": {"fill": colour}},
        ],
    }  # fmt: skip


def _squares(rows: pl.DataFrame, names: list[str], first: int, labels: list[str]) -> list[dict[str, Any]]:
    """Join the squares of each step to one shape, as the countries of a map: they are hundreds."""
    found: dict[int, list[Any]] = defaultdict(list)
    for name, year, step in rows.select("name", "year", "step").iter_rows():
        left, top = (year - first) * _CELL, names.index(name) * _CELL
        found[step].append(_corners(left + 0.5, top + 0.5, _CELL - 1, _CELL - 1))
    return [_shape(labels[step - 1], squares) for step, squares in sorted(found.items())]


def _corners(left: float, top: float, width: float, height: float) -> list[list[list[float]]]:
    right, bottom = left + width, top + height
    return [[[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]]


def _shape(step: str, squares: list[Any]) -> dict[str, Any]:
    geometry = {"type": "MultiPolygon", "coordinates": squares}
    return {"type": "Feature", "properties": {"step": step}, "geometry": geometry}


def _title(rows: pl.DataFrame, place: str) -> str:
    newest = rows.group_by("name", maintain_order=True).last().sort("value", "name", descending=[True, False])
    first = newest.row(0, named=True)
    if not rows["is_subject"].any():
        text = _("{first}: {share} in {year}, the greatest newest share of users of the most populous countries")
    else:
        text = _(
            "{first}: {share} in {year}, the greatest newest share of users of {place} and the most populous countries"
        )
    return text.format(place=place, first=first["name"], year=first["year"], share=share_of(first))


def _describe(rows: pl.DataFrame) -> str:
    return _("A square for each country and year, in five steps from pale to dark. {lines}.").format(
        lines=firsts_and_lasts(rows)
    )


CHART = Chart(
    order=20, section="users", title=_title, table="users_by_country_and_year", rows=of_figures(_rows), spec=_spec,
    describe=_describe, note=note_on_sources,
)  # fmt: skip
