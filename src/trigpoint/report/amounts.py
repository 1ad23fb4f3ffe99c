"""How a figure's number is printed."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from trigpoint.model.figure import POINTS
from trigpoint.report import language
from trigpoint.report.language import N_, ngettext
from trigpoint.report.language import gettext as _
from trigpoint.report.page_table import number, percent

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure

UNKNOWN = "unknown"
_SHARE = "share"  # and what begins so, such as the share of draws
_MANY = 1000
_TWO_DIGITS = 10  # and more
ROUNDED = "rounded"
"""Flag of figures that stand on values which their source gives in whole per cents."""


_FLAGS = {"attributed_claim": N_("said to be somebody's"), "target": N_("set as a target")}
"""Flags whose own words would be read as something else."""


def flags_of(figure: Figure) -> list[str]:
    """Give a figure's flags as words."""
    return [language.phrase(_FLAGS.get(flag, flag)) for flag in figure.flags]


def amount(value: float | str | None, unit: str) -> str:
    r"""Print a value in its unit: shares in per cent with one decimal, others whole or to three digits.

    >>> amount(0.7748, "share"), amount(1.0, "rank"), amount(0.000001714, "instances for each person")
    ('77.5\xa0%', '1', '0.00000171')
    """
    if value is None:
        return _("unknown")
    if isinstance(value, str):
        return language.day(value) if unit == "day" else value
    if unit.startswith(_SHARE):
        return language.percent(value, 1)
    if unit == POINTS:
        return points(value, 1)
    if float(value).is_integer() or abs(value) >= _MANY:
        return number(round(value))
    return f"{Decimal(f'{value:.3g}'):f}"


def of_figure(figure: Figure) -> str:
    """Print a figure's value, no finer than what it was computed from: of whole per cents no more than three digits."""
    return rounded(figure.value, figure.unit, is_rounded=ROUNDED in figure.flags)


def rounded(value: float | str | None, unit: str, *, is_rounded: bool) -> str:
    r"""Print a value, of what was computed from whole per cents no more than three digits.

    >>> rounded(0.78, "share", is_rounded=True), rounded(0.78, "share", is_rounded=False)
    ('78\xa0%', '78.0\xa0%')
    """
    if not is_rounded or not isinstance(value, int | float):
        return amount(value, unit)
    if unit.startswith(_SHARE):
        return language.percent(value, _digits(100 * value))
    if unit == POINTS:
        return points(value, 0)
    return amount(float(f"{value:.3g}") if abs(value) >= _MANY else value, unit)


def _digits(per_cents: float) -> int:
    """Give how many digits a share has after its point that stands on whole per cents: small ones have two in all.

    >>> _digits(35.4), _digits(0.354), _digits(1.0), _digits(0)
    (0, 2, 0, 0)
    """
    if abs(per_cents) >= _TWO_DIGITS or math.isclose(per_cents, round(per_cents), abs_tol=1e-9):
        return 0
    return 1 - math.floor(math.log10(abs(per_cents)))


def points(value: float, digits: int) -> str:
    r"""Print what two shares differ by.

    >>> points(10.08, 1), points(1, 0)
    ('10.1\xa0percentage points', '1\xa0percentage point')
    """
    shown = language.decimal(value, digits)
    words = ngettext("{number}\xa0percentage point", "{number}\xa0percentage points", 1 if shown in {"1", "-1"} else 2)
    return words.format(number=shown)


def interval(figure: Figure) -> str:
    """Print the interval of a figure; empty where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    is_rounded = ROUNDED in figure.flags
    low, high = (rounded(end, figure.unit, is_rounded=is_rounded) for end in (figure.low, figure.high))
    if figure.unit == POINTS:  # the unit is a word, and is said once
        low = language.decimal(figure.low, 0 if is_rounded else 1)
    return _("{low} to {high}").format(low=low, high=high)


def bracketed(figure: Figure) -> str:
    """Print the interval of a figure in brackets; empty where it has none, or is a point."""
    ends = interval(figure) if figure.low != figure.high else ""
    return _("({interval})").format(interval=ends) if ends else ""


def quoted(figure: Figure) -> str:
    """Print a figure as a text quotes it: a share that was counted with its cases and its interval."""
    if figure.numerator is not None and isinstance(figure.value, float):
        low, high = percent(figure.low), percent(figure.high)
        return _("{share} ({count} of {whole}; 95\xa0% interval {low} to {high})").format(
            share=percent(figure.value), count=figure.numerator, whole=figure.denominator, low=low, high=high
        )
    return of_figure(figure)
