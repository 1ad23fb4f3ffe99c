"""How unequally IPv4 addresses are distributed over people: Lorenz curves of the first and the last date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.figures.inequality import lorenz
from trigpoint.report.chart import Chart, of_figures
from trigpoint.report.language import country, decimal, sentences
from trigpoint.report.language import gettext as _
from trigpoint.report.palette import FIRST, INK, MUTED, RULE, SECOND

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_SIZE = 380
_COLOURS = (FIRST, SECOND)
_DASHES = ([1, 0], [5, 3])


def _rows(ledger: Ledger, subject: str) -> pl.DataFrame:
    found = sorted(ledger.of("ipv4_gini"), key=lambda figure: figure.period)
    chosen = [found[-1], found[0]] if len(found) > 1 else found
    return pl.DataFrame([row for gini in chosen for row in _curve(ledger, gini, subject)])


def _curve(ledger: Ledger, gini: Figure, subject: str) -> list[dict[str, Any]]:
    """Give the points of one curve: the figures that an index stands on are amount and people of each country."""
    ids = list(zip(gini.inputs[::2], gini.inputs[1::2], strict=True))
    held = [(ledger[amount], ledger[people]) for amount, people in ids]
    held = sorted(held, key=lambda pair: (_value(pair[0]) / _value(pair[1]), _value(pair[0]), _value(pair[1])))
    points = lorenz([(_value(amount), _value(people)) for amount, people in held])
    return [
        {
            "period": gini.period,
            "subject": amount.subject,
            "ipv4_addresses": _value(amount),
            "population": _value(people),
            "share_of_people": people_share,
            "share_of_addresses": address_share,
            "gini": gini.value,
            "is_subject": amount.subject == subject,
            "figure": f"{amount.id} {people.id} {gini.id}",
        }
        for (amount, people), (people_share, address_share) in zip(held, points[1:], strict=True)
    ]


def _value(figure: Figure) -> float:
    return float(figure.value or 0)


def _spec(rows: pl.DataFrame) -> dict[str, Any]:
    periods = rows["period"].unique(maintain_order=True).to_list()
    nought = [{"period": period, "share_of_people": 0.0, "share_of_addresses": 0.0} for period in periods]
    points = [*nought, *rows.select("period", "share_of_people", "share_of_addresses").to_dicts()]
    x, y = _axis("share_of_people", _("share of the people")), _axis("share_of_addresses", _("share of the addresses"))
    colour = {"field": "period", "type": "nominal", "scale": {"domain": periods, "range": list(_COLOURS)},
              "legend": {"title": None, "orient": "top-left", "symbolType": "stroke", "symbolSize": 400,
                         "symbolStrokeWidth": 2.5}}  # fmt: skip
    dash = {"field": "period", "type": "nominal", "scale": {"domain": periods, "range": list(_DASHES)}}
    layers: list[dict[str, Any]] = [
        {"data": {"values": [{"share_of_people": at, "share_of_addresses": at} for at in (0, 1)]},
         "mark": {"type": "line", "color": MUTED, "strokeWidth": 1}, "encoding": {"x": x, "y": y}},
        {"data": {"values": points}, "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "linear"},
         "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash,
                      "order": {"field": "share_of_people", "type": "quantitative"}}},
    ]  # fmt: skip
    own = rows.filter(pl.col("is_subject"), pl.col("period") == periods[0])
    return {
        "width": _SIZE,
        "height": _SIZE,
        "layer": [*layers, *(_named(own.row(0, named=True), x, y) if own.height else ())],
    }


def _axis(field: str, title: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, "scale": {"domain": [0, 1]},
            "axis": {"format": ".0%", "tickCount": 5, "gridColor": RULE}}  # fmt: skip


def _named(row: dict[str, Any], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    point = {"share_of_people": row["share_of_people"], "share_of_addresses": row["share_of_addresses"]}
    data = {"values": [point | {"name": country(row["subject"])}]}
    text = {"type": "text", "align": "right", "dx": -9, "dy": -6, "fontSize": 13, "fontWeight": "bold", "color": INK}
    return [
        {"data": data, "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": INK},
         "encoding": {"x": x, "y": y}},
        {"data": data, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "name"}}},
    ]  # fmt: skip


def _ginis(rows: pl.DataFrame) -> list[tuple[str, float, int]]:
    return rows.group_by("period", maintain_order=True).agg(pl.col("gini").first(), pl.len()).rows()


def _title(rows: pl.DataFrame, _place: str) -> str:
    period, gini, count = _ginis(rows)[0]
    return _(
        "IPv4 addresses are shared unequally over the people of {count} countries: Gini index {gini} in {period}"
    ).format(gini=decimal(gini, 3), period=period, count=count)


def _describe(rows: pl.DataFrame) -> str:
    each = _("; ").join(
        _("{period}: Gini index {gini} over {count} countries").format(
            period=period, gini=decimal(gini, 3), count=count
        )
        for period, gini, count in _ginis(rows)
    )
    return _(
        "Lorenz curve: people on the horizontal axis, from those in countries with the fewest addresses for each person"
        " to those with the most; the share of all addresses that they have together on the vertical one. The further"
        " it sags below the straight line of equality, the more unequal. {each}."
    ).format(each=each)


def _note(rows: pl.DataFrame) -> str:
    said = [_("Inequality inside countries is not in it. An address registered in a country need not be used there.")]
    if len({count for _period, _gini, count in _ginis(rows)}) > 1:
        said.append(_("The two curves are over different countries, so that they do not compare."))
    return sentences(*said)


CHART = Chart(
    order=20, section="addresses", title=_title, table="lorenz", rows=of_figures(_rows), spec=_spec, describe=_describe,
    note=_note,
)  # fmt: skip
