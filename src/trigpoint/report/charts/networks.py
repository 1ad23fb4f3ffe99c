"""Share of decided verdicts with signs of blocking, network by network, with its interval."""

from __future__ import annotations

from typing import Any

import polars as pl

from trigpoint.report.chart import Chart, of_table
from trigpoint.report.language import gettext as _
from trigpoint.report.language import ngettext, phrase
from trigpoint.report.palette import INK, MUTED
from trigpoint.report.text import visible

_MOST = 25
_LONGEST_LABEL = 34


def _rows(table: pl.DataFrame) -> pl.DataFrame:
    networks = table.filter(pl.col("decided") > 0)
    chosen = networks.sort("decided", "network", descending=[True, False]).head(_MOST)
    ordered = chosen.sort("share", "decided", "network", descending=[True, True, False])
    labels = [_label(*row) for row in ordered.select("network", "network_name").iter_rows()]
    counts = [
        _("{count} of {whole}").format(count=k, whole=n) for k, n in ordered.select("blocked", "decided").iter_rows()
    ]
    numbers = ordered.select("network", "share", "share_low", "share_high")
    return numbers.with_columns(pl.Series("label", labels), pl.Series("counts", counts))


def _label(network: str, name: str) -> str:
    text = visible(f"{phrase(network)} {name}").strip()
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    axis = {"format": ".0%", "tickCount": 5}
    y = {
        "field": "label", "type": "nominal", "sort": rows["label"].to_list(), "title": None,
        "axis": {"ticks": False, "domain": False, "labelColor": INK},
    }  # fmt: skip
    scale, title = {"domain": [0, 1]}, _("share, 95 % interval")
    low = {"field": "share_low", "type": "quantitative", "scale": scale, "axis": axis, "title": title}
    return {
        "data": {"values": rows.to_dicts()},
        "width": 400,
        "height": {"step": 26},
        "encoding": {"y": y},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2, "color": MUTED},
             "encoding": {"x": low, "x2": {"field": "share_high"}}},
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": INK},
             "encoding": {"x": {"field": "share", "type": "quantitative", "scale": scale, "axis": axis}}},
            {"mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": MUTED},
             "encoding": {"x": {"value": "width"}, "text": {"field": "counts"}}},
        ],
    }  # fmt: skip


def _title(rows: pl.DataFrame, place: str) -> str:
    with_signs = rows.filter(pl.col("share") > 0).height
    return ngettext(
        "{place}: signs of blocking on {count} of {whole} network with decided verdicts",
        "{place}: signs of blocking on {count} of the {whole} networks with most decided verdicts",
        rows.height,
    ).format(count=with_signs, whole=rows.height, place=place)


def _describe(rows: pl.DataFrame) -> str:
    shown = _("; ").join(
        _("{label}: {counts}, {share:.0%} ({share_low:.0%} to {share_high:.0%})").format(**row)
        for row in rows.iter_rows(named=True)
    )
    return _("A dot for each network with its interval, greatest share first: {shown}.").format(shown=shown)


CHART = Chart(
    order=10, section="networks", title=_title,
    table="networks", rows=of_table("networks", _rows), spec=_spec, describe=_describe,
)  # fmt: skip
