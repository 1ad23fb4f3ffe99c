"""What maps of the world share: shapes, dots for small countries, steps with patterns, and what must be said."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from trigpoint.model.figure import WORLD
from trigpoint.report.amounts import ROUNDED, amount, rounded
from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.language import country, ngettext, sentences
from trigpoint.report.language import gettext as _
from trigpoint.report.page_table import percent
from trigpoint.report.palette import INK, PAINT, PAPER, PLAIN_STEPS, STEPS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_HEIGHT = 380
OLDEST = 3
"""Years that a figure may be older than the newest one on the map: as long as it may stand in for one in an index."""


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """What one map shows."""

    metric: str
    unit: str
    """Of the figures, as the ledger has it."""
    ends: tuple[float, ...]
    """Where one step ends and the next begins, in the unit."""
    title: Callable[[str, str, str], str]
    """Its title, from the least and the greatest value, and when they are of."""


def world_map(mapped: Mapped, *, order: int, section: str, table: str) -> Chart:
    """Make the chart of a map."""
    return Chart(
        order=order,
        section=section,
        table=table,
        title=partial(_title, mapped),
        rows=of_figures(partial(_rows, mapped)),
        spec=partial(_spec, mapped),
        describe=partial(_describe, mapped),
        keys=partial(_keys, mapped),
        note=_note,
    )


def _rows(mapped: Mapped, ledger: Ledger, subject: str) -> pl.DataFrame:
    newest: dict[str, Figure] = {}
    for figure in sorted(ledger.of(mapped.metric), key=lambda figure: (figure.period, figure.id)):
        if figure.subject != WORLD and isinstance(figure.value, int | float):
            newest[figure.subject] = figure
    last = max((int(figure.period[:4]) for figure in newest.values()), default=0)
    newest = {code: figure for code, figure in newest.items() if int(figure.period[:4]) >= last - OLDEST}
    rows = [
        {
            "subject": code,
            "name": country(code),
            "period": figure.period,
            "value": float(figure.value or 0),
            "unit": figure.unit,
            "is_rounded": ROUNDED in figure.flags,
            "step": bisect_right(mapped.ends, float(figure.value or 0)) + 1,
            "is_subject": code == subject,
            "figure": figure.id,
        }
        for code, figure in sorted(newest.items())
    ]
    return pl.DataFrame(rows)


def _title(mapped: Mapped, rows: pl.DataFrame, _where: str) -> str:
    sorted_rows = rows.sort("value", "subject")
    ends = [sorted_rows.row(at, named=True) for at in (0, -1)]
    least, greatest = (rounded(row["value"], row["unit"], is_rounded=row["is_rounded"]) for row in ends)
    periods = sorted({*rows["period"].to_list()})
    when = periods[0] if len(periods) == 1 else _("{low} to {high}").format(low=periods[0], high=periods[-1])
    return mapped.title(least, greatest, when)


def _labels(mapped: Mapped) -> list[str]:
    ends = [percent(end) if mapped.unit == "share" else amount(end, mapped.unit) for end in mapped.ends]
    middle = [_("{low} to {high}").format(low=low, high=high) for low, high in pairwise(ends)]
    return [_("below {high}").format(high=ends[0]), *middle, _("{low} and more").format(low=ends[-1])]


def _keys(mapped: Mapped, _rows: pl.DataFrame) -> list[tuple[str, str]]:
    return [
        (PAINT[colour], label)
        for colour, label in zip((*STEPS, UNKNOWN), (*_labels(mapped), _("no figure")), strict=True)
    ]


def _spec(mapped: Mapped, rows: pl.DataFrame) -> dict[str, Any]:
    world, labels, unknown = _shapes(), _labels(mapped), _("no figure")
    steps = {code: labels[step - 1] for code, step in rows.select("subject", "step").iter_rows()}
    chosen = set(rows.filter(pl.col("is_subject"))["subject"].to_list())
    colour = {
        "type": "nominal", "scale": {"domain": [*labels, unknown], "range": [*STEPS, UNKNOWN]},
        "legend": {"title": None, "orient": "bottom", "direction": "horizontal", "symbolType": "square",
                   "symbolSize": 260, "symbolStrokeColor": INK, "symbolStrokeWidth": 0.5, "columns": 6},
    }  # fmt: skip
    plain = {"domain": [*labels, unknown], "range": [*PLAIN_STEPS, PAPER]}
    small = {"type": "nominal", "scale": plain, "legend": None}
    shapes = _joined(steps, unknown, chosen)
    topology = {key: world[key] for key in ("type", "arcs", "transform")}
    topology["objects"] = {"countries": {"type": "GeometryCollection", "geometries": shapes}}
    dots = [
        {"x": x, "y": y, "step": steps.get(code, unknown), "is_subject": code in chosen, "order": code in steps}
        for code, (x, y) in sorted(world["dots"].items())
    ]
    return {
        "width": world["width"],
        "height": _HEIGHT,
        "layer": [
            {"data": {"values": topology, "format": {"type": "topojson", "feature": "countries"}},
             "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
             "mark": {"type": "geoshape", "strokeJoin": "round"},
             "encoding": {"fill": {"field": "properties.step"} | colour, **_outlined("properties.is_subject")}},
            {"data": {"values": dots}, "mark": {"type": "point", "filled": True, "size": 30, "opacity": 1},
             "encoding": {"x": _place("x", world["width"]), "y": _place("y", _HEIGHT),
                          "fill": {"field": "step"} | small, **_outlined("is_subject", plain=INK)}},
        ],
        "resolve": {"scale": {"fill": "independent"}},
    }  # fmt: skip


def _joined(steps: Mapping[str, str], unknown: str, chosen: set[str]) -> list[dict[str, Any]]:
    """Join the countries of a step to one shape: a file and a print hold a tenth of the shapes, and look the same.

    The chosen one stays apart, and comes last, so that no neighbour's border is drawn over its own.
    """
    joined: dict[tuple[bool, str], list[Any]] = defaultdict(list)
    for shape in _shapes()["objects"]["countries"]["geometries"]:
        code, arcs = shape["id"], shape["arcs"]
        key = (code in chosen, steps.get(code, unknown))
        joined[key] += arcs if shape["type"] == "MultiPolygon" else [arcs]
    return [
        {"type": "MultiPolygon", "arcs": arcs, "properties": {"step": step, "is_subject": is_subject}}
        for (is_subject, step), arcs in sorted(joined.items())
    ]


def _outlined(field: str, plain: str = PAPER) -> dict[str, Any]:
    test = f"datum.{field}"
    return {
        "stroke": {"condition": {"test": test, "value": INK}, "value": plain},
        "strokeWidth": {"condition": {"test": test, "value": 2}, "value": 0.5},
    }


def _place(field: str, most: int) -> dict[str, Any]:
    reverse = {"reverse": True} if field == "y" else {}
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, most], "nice": False, **reverse},
    }


@cache
def _shapes() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("trigpoint.report") / "world.json").read_bytes())
    return found


def _describe(mapped: Mapped, rows: pl.DataFrame) -> str:
    counts = {step: rows.filter(pl.col("step") == step).height for step in range(1, len(mapped.ends) + 2)}
    said = _("; ").join(
        ngettext("{step}: {count} country", "{step}: {count} countries", counts[at]).format(
            step=label, count=counts[at]
        )
        for at, label in enumerate(_labels(mapped), 1)
    )
    return _("World map in {count} steps, from pale to dark, each with a pattern of its own: {said}.").format(
        count=len(counts), said=said
    )


def _note(rows: pl.DataFrame) -> str:
    known = set(rows["subject"].to_list())
    shapes = {shape["id"] for shape in _shapes()["objects"]["countries"]["geometries"]}
    absent = sorted(known - shapes - set(_shapes()["dots"]))
    said = [
        _("Boundaries: Natural Earth, simplified; no statement on the status of any territory."),
        _("Small countries are dots; what has no code of its own in the source of the shapes has no figure."),
    ]
    if absent:
        count = len(absent)
        text = ngettext(
            "{count} place is in the table and not on the map.",
            "{count} places are in the table and not on the map.",
            count,
        )
        said.append(text.format(count=count))
    return sentences(*said)
