"""Verdicts by state over time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from trigpoint.figures.country import UNKNOWN_DAY
from trigpoint.report.chart import Chart, of_table
from trigpoint.report.language import gettext as _
from trigpoint.report.language import ngettext
from trigpoint.report.palette import STATE_COLOURS

_MOST_DAYS = 92
_MOST_LABELS = 10
_STACK = {"ok": 0, "down": 1, "insufficient": 2, "blocked": 3}


def _rows(table: pl.DataFrame) -> pl.DataFrame:
    days = table.filter(pl.col("day") != UNKNOWN_DAY, pl.col("verdicts") > 0)
    if days.is_empty():
        return days
    names = days["day"].to_list()
    first, last = date.fromisoformat(names[0]), date.fromisoformat(names[-1])
    span = (last - first).days + 1
    if span <= _MOST_DAYS:
        periods = [(first + timedelta(days=offset)).isoformat() for offset in range(span)]
        counted = days.with_columns(period="day")
    else:
        periods = sorted({(first + timedelta(days=offset)).isoformat()[:7] for offset in range(span)})
        counted = days.with_columns(period=pl.col("day").str.slice(0, 7))
    sums = counted.group_by("period").agg(pl.col(list(_STACK)).sum())
    grid = pl.DataFrame({"period": periods}).join(sums, on="period", how="left").sort("period")
    return grid.with_columns(pl.col(list(_STACK)).fill_null(0))


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    periods = rows["period"].to_list()
    step = -(-len(periods) // _MOST_LABELS)
    long = rows.unpivot(list(_STACK), index="period", variable_name="state", value_name="verdicts")
    values = [row | {"place": _STACK[str(row["state"])]} for row in long.iter_rows(named=True)]
    y_axis = {"tickCount": 5, "tickMinStep": 1, "format": "d"}
    return {
        "data": {"values": values},
        "width": 640,
        "height": 220,
        "mark": {"type": "bar", "stroke": "none"},
        "encoding": {
            "x": {
                "field": "period", "type": "ordinal", "title": None, "sort": periods,
                "scale": {"paddingInner": 0.2 if len(periods) <= _MOST_DAYS else 0},
                "axis": {"values": periods[::step], "labelAngle": 0, "labelOverlap": True},
            },
            "y": {"field": "verdicts", "type": "quantitative", "title": _("verdicts"), "axis": y_axis},
            "order": {"field": "place"},
            "color": {
                "field": "state", "legend": None,
                "scale": {"domain": list(STATE_COLOURS), "range": list(STATE_COLOURS.values())},
            },
        },
    }  # fmt: skip


def _title(rows: pl.DataFrame, place: str) -> str:
    with_signs = rows.filter(pl.col("blocked") > 0).height
    measured = rows.filter(pl.sum_horizontal(list(_STACK)) > 0).height
    if len(rows["period"][0]) == len("2026-11"):
        text = ngettext(
            "{place}: signs of blocking in {count} of {whole} month with measurements",
            "{place}: signs of blocking in {count} of {whole} months with measurements",
            measured,
        )
    else:
        text = ngettext(
            "{place}: signs of blocking on {count} of {whole} day with measurements",
            "{place}: signs of blocking on {count} of {whole} days with measurements",
            measured,
        )
    return text.format(count=with_signs, whole=measured, place=place)


def _describe(rows: pl.DataFrame) -> str:
    sums = rows.select(pl.col(list(_STACK)).sum()).row(0, named=True)
    first, last = rows["period"][0], rows["period"][-1]
    return _(
        "Stacked bars from {first} to {last}: {ok} verdicts reached, {blocked} with signs of blocking, {down} down, "
        "{insufficient} not decided. A period without a bar was not measured."
    ).format(first=first, last=last, **sums)


CHART = Chart(
    order=10, section="coverage", title=_title, table="days", is_patterned=True,
    rows=of_table("days", _rows), spec=_spec, describe=_describe,
)  # fmt: skip
