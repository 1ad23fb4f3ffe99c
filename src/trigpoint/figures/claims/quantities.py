"""Numbers as people write them: ``632 million``, ``46.9 per cent``, and the words of a quote around them."""

from __future__ import annotations

import math
import re
from enum import StrEnum

import msgspec

_SCALES = {
    "percent": 0.01, "pct": 0.01,
    "hundred": 1e2,
    "thousand": 1e3, "k": 1e3,
    "lakh": 1e5,
    "million": 1e6, "mn": 1e6, "m": 1e6,
    "crore": 1e7,
    "billion": 1e9, "bn": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_PERCENT = {"percent", "pct"}
_ALWAYS = {"share", "ratio", "fraction", "proportion", "number", "count", "total", "per", "of", "in", "the", "a", "an"}
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = r"(?<![\w.,])[-+]?\d+(?:,\d{3})*(?:\.\d+)?"
_WRITTEN = re.compile(rf"\s*(?:(?:about|around|approximately|some|nearly|almost)\s+)?({_NUMBER})\s*(.*)", re.DOTALL)
_IN_TEXT = re.compile(rf"({_NUMBER})\s*(%|per\s?cent|pct|thousand|million|billion|trillion|bn|mn)?", re.IGNORECASE)
_BOUNDS = (
    ("at_most", r"at most|up to|(?:no|not) more than"),
    ("above", r"over|more than|above|at least|exceed(?:s|ed|ing)?|upwards? of|(?:no|not) (?:fewer|less) than|beyond"),
    ("below", r"under|fewer than|less than|below"),
)


class UnknownUnitError(ValueError):
    """A unit that names something else than what is counted, or a scale that is not known."""

    def __init__(self, unit: str) -> None:
        """Keep the unit."""
        super().__init__(f"its unit {unit!r} is neither a scale nor what is counted")
        self.unit = unit


class Bound(StrEnum):
    """What a quote says that its number is."""

    NONE = ""
    """The number itself, or near it."""
    ABOVE = "above"
    """The least."""
    AT_MOST = "at_most"
    """The most."""
    BELOW = "below"
    """More than there are."""


class Quantity(msgspec.Struct, frozen=True):
    """A number with what its unit says."""

    number: float
    """In ones: of per cents the share, 0 to 1."""
    is_share: bool
    """Whether it is given in per cent."""


def quantity(value: float | str, unit: str | None, nouns: str) -> Quantity | None:
    """Read a number and its unit. ``None``: it is a word, not a number.

    >>> quantity(632, "million people", "people"), quantity("46.9 per cent", None, "")
    (Quantity(number=632000000.0, is_share=False), Quantity(number=0.469, is_share=True))

    Args:
        value: the number, or a text that begins with one.
        unit: ``percent``, ``thousand``, ``million``, ..., and what is counted.
        nouns: words that may stand in it for what is counted.

    Raises:
        UnknownUnitError: a unit that is not known.
        ValueError: a number without end.

    """
    words = unit or ""
    if isinstance(value, str):
        written = _WRITTEN.fullmatch(value)
        if written is None:
            return None
        value, words = float(written[1].replace(",", "")), f"{written[2]} {words}"
    scale, is_share = _scale(words, nouns)
    if not math.isfinite(value * scale):
        message = f"{value} is no number"
        raise ValueError(message)
    return Quantity(_times(value, scale), is_share)


def _times(value: float, scale: float) -> float:
    """Multiply as a person does: 46.9 per cent is 0.469."""
    return value / 100 if scale == _SCALES["percent"] else value * scale


def _scale(unit: str, nouns: str) -> tuple[float, bool]:
    known = _ALWAYS | {_singular(word) for word in _WORD.findall(nouns.casefold())}
    scale, is_share = 1.0, False
    for word in _WORD.findall(re.sub(r"%|\bper\s?cent\b", " percent ", unit.casefold())):
        one = _singular(word)
        if one not in _SCALES and one not in known:
            raise UnknownUnitError(unit.strip())
        scale *= _SCALES.get(one, 1.0)
        is_share = is_share or one in _PERCENT
    return scale, is_share


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > len("mns") else word


def bound_of(quote: str, number: float) -> Bound:
    """Tell what a quote says that a number is: ``over 632 million``. A number that is not in the quote has no bound.

    >>> bound_of("over 632 million users", 632e6), bound_of("over 632 million users", 700e6).value
    (<Bound.ABOVE: 'above'>, '')
    """
    for found in _IN_TEXT.finditer(quote):
        scale, _ = _scale(found[2] or "", "")
        if math.isclose(_times(float(found[1].replace(",", "")), scale), number, rel_tol=1e-9):
            before = quote[: found.start()].casefold().rstrip()
            return next((Bound(name) for name, words in _BOUNDS if re.search(rf"\b(?:{words})$", before)), Bound.NONE)
    return Bound.NONE
