"""Which root letters stand in which country: the countries with the most instances, and the subject."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.figures.indicators.root_letters import LETTERS, metric_of
from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.language import country, ngettext
from trigpoint.report.language import gettext as _
from trigpoint.report.palette import INK, PAPER, PLAIN_STEPS
from trigpoint.report.selection import GREATEST, greatest

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

_ENDS = (2, 5, 20)
_CELL = 26


def _rows(ledger: Ledger, subject: str) -> pl.DataFrame:
    chosen = [subject, *(code for code in greatest(ledger, "root_instances", GREATEST) if code != subject)]
    found = {
        (one.subject, letter): one
        for letter in LETTERS
        for one in sorted(ledger.of(metric_of(letter)), key=lambda one: one.period)
    }
    rows = [
        {
            "subject": code,
            "name": country(code),
            "letter": letter,
            "instances": int(figure.value or 0),
            "period": figure.period,
            "is_subject": code == subject,
            "figure": figure.id,
        }
        for code in chosen
        for letter in LETTERS
        if (figure := found.get((code, letter)))
    ]
    return pl.DataFrame(rows)


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    names = rows["name"].unique(maintain_order=True).to_list()
    labels = _labels()
    values = [
        row | {"step": labels[bisect_right(_ENDS, row["instances"])], "is_dark": row["instances"] >= _ENDS[-1]}
        for row in rows.to_dicts()
    ]
    x = {"field": "letter", "type": "ordinal", "title": None, "scale": {"domain": list(LETTERS)},
         "axis": {"orient": "top", "labelAngle": 0, "ticks": False, "domain": False, "labelColor": INK}}  # fmt: skip
    y = {"field": "name", "type": "nominal", "scale": {"domain": names}, "title": None,
         "axis": {"ticks": False, "domain": False, "labelColor": INK}}  # fmt: skip
    colours = [*PLAIN_STEPS[:3], PLAIN_STEPS[4]]
    fill = {"field": "step", "type": "nominal", "scale": {"domain": labels, "range": colours},
            "legend": {"title": _("instances"), "orient": "bottom", "direction": "horizontal", "symbolType": "square",
                       "symbolSize": 260}}  # fmt: skip
    ink = {"condition": {"test": "datum.is_dark", "value": PAPER}, "value": INK}
    return {
        "data": {"values": values}, "width": {"step": _CELL}, "height": {"step": _CELL},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1}, "encoding": {"fill": fill}},
            {"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": {"field": "instances"}, "color": ink}},
        ],
    }  # fmt: skip


def _labels() -> list[str]:
    ends = (1, *_ENDS)
    steps = [
        str(low) if high == low + 1 else _("{low} to {high}").format(low=low, high=high - 1)
        for low, high in pairwise(ends)
    ]
    return [*steps, _("{low} and more").format(low=ends[-1])]


def _letters(rows: pl.DataFrame) -> str:
    return "\xa0".join(sorted(set(rows["letter"].to_list())))


def _title(rows: pl.DataFrame, place: str) -> str:
    own = rows.filter(pl.col("is_subject"))
    if own.height:
        text = ngettext(
            "{place}: {count} of 13 root letters has an instance there ({letters})",
            "{place}: {count} of 13 root letters have an instance there ({letters})",
            own.height,
        )
        return text.format(count=own.height, place=place, letters=_letters(own))
    first = rows.group_by("name").agg(pl.col("instances").sum()).sort("instances", "name", descending=[True, False])
    return _("Of all countries, {name} has the most instances of root servers: {count}").format(
        name=first["name"][0], count=first["instances"][0]
    )


def _describe(rows: pl.DataFrame) -> str:
    said = []
    for name in rows["name"].unique(maintain_order=True):
        own = rows.filter(pl.col("name") == name)
        count = int(own["instances"].sum())
        text = ngettext("{name} {count} instance of {letters}", "{name} {count} instances of {letters}", count)
        said.append(text.format(name=name, count=count, letters=_letters(own)))
    return _("A matrix of countries and root letters with the number of instances: {lines}.").format(
        lines=_("; ").join(said)
    )


def _note(_rows: pl.DataFrame) -> str:
    return _("An empty square: the source lists no site. A local instance serves one network; sites are not capacity.")


CHART = Chart(
    order=10, section="roots", title=_title, table="letters", rows=of_figures(_rows), spec=_spec, describe=_describe,
    note=_note,
)  # fmt: skip
