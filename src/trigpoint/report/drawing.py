"""Vega-Lite specifications drawn to SVG: as a part of a page, and as files of their own."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import vl_convert
from markupsafe import escape

from trigpoint.report.language import spoken
from trigpoint.report.narrow import CONFIG as NARROW
from trigpoint.report.narrow import narrowed
from trigpoint.report.pages import environment
from trigpoint.report.palette import MUTED, RULE, dressed, lit
from trigpoint.report.png import packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ATTRIBUTES = re.compile(r'\s(?:xmlns(?::\w+)?|version|class|role|aria-[a-z]+)="[^"]*"')
_LEGEND = re.compile(r'<g class="mark-group role-legend"')
_PLAIN = re.compile(r' (?:opacity="1"|pointer-events="none"|font-family="[^"]*")')
_NOTHING = re.compile(r'<path d="(?:|M0,0h0v0h0Z)"[^>]*/>')
_TAG = re.compile(r"<[^>]*>")
_FINE = re.compile(r"(\.\d{3})\d+")
_OWN = re.compile(r'(id="|url\(#)((?:clip|gradient)_?\w+)')
_CORNERED = re.compile(r'(?<= d=")(?:[ML]-?[\d.]+,-?[\d.]+|Z)+(?=")')
_CORNER = re.compile(r"([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?")
_NOUGHT = re.compile(r"(?<![\d.])0(?=\.\d)")
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_SETTINGS: dict[str, Any] = {
    "background": None,
    "padding": {"left": 28, "right": 28, "top": 5, "bottom": 5},  # a reader's font may be wider than the one measured
}
_NARROW_PADDING = {"left": 16, "right": 20, "top": 5, "bottom": 5}
_CONFIG: dict[str, Any] = {
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "tickColor": RULE, "domainColor": RULE, "gridColor": RULE,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 260, "labelPadding": 6,
    },
    "legend": {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12,
               "titleFontWeight": "normal", "labelLimit": 320},
    "header": {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12},
}  # fmt: skip
_LINE = 22  # pixels from one line of a title to the next
_LETTER = 7.4  # pixels that a letter of a title takes, on the wide side
_SCALE = 1.5  # of a PNG: letters are sharp on paper, and a map has 1,400 points across


def drawn(name: str, spec: dict[str, Any], title: str, description: str) -> str:
    """Draw a specification as SVG to stand in a page, with its title and text alternative. Nothing is fetched."""
    texts = f'<title id="chart-{name}-title">{escape(title)}</title>'
    texts += f'<desc id="chart-{name}-desc">{escape(description)}</desc>'
    return _labelled(_svg(name, spec, _SETTINGS, _CONFIG), name, "chart", texts)


def drawn_narrow(name: str, spec: dict[str, Any]) -> str:
    """Draw a specification once more for a telephone, under the title of the other; nothing where it is a map."""
    found = narrowed(spec)
    if found is None:
        return ""
    own = found.pop("config", {})
    config = {key: part | NARROW.get(key, {}) | own.get(key, {}) if isinstance(part, dict) else part
              for key, part in _CONFIG.items()}  # fmt: skip
    svg = _svg(f"{name}-narrow", found, _SETTINGS | {"padding": _NARROW_PADDING}, config)
    return _labelled(svg, name, "narrow", "")


def _svg(name: str, spec: dict[str, Any], settings: dict[str, Any], config: dict[str, Any]) -> str:
    axes: Any = spoken().axes
    whole = spec | settings | {"config": config | {"font": spoken().fonts}}
    svg: str = vl_convert.vegalite_to_svg(whole, allowed_base_urls=[], format_locale=axes)
    svg = _LEGEND.sub('<g data-part="legend"', svg)
    return _CORNERED.sub(_relative, _named(dressed(_tightened(svg)), name))


def _tightened(svg: str) -> str:
    """Leave out what is so without being said, and what is finer than a thousandth of a pixel: a third of the bytes."""
    plain = _NOTHING.sub("", _PLAIN.sub("", _ATTRIBUTES.sub("", svg)))
    return _TAG.sub(lambda tag: _FINE.sub(r"\1", tag[0]), plain)


def _labelled(svg: str, name: str, kind: str, texts: str) -> str:
    label = f'role="img" aria-labelledby="chart-{name}-title chart-{name}-desc" class="{kind}"'
    label += f' font-family="{spoken().fonts}"'
    opening, rest = svg.split(">", 1)
    return f"{opening} {label}>{texts}{rest}"


def _relative(found: re.Match[str]) -> str:
    """Tell the corners of a path by the way from the one before, and nothing twice: half of the bytes.

    A command that is repeated is not written again, nor is a comma before a sign (SVG 2, sections 9.3.1 and 9.3.9).
    """
    parts: list[str] = []
    before, last = (Decimal(), Decimal()), ""
    for kind, across, down in _CORNER.findall(found[0]):
        if kind == "Z":
            parts.append("Z")
        else:
            here = (Decimal(across), Decimal(down))
            way = here if kind == "M" else tuple(to - start for to, start in zip(here, before, strict=True))
            command = "," if kind == last == "L" else kind.replace("L", "l")
            parts.append(command + ",".join(map(_short, way)))
            before = here
        last = kind
    return "".join(parts).replace(",-", "-")


def _short(number: Decimal) -> str:
    """Write a number without a nought that says nothing.

    >>> [_short(Decimal(text)) for text in ("12.0", "-0.4", "0.0", "100")]
    ['12', '-.4', '0', '100']
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return _NOUGHT.sub("", text) if text not in {"-0", ""} else "0"


