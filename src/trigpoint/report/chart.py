"""Charts: one file each in ``charts/``, as Vega-Lite specifications that are drawn to SVG without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import polars as pl
import vl_convert
from markupsafe import Markup, escape

from trigpoint.report.edition import Edition
from trigpoint.report.text import visible

INK, MUTED, RULE = "#010101", "#010102", "#010103"
"""Colours that stand for text, lesser text, and lines, until :func:`draw` puts the page's own in their place."""
STATE_COLOURS = {"blocked": "#020201", "ok": "#020202", "down": "#020203", "insufficient": "#020204"}
"""Colours that stand for the pattern of a state."""

_VARIABLES = {INK: "var(--ink)", MUTED: "var(--muted)", RULE: "var(--rule)"}
_NAMESPACES = re.compile(r'\s(?:xmlns(?::\w+)?|version|class|role|aria-[a-z]+)="[^"]*"')
_TRANSPARENT: dict[str, Any] = {
    "background": None,
    "padding": {"left": 28, "right": 28, "top": 5, "bottom": 5},  # a reader's font may be wider than the one measured
    "config": {
        "aria": False,
        "font": "Helvetica, Arial, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED, "titleColor": MUTED, "tickColor": RULE, "domainColor": RULE, "gridColor": RULE,
            "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 260, "labelPadding": 6,
        },
    },
}  # fmt: skip


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One chart."""

    order: int
    """Place among the charts of a section."""
    section: str
    """Anchor of its section."""
    title: str
    """What it shows; the page adds place and period."""
    table: str
    """Name of the table beside it, which holds its numbers."""
    is_patterned: bool = False
    """Whether its marks are filled with the patterns of states, which a legend then explains."""
    rows: Callable[[Edition], pl.DataFrame]
    """What is drawn."""
    spec: Callable[[pl.DataFrame], dict[str, Any]]
    """Vega-Lite specification of those rows."""
    describe: Callable[[pl.DataFrame], str]
    """What a person sees in it, in a sentence or two: its text alternative."""


class Drawn(msgspec.Struct, frozen=True):
    """A chart and its picture."""

    chart: Chart
    """The chart."""
    svg: Any
    """Its SVG. Missing: there is nothing to draw."""


def draw(name: str, chart: Chart, edition: Edition) -> Markup | None:
    """Draw a chart as SVG to stand in a page; ``None`` where there is nothing to draw.

    Nothing is fetched, and no address stands in it.
    """
    rows = chart.rows(edition)
    if rows.is_empty():
        return None
    svg = vl_convert.vegalite_to_svg(chart.spec(rows) | _TRANSPARENT, allowed_base_urls=[])
    return Markup(_dressed(svg, name, _title(chart, edition), visible(chart.describe(rows))))  # noqa: S704 (escaped there)


def _title(chart: Chart, edition: Edition) -> str:
    return f"{chart.title}, {edition.name}"


def _dressed(svg: str, name: str, title: str, description: str) -> str:
    svg = _NAMESPACES.sub("", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(f'"{colour}"', f'"{variable}"')
    for state, colour in STATE_COLOURS.items():
        svg = svg.replace(f'"{colour}"', f'"url(#pattern-{state})"')
    label = f'role="img" aria-labelledby="chart-{name}-title chart-{name}-desc" class="chart"'
    texts = f'<title id="chart-{name}-title">{escape(title)}</title>'
    texts += f'<desc id="chart-{name}-desc">{escape(description)}</desc>'
    opening, rest = svg.split(">", 1)
    return f"{opening} {label}>{texts}{rest}"
