"""Where the share of Internet users is going: the past, the spread of the models, and what was once aimed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.model.figure import POINTS
from trigpoint.report.amounts import amount, rounded
from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.charts._years import axis_of_years, share_of, yearly
from trigpoint.report.language import gettext as _
from trigpoint.report.language import ngettext, sentences
from trigpoint.report.palette import BAND, FIRST, INK, SECOND

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

_PAST, _AHEAD, _AIM = "past", "projection", "target"
_KNOWN_YEARS = 25


def _rows(ledger: Ledger, subject: str) -> pl.DataFrame:
    ahead = yearly(ledger, "internet_users_projected", subject)
    if not ahead:
        return pl.DataFrame()
    past = yearly(ledger, "internet_users_share", subject, ahead[0]["year"] - _KNOWN_YEARS)
    aims = yearly(ledger, "internet_users_share_aimed", subject)
    test = next((figure for figure in ledger.of(_TEST) if figure.subject == subject), None)
    kinds = ((_PAST, past), (_AHEAD, ahead), (_AIM, aims))
    error = None if test is None or not isinstance(test.value, int | float) else float(test.value)
    rows = [{"kind": kind, **row, "tested_error": error} for kind, found in kinds for row in found]
    return pl.DataFrame(
        [row | {"figure": f"{row['figure']} {test.id}"} if test and row["kind"] == _AHEAD else row for row in rows],
        schema_overrides={"tested_error": pl.Float64()},
    )


_TEST = "internet_users_projected_error"


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    past, ahead, aims = (rows.filter(pl.col("kind") == kind).to_dicts() for kind in (_PAST, _AHEAD, _AIM))
    y = {"type": "quantitative", "title": _("share of the people"), "scale": {"domain": [0, 1]},
         "axis": {"format": ".0%", "tickCount": 5}}  # fmt: skip
    joint = past[-1:]  # the fan opens where the past ends
    middle = {"type": "line", "color": FIRST, "strokeWidth": 2, "strokeDash": [5, 3]}
    layers: list[dict[str, Any]] = [
        {"data": {"values": [*joint, *ahead]}, "mark": {"type": "area", "color": BAND, "opacity": 1},
         "encoding": {"y": {"field": "low"} | y, "y2": {"field": "high"}}},
        {"data": {"values": [*joint, *ahead]}, "mark": middle, "encoding": {"y": {"field": "value"} | y}},
        {"data": {"values": past}, "mark": {"type": "line", "color": FIRST, "strokeWidth": 2.5},
         "encoding": {"y": {"field": "value"} | y}},
    ]  # fmt: skip
    return {"width": 620, "height": 280, "encoding": {"x": axis_of_years(rows)}, "layer": [*layers, *_aims(aims, y)]}


def _aims(aims: list[dict[str, Any]], y: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw old targets as diamonds with their share beside them."""
    if not aims:
        return []
    values = [row | {"label": amount(row["value"], "share")} for row in aims]
    text = {"type": "text", "align": "right", "dx": -9, "dy": 1, "fontSize": 11, "color": INK}
    point = {"type": "point", "shape": "diamond", "filled": True, "size": 90, "opacity": 1, "color": SECOND}
    return [
        {"data": {"values": values}, "mark": point, "encoding": {"y": {"field": "value"} | y}},
        {"data": {"values": values}, "mark": text,
         "encoding": {"y": {"field": "value"} | y, "text": {"field": "label"}}},
    ]  # fmt: skip


def _last(rows: pl.DataFrame) -> dict[str, str]:
    row = rows.filter(pl.col("kind") == _AHEAD).row(-1, named=True)
    return {"year": str(row["year"])} | {end: share_of(row, end) for end in ("value", "low", "high")}


def _title(rows: pl.DataFrame, place: str) -> str:
    return _("{place}: three models put the share of users between {low} and {high} in {year}").format(
        place=place, **_last(rows)
    )


def _describe(rows: pl.DataFrame) -> str:
    text = _(
        "A line of what is known, then a dashed line of the median of three models with a band from the least to the "
        "greatest of them: {value} ({low} to {high}) in {year}."
    ).format(**_last(rows))
    aims = rows.filter(pl.col("kind") == _AIM)
    if aims.is_empty():
        return text
    said = _(", ").join(f"{row['year']} {amount(row['value'], 'share')}" for row in aims.iter_rows(named=True))
    more = ngettext("A diamond is an old target: {said}.", "Diamonds are old targets: {said}.", aims.height)
    return sentences(text, more.format(said=said))


def _note(rows: pl.DataFrame) -> str:
    said = [_("The band is the spread of a logistic curve, a Gompertz curve and drift; it is not a probability.")]
    errors = rows["tested_error"].drop_nulls()
    if errors.len():
        is_rounded = bool(rows.filter(pl.col("kind") == _AHEAD)["is_rounded"].any())
        text = _("Projected from what was known in 2014, the same method was {error} off on average.")
        said.append(text.format(error=rounded(errors[0], POINTS, is_rounded=is_rounded)))
    if "target" in set(rows["kind"].to_list()):
        said.append(_("Targets were numbers of people, divided here by the population of their year."))
    return sentences(*said)


CHART = Chart(
    order=10, section="projection", title=_title, table="fan", rows=of_figures(_rows), spec=_spec, describe=_describe,
    note=_note,
)  # fmt: skip
