"""People who use the Internet, in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import derive_each
from trigpoint.figures.indicators._series import published

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger

_LABEL, _UNIT = "people who use the Internet", "people"


def _compute(ledger: Ledger, data: Data) -> None:
    if data.of("internet_users"):
        published("internet_users", _LABEL, _UNIT)(ledger, data)
    has = {(figure.subject, figure.period) for figure in ledger.of("internet_users")}
    derive_each(
        ledger, "internet_users", "product", ("internet_users_share", "population"), (_LABEL, _UNIT), without=has
    )


INDICATOR = Indicator(
    question="How many people use the Internet",
    unit=_UNIT,
    direction=Direction.MORE,
    method="as a source says it; else the share of the people times their number, of the same year",
    sources=("internet_users",),
    after=("internet_users_share", "population"),
    caveats=("the share is of all people in some sources, and of those of some ages in others",),
    compute=_compute,
)
