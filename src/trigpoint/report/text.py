"""Measured text made safe to show: it is text, never markup, and never reorders what stands around it."""

from __future__ import annotations

import re

from markupsafe import Markup

from trigpoint.remembered import Remembered

_INVISIBLE = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Bidirectional controls (Unicode TR 9) and characters without width: a name can hide another behind them."""

SHOWN = {character: f"[U+{ord(character):04X}]" for character in _INVISIBLE}
"""What is printed for each of them."""

_SHOWN = str.maketrans(SHOWN)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t")


def visible(text: str) -> str:
    r"""Drop control characters, and make invisible ones visible.

    >>> visible("a\x00b\u202ec")
    'ab[U+202E]c'
    """
    if text.isascii() and text.isprintable():  # nearly all is
        return text
    return _CONTROL.sub("", text).translate(_SHOWN)


def measured(text: object) -> Markup:
    """Give measured text as HTML, isolated from the text around it.

    >>> measured("<b>x")
    Markup('<bdi>&lt;b&gt;x</bdi>')
    """
    return _MEASURED[str(text)]


_MEASURED: Remembered[str, Markup] = Remembered(
    lambda text: Markup("<bdi>") + visible(text) + Markup("</bdi>"), limit=20_000
)
"""Tables say the same many thousand times; what is added to markup is escaped."""


def spreadsheet(text: str) -> str:
    """Give measured text for a CSV: an apostrophe before what a spreadsheet would run as a formula.

    >>> spreadsheet("=1+1"), spreadsheet("tls.reset")
    ("'=1+1", 'tls.reset')
    """
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
