"""Top-level domains of a country: the one of two letters, and those in scripts of its own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import name_of, publish
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger

_METRIC, _BELOW = "country_domains", "suffixes_below"


def shown(domain: str) -> str:
    """Write a top-level domain as people do.

    >>> shown("cn"), shown("xn--fiqs8s"), shown("xn--?")
    ('.cn', '.中国', '.xn--?')
    """
    try:
        return "." + domain.removeprefix("xn--").encode().decode("punycode" if domain.startswith("xn--") else "ascii")
    except UnicodeError:
        return f".{domain}"


def _compute(ledger: Ledger, data: Data) -> None:
    own: dict[tuple[str, str], list[str]] = defaultdict(list)
    for metric in data.metrics(_BELOW):
        domain = metric.removeprefix(_BELOW).removeprefix(".")
        for (subject, period), said in data.of(metric).items():
            topic = Topic(
                id=f"{name_of(_BELOW, subject, period)}.{domain}",
                label=shown(domain),
                unit="public suffixes",
                subject=subject,
                period=period,
            )
            own[subject, period].append(publish(ledger, topic, said).id)
    for (subject, period), names in own.items():
        topic = Topic(
            id=name_of(_METRIC, subject, period),
            label="top-level domains of the country",
            unit="domains",
            subject=subject,
            period=period,
            metric=_METRIC,
        )
        ledger.compute(topic, len(names), by=__name__, inputs=names)


INDICATOR = Indicator(
    question="How many top-level domains are the country's own",
    unit="domains",
    direction=Direction.NEITHER,
    method="those under which the Public Suffix List names its code: of two letters, and in other scripts",
    sources=(_BELOW,),
    caveats=("delegated is not in use", "a domain of a country can be open to everybody"),
    compute=_compute,
)