def _named(svg: str, name: str) -> str:
    """Number clips and gradients anew under the name of the chart: the renderer counts on from chart to chart."""
    numbers: dict[str, int] = {}

    def own(found: re.Match[str]) -> str:
        return f"{found[1]}{name}-{numbers.setdefault(found[2], len(numbers))}"

    return _OWN.sub(own, svg)


def standalone(name: str, svg: str, title: str, below: Sequence[str]) -> Mapping[str, bytes]:
    """Give a drawn chart as files that need no page: SVG and PNG, with title above, and what must be known below it."""
    file = _framed(svg, title, [text for text in below if text])
    return {f"{name}.svg": file.encode(), f"{name}.png": packed(vl_convert.svg_to_png(file, scale=_SCALE))}


def _framed(svg: str, title: str, below: Sequence[str]) -> str:
    size = _SIZE.search(svg)
    width, height = (float(number) for number in size.groups()) if size else (0.0, 0.0)
    heads = _wrapped(title, width, _LETTER * 1.1)
    feet = [line for text in below for line in _wrapped(text, width, _LETTER * 0.75)]
    top = _LINE * len(heads) + 12
    whole = top + height + 16 * len(feet) + 16
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{whole:g}"'
    parts = [
        f'{opening} viewBox="0 0 {width:g} {whole:g}">',
        environment().get_template("patterns.html").render(),
        '<rect width="100%" height="100%" fill="var(--paper)"/>',
        *_lines(heads, 18 + 4, _LINE, 'font-size="16" font-weight="bold" fill="var(--ink)"'),
        f'<svg y="{top}"{svg.removeprefix("<svg")}',
        *_lines(feet, top + height + 16, 16, 'font-size="11" fill="var(--muted)"'),
        "</svg>",
    ]
    return lit("\n".join(parts)) + "\n"


def _lines(lines: Sequence[str], first: float, step: int, how: str) -> list[str]:
    return [
        f'<text x="28" y="{first + at * step:g}" font-family="{spoken().fonts}" {how}>{escape(line)}</text>'
        for at, line in enumerate(lines)
    ]


def _wrapped(text: str, width: float, letter: float) -> list[str]:
    """Break a text into lines; ideographs are twice as wide as letters, and a line may break after each."""
    most = max(int((width - 56) / letter), 20)
    lines, used = [""], 0
    for piece in _PIECES.findall(text):
        wide = sum(2 if character >= _IDEOGRAPHS else 1 for character in piece)
        if used + wide - piece.endswith(" ") > most and lines[-1]:
            lines.append("")
            used = 0
        lines[-1] += piece
        used += wide
    return [line.rstrip() for line in lines if line.strip()]


_IDEOGRAPHS = "\u2e80"  # from here on: radicals, kana, ideographs
_CLOSING = r"[\u3001\u3002\u300b\uff01\uff09\uff0c\uff1a\uff1b\uff1f]*"  # never begins a line
_PIECES = re.compile(rf"[\u2e80-\uffff]{_CLOSING}| +|[^ \u2e80-\uffff]+{_CLOSING} ?")
