"""What charts over years share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.report.amounts import ROUNDED, rounded
from trigpoint.report.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

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
            "is_rounded": ROUNDED in figure.flags,
            "sources": " ".join(figure.sources),
            "figure": figure.id,
        }
        for figure in sorted(known, key=lambda figure: figure.period)
        if int(figure.period) >= first
    ]


def share_of(row: Mapping[str, Any], end: str = "value") -> str:
    """Print the share of one row of :func:`yearly`, or an ``end`` of its interval."""
    return rounded(row[end], "share", is_rounded=row["is_rounded"])


def firsts_and_lasts(rows: pl.DataFrame) -> str:
    """Tell of each name the first and the last share, and their years."""
    said = []
    for name in rows["name"].unique(maintain_order=True):
        own = rows.filter(pl.col("name") == name)
        first, last = own.row(0, named=True), own.row(-1, named=True)
        said.append(
            _("{name}: {first} in {first_year}, {last} in {last_year}").format(
                name=name, first=share_of(first), first_year=first["year"], last=share_of(last), last_year=last["year"]
            )
        )
    return _("; ").join(said)


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
