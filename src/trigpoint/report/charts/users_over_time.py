"""Share of people who use the Internet over time, of the subject and the world, with the spread of the vintages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.model.figure import WORLD
from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.charts._years import axis_of_years, firsts_and_lasts, note_on_sources, share_of, yearly
from trigpoint.report.language import country, sentences
from trigpoint.report.language import gettext as _
from trigpoint.report.palette import BAND, FIRST, SECOND

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

_METRIC = "internet_users_share"
_FIRST_YEAR = 1995
_DASHES = ([1, 0], [5, 3])


def _rows(ledger: Ledger, subject: str) -> pl.DataFrame:
    own = yearly(ledger, _METRIC, subject, _FIRST_YEAR)
    if not own:
        return pl.DataFrame()
    beside = yearly(ledger, _METRIC, WORLD, _FIRST_YEAR) if subject != WORLD else []
    named = {subject: _("The world") if subject == WORLD else country(subject), WORLD: _("The world")}
    return pl.DataFrame([row | {"name": named[str(row["subject"])]} for row in (*own, *beside)])


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    names = rows["name"].unique(maintain_order=True).to_list()
    colour = {"field": "name", "type": "nominal", "scale": {"domain": names, "range": [FIRST, SECOND]},
              "legend": {"title": None, "orient": "top-left", "symbolType": "stroke", "symbolSize": 400,
                         "symbolStrokeWidth": 2.5}}  # fmt: skip
    dash = {"field": "name", "type": "nominal", "scale": {"domain": names, "range": _DASHES}}
    y = {"type": "quantitative", "title": _("share of the people"), "scale": {"domain": [0, 1]},
         "axis": {"format": ".0%", "tickCount": 5}}  # fmt: skip
    ends = {"y": {"field": "low"} | y, "y2": {"field": "high"}, "detail": {"field": "name"}}
    return {
        "data": {"values": rows.to_dicts()}, "width": 620, "height": 280,
        "encoding": {"x": axis_of_years(rows)},
        "layer": [
            {"mark": {"type": "area", "color": BAND, "opacity": 1}, "encoding": ends},
            {"mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 40}},
             "encoding": {"y": {"field": "value"} | y, "color": colour, "strokeDash": dash}},
        ],
    }  # fmt: skip


def _newest(rows: pl.DataFrame) -> dict[str, Any]:
    return rows.filter(pl.col("subject") == rows["subject"][0]).row(-1, named=True)


def _title(rows: pl.DataFrame, place: str) -> str:
    last = _newest(rows)
    return _("{place}: {share} of the people used the Internet in {year}").format(
        share=share_of(last), year=last["year"], place=place
    )


def _describe(rows: pl.DataFrame) -> str:
    return _("Lines over the years, each with a band where vintages of the source differ. {lines}.").format(
        lines=firsts_and_lasts(rows)
    )


def _note(rows: pl.DataFrame) -> str:
    if rows.filter(pl.col("high") > pl.col("low")).is_empty():
        said = _("One vintage of each year is at hand, so that there is no band.")
    else:
        said = _("The line is the newest vintage; the band holds what else the sources at hand say of the same year.")
    return sentences(said, note_on_sources(rows))


CHART = Chart(
    order=10, section="users", title=_title, table="users_over_time", rows=of_figures(_rows), spec=_spec,
    describe=_describe, note=_note,
)  # fmt: skip
