"""How many of the thirteen root letters have an instance in a country, and how many instances of each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.indicators._series import published
from trigpoint.figures.ledger import Topic
from trigpoint.model.series import WHOLES

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

LETTERS = tuple(sorted(WHOLES["roots"]))


def metric_of(letter: str) -> str:
    """Name the metric of one letter's instances.

    >>> metric_of("K")
    'root_instances_K'
    """
    return f"root_instances_{letter}"


def _compute(ledger: Ledger, data: Data) -> None:
    own: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for letter in LETTERS:
        published(metric_of(letter), f"instances of root letter {letter}", "instances")(ledger, data)
        for figure in ledger.of(metric_of(letter)):
            own[figure.subject, figure.period].append(figure)
    for (subject, period), figures in own.items():
        topic = Topic(
            id=name_of("root_letters", subject, period),
            label="root letters with an instance",
            unit="letters",
            subject=subject,
            period=period,
            metric="root_letters",
        )
        there = sum(1 for figure in figures if figure.value)
        ledger.compute(topic, there, by=__name__, inputs=[figure.id for figure in figures])


INDICATOR = Indicator(
    question="How many of the thirteen root letters have an instance in the country",
    unit="letters",
    direction=Direction.MORE,
    method="letters with an instance at a site in the country, as root-servers.org lists them",
    sources=tuple(map(metric_of, LETTERS)),
    caveats=(
        "an instance that is local serves one network",
        "letters are counted as of one day: where they were fetched on several, each day has those of its own",
    ),
    compute=_compute,
)
