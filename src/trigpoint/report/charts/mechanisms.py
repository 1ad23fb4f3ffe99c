"""Verdicts with signs of blocking by mechanism."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.report.chart import Chart, of_table
from trigpoint.report.language import gettext as _
from trigpoint.report.language import phrase
from trigpoint.report.palette import INK, STATE_COLOURS

if TYPE_CHECKING:
    import polars as pl

_MOST = 15


def _rows(table: pl.DataFrame) -> pl.DataFrame:
    return table.select("mechanism", "verdicts").head(_MOST)


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    y = {
        "field": "mechanism", "type": "nominal", "sort": rows["mechanism"].to_list(), "title": None,
        "axis": {"ticks": False, "domain": False, "labelColor": INK},
    }  # fmt: skip
    x = {
        "field": "verdicts",
        "type": "quantitative",
        "title": _("verdicts"),
        "axis": {"tickCount": 5, "tickMinStep": 1, "format": "d"},
    }
    return {
        "data": {"values": rows.to_dicts()},
        "width": 440,
        "height": {"step": 26},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "height": 15, "color": STATE_COLOURS["blocked"]}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "color": INK},
                "encoding": {"text": {"field": "verdicts"}},
            },
        ],
    }


def _title(rows: pl.DataFrame, place: str) -> str:
    return _("{place}: among the verdicts with signs of blocking, {mechanism} is the mechanism seen most often").format(
        mechanism=rows["mechanism"][0], place=place
    )


def _describe(rows: pl.DataFrame) -> str:
    shown = _(", ").join(f"{phrase(name)} {count}" for name, count in rows.iter_rows())
    return _("Verdicts by mechanism, longest bar first: {shown}.").format(shown=shown)


CHART = Chart(
    order=10, section="mechanisms", title=_title, table="mechanisms",
    rows=of_table("mechanisms", _rows), spec=_spec, describe=_describe,
)  # fmt: skip
