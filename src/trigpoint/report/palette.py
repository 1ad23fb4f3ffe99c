"""Colours of charts: a page has them as CSS variables (light and dark), a file of its own as the light ones.

Vega checks colours and knows no variables, so a specification names each by a colour that stands for it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

INK, MUTED, RULE, PAPER = "#010101", "#010102", "#010103", "#010104"
"""Stand for text, lesser text, lines, and the ground."""
FIRST, SECOND, BAND = "#010201", "#010202", "#010203"
"""Stand for the two colours of series, and for the band around one."""
STATE_COLOURS: Mapping[str, str] = MappingProxyType(
    {"blocked": "#020201", "ok": "#020202", "down": "#020203", "insufficient": "#020204"}
)
"""Stand for the pattern of a state."""
STEPS = ("#020301", "#020302", "#020303", "#020304", "#020305")
"""Stand for the fillings of steps from least to most, each darker and denser than the one before."""
PLAIN_STEPS = ("#020311", "#020312", "#020313", "#020314", "#020315")
"""Stand for the colours of the same steps without patterns: where a number stands in each, or none would be seen."""
UNKNOWN = "#020300"
"""Stands for the pattern of what is not known."""

_VARIABLES = {
    INK: "--ink", MUTED: "--muted", RULE: "--rule", PAPER: "--paper",
    **{colour: f"--step-{step}" for step, colour in enumerate(PLAIN_STEPS, 1)},
    FIRST: "--first", SECOND: "--second", BAND: "--band",
    STEPS[0]: "--step-1", STEPS[4]: "--step-5", STATE_COLOURS["ok"]: "--ok-bar",
}  # fmt: skip
"""What is one colour is no pattern: a browser prints each shape with a pattern as a picture of its own."""
_PATTERNS = {
    **{colour: f"pattern-{state}" for state, colour in STATE_COLOURS.items() if colour not in _VARIABLES},
    **{colour: f"pattern-step-{step}" for step, colour in enumerate(STEPS, 1) if colour not in _VARIABLES},
    UNKNOWN: "pattern-unknown",
}
_ROOT = re.compile(r":root\s*{(.*?)}", re.DOTALL)
_SET = re.compile(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{6})")
_USED = re.compile(r"var\((--[a-z0-9-]+)\)")


PAINT: Mapping[str, str] = MappingProxyType(
    {colour: f"var({variable})" for colour, variable in _VARIABLES.items()}
    | {colour: f"url(#{pattern})" for colour, pattern in _PATTERNS.items()}
)
"""The page's variable or pattern, by the colour that stands for it."""


def dressed(svg: str) -> str:
    """Put the page's variables and patterns in the place of the colours that stand for them."""
    for colour, paint in PAINT.items():
        svg = svg.replace(f'"{colour}"', f'"{paint}"')
    return svg


def lit(markup: str) -> str:
    """Put the light colours in the place of the page's variables, for a file without the page."""
    return _USED.sub(lambda match: _light()[match[1]], markup)


@cache
def _light() -> Mapping[str, str]:
    """Read the light colours where the pages have them."""
    css = (files("trigpoint.report") / "templates" / "base.css").read_text(encoding="utf-8")
    first = _ROOT.search(css)
    return dict(_SET.findall(first[1] if first else ""))
