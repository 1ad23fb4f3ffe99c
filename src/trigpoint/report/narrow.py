"""Charts drawn again for a telephone: a specification laid out for a narrow window.

Letters stay as large as they are; what gives way is the room for marks. A map would only grow by half of the page if it
were drawn twice, and has no letters but those of its legend, so that it is scaled (:data:`MAP`), and its legend is told
beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 348
"""Pixels across: a window of 390 less the margins of the page."""
MAP = "topojson"
"""Format of the shapes of a map."""
_SHAPES = 222  # pixels of shapes that have a place of their own, beside their labels
_PANEL = 184  # pixels of each of several panels, beside their labels
_LABEL = 118  # pixels that a label takes at most
_HIGHEST = 280  # pixels: what is square on paper stays nearly so
_COLUMNS = 2  # of a legend
_LETTER = 9  # pixels, where rows are low
_TALLER = 1.5  # what is square on paper is that much higher, and a row than a letter
CONFIG: Mapping[str, dict[str, Any]] = {"axis": {"labelLimit": _LABEL}, "legend": {"labelLimit": _LABEL}}
"""What replaces parts of the configuration of charts."""


def narrowed(spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """Lay out a specification (Vega-Lite) for :data:`WIDTH` pixels; ``None`` where it is a map."""
    if any(layer.get("data", {}).get("format", {}).get("type") == MAP for layer in spec.get("layer", ())):
        return None
    found: dict[str, Any] = _with_short_legends(spec)
    if "hconcat" in found:
        panels = [panel | {"width": _PANEL} for panel in found.pop("hconcat")]
        return found | {"vconcat": panels}
    if any("projection" in layer for layer in found.get("layer", ())):
        return _scaled(found, _SHAPES / found["width"])
    if isinstance(found.get("height"), int):
        found["height"] = min(found["height"], _HIGHEST)
    return found | {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}


def _with_short_legends(node: Any) -> Any:  # noqa: ANN401 - any part of a specification
    if isinstance(node, list):
        return [_with_short_legends(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: _with_short_legends(part) for key, part in node.items() if key != "values"}
    if "values" in node:  # data: as it is
        found["values"] = node["values"]
    legend = found.get("legend")
    return found | {"legend": legend | {"columns": _COLUMNS}} if legend and "direction" in legend else found


def _scaled(spec: dict[str, Any], factor: float) -> dict[str, Any]:
    """Scale shapes that have a place of their own, and the room around them; rows stay higher than letters are."""
    layers = [
        layer | {"data": _taller(layer["data"]), "projection": layer["projection"] | {"scale": factor}}
        if "projection" in layer
        else layer
        for layer in spec["layer"]
    ]
    size = {"width": spec["width"] * factor, "height": spec["height"] * factor * _TALLER}
    return spec | size | {"layer": layers, "config": {"axis": {"labelFontSize": _LETTER}}}


def _taller(data: dict[str, Any]) -> dict[str, Any]:
    """Stretch shapes downwards: a projection scales both ways alike."""
    shapes = [
        shape | {"geometry": shape["geometry"] | {"coordinates": _stretched(shape["geometry"]["coordinates"])}}
        for shape in data["values"]
    ]
    return data | {"values": shapes}


def _stretched(part: list[Any]) -> list[Any]:
    if part and isinstance(part[0], list):
        return [_stretched(one) for one in part]
    across, down = part
    return [across, down * _TALLER]
