"""Ranks of countries with their intervals: for each person and in total side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.report.amounts import amount
from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.language import country
from trigpoint.report.language import gettext as _
from trigpoint.report.palette import FIRST, INK, MUTED, SECOND

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_BEST = 10
_SCALES = ("per_head", "total")


def _rows(ledger: Ledger, subject: str) -> pl.DataFrame:
    ranks = {scale: _newest(ledger, f"index.{scale}.median_rank") for scale in _SCALES}
    if not all(ranks.values()):
        return pl.DataFrame()
    best = {code for found in ranks.values() for code in sorted(found, key=lambda code: _order(found, code))[:_BEST]}
    chosen = sorted(best | ({subject} & set(ranks["total"])), key=lambda code: _order(ranks["total"], code))
    return pl.DataFrame(
        [
            {
                "subject": code,
                "name": country(code),
                "scale": scale,
                "rank": float(figure.value or 0),
                "low": figure.low,
                "high": figure.high,
                "is_subject": code == subject,
                "figure": figure.id,
            }
            for code in chosen
            for scale in _SCALES
            if (figure := ranks[scale].get(code))
        ],
        schema_overrides={"low": pl.Float64(), "high": pl.Float64()},
    )


def _newest(ledger: Ledger, metric: str) -> dict[str, Figure]:
    return {figure.subject: figure for figure in sorted(ledger.of(metric), key=lambda figure: figure.period)}


def _order(ranks: dict[str, Figure], code: str) -> tuple[float, str]:
    figure = ranks.get(code)
    return (float(figure.value or 0) if figure else float("inf")), code


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    names = rows["name"].unique(maintain_order=True).to_list()
    worst = int(max(max(row["rank"], row["high"] or 0) for row in rows.to_dicts()))
    heads = ((_SCALES[0], _("for each person"), FIRST), (_SCALES[1], _("in total"), SECOND))
    panels = [
        _panel(rows.filter(pl.col("scale") == scale), head, colour, names, worst) for scale, head, colour in heads
    ]
    return {"hconcat": panels, "spacing": 24}


def _panel(rows: pl.DataFrame, head: str, colour: str, names: list[str], worst: int) -> dict[str, Any]:
    own = rows.filter(pl.col("is_subject"))["name"].to_list()
    labels = {"ticks": False, "domain": False, "labelColor": INK,
              "labelFontWeight": {"condition": {"test": f"indexof({own}, datum.value) >= 0", "value": "bold"},
                                  "value": "normal"}}  # fmt: skip
    y = {"field": "name", "type": "nominal", "sort": names, "scale": {"domain": names}, "title": None, "axis": labels}
    x = {"type": "quantitative", "scale": {"domain": [0, worst], "nice": False, "zero": False},
         "axis": {"tickCount": 5, "format": "d"}, "title": _("rank, 90 % interval")}  # fmt: skip
    ends = {"y": y, "x": {"field": "low"} | x, "x2": {"field": "high"}}
    return {
        "title": {"text": head, "fontSize": 13, "color": INK, "anchor": "start"},
        "data": {"values": rows.to_dicts()}, "width": 230, "height": {"step": 22},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2.5, "color": MUTED}, "encoding": ends},
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": colour},
             "encoding": {"y": y, "x": {"field": "rank"} | x}},
        ],
    }  # fmt: skip


def _said(row: dict[str, Any]) -> str:
    rank = amount(row["rank"], "rank")
    if row["low"] is None or row["high"] is None:
        return rank
    return _("{rank} ({low} to {high})").format(
        rank=rank, low=amount(row["low"], "rank"), high=amount(row["high"], "rank")
    )


def _title(rows: pl.DataFrame, place: str) -> str:
    own = {row["scale"]: _said(row) for row in rows.filter(pl.col("is_subject")).iter_rows(named=True)}
    if set(own) == set(_SCALES):
        return _("{place}: rank {total} in total, and {per_head} for each person").format(place=place, **own)
    firsts = {scale: rows.filter(pl.col("scale") == scale).sort("rank", "name")["name"][0] for scale in _SCALES}
    return _("First in total is {total}, and first for each person {per_head}").format(**firsts)


def _describe(rows: pl.DataFrame) -> str:
    lines = []
    for name in rows["name"].unique(maintain_order=True):
        own = {row["scale"]: _said(row) for row in rows.filter(pl.col("name") == name).iter_rows(named=True)}
        none = _("not ranked")
        lines.append(
            _("{name} {per_head} for each person, {total} in total").format(
                name=name, per_head=own.get("per_head", none), total=own.get("total", none)
            )
        )
    text = _("A dot for the median rank with its 90 % interval, in two panels: {lines}.")
    return text.format(lines=_("; ").join(lines))


def _note(rows: pl.DataFrame) -> str:
    shown = rows["subject"].n_unique()
    return _(
        "Shown are the {count} countries that are among the first ten of either, and the subject of the report."
    ).format(count=shown)


CHART = Chart(
    order=10, section="index", title=_title, table="ranks", rows=of_figures(_rows), spec=_spec, describe=_describe,
    note=_note,
)  # fmt: skip
