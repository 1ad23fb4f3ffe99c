"""Public suffixes below the top-level domains of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger

_METRIC = "country_suffixes"


def _compute(ledger: Ledger, data: Data) -> None:
    del data  # it takes figures of the ledger
    for domains in ledger.of("country_domains"):
        topic = Topic(
            id=name_of(_METRIC, domains.subject, domains.period),
            label="public suffixes below the country's top-level domains",
            unit="public suffixes",
            subject=domains.subject,
            period=domains.period,
            metric=_METRIC,
        )
        ledger.derive(topic, "sum", domains.inputs)


INDICATOR = Indicator(
    question="How many public suffixes are there below the country's top-level domains",
    unit="public suffixes",
    direction=Direction.NEITHER,
    method="rules of the Public Suffix List in its part of ICANN with one label or more before such a domain",
    after=("country_domains",),
    caveats=(
        "a public suffix is a name under which others register directly, or did; volunteers keep the list",
        "a rule can stand for every name below another one",
    ),
    compute=_compute,
)
