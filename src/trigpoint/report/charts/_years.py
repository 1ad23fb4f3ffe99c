"""What charts over years share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.report.language import gettext as _

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

_STEP = 5  # years from one label to the next


def yearly(ledger: Ledger, metric: str, subject: str, first: int = 0) -> list[dict[str, Any]]:
    """Give a row for each year of a series: value, ends of its interval (the value where it has none), id."""
    known = [
        figure
        for figure in ledger.of(metric)
        if figure.subject == subject and isinstance(figure.value, int | float) and figure.period.isdecimal()
    ]
    return [
        {
            "subject": subject,
            "year": int(figure.period),
            "value": float(figure.value or 0),
            "low": float(figure.value or 0) if figure.low is None else figure.low,
            "high": float(figure.value or 0) if figure.high is None else figure.high,
            "sources": " ".join(figure.sources),
            "figure": figure.id,
        }
        for figure in sorted(known, key=lambda figure: figure.period)
        if int(figure.period) >= first
    ]


def note_on_sources(rows: pl.DataFrame) -> str:
    """Say where a line or row joins numbers of several sources; empty where none does."""
    if rows.group_by("subject").agg(pl.col("sources").n_unique())["sources"].max() == 1:
        return ""
    return _("Years of one country may be of several sources; a step can be the difference between them.")


def axis_of_years(rows: pl.DataFrame) -> dict[str, Any]:
    """Give the horizontal axis: a label every five years."""
    years = sorted(set(rows["year"].to_list()))
    labels = [year for year in range(years[0], years[-1] + 1) if year % _STEP == 0]
    return {
        "field": "year", "type": "quantitative", "title": None,
        "scale": {"domain": [years[0], years[-1]], "nice": False, "zero": False},
        "axis": {"values": labels, "format": "d", "grid": False},
    }  # fmt: skip
