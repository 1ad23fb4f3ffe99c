"""Gini index and Lorenz curve of something counted by country, over people."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.inequality import gini
from trigpoint.figures.ledger import Interval, Topic
from trigpoint.model.figure import WORLD, IntervalKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_FEWEST = 2  # countries


def gini_of(metric: str, counted: str, what: str) -> Callable[[Ledger, Data], None]:
    """Make the computation of an inequality over people.

    Where sources differ, the index is computed of each source's numbers as well, and the interval is the spread of
    these: the ends of each country's own interval would not make a distribution that anybody measured.
    """

    def compute(ledger: Ledger, data: Data) -> None:
        people = _newest(ledger.of("population"))
        by_period: dict[str, list[Figure]] = defaultdict(list)
        for figure in ledger.of(counted):
            # some registries alone are no distribution over the world
            if figure.subject != WORLD and "partial" not in figure.flags and _people(people, figure) is not None:
                by_period[figure.period].append(figure)
        for period, figures in sorted(by_period.items()):
            if len(figures) >= _FEWEST:
                _add(ledger, metric, (what, counted), (period, figures), (people, data))

    return compute


_People = dict[str, dict[str, "Figure"]]


def _newest(figures: Sequence[Figure]) -> _People:
    found: _People = defaultdict(dict)
    for figure in figures:
        if isinstance(figure.value, int | float) and figure.value > 0:
            found[figure.subject][figure.period[:4]] = figure
    return found


def _people(people: _People, figure: Figure) -> Figure | None:
    """Find the people of the same year, or the newest of three years before."""
    years = people.get(figure.subject, {})
    year = int(figure.period[:4])
    return next((years[str(at)] for at in range(year, year - 4, -1) if str(at) in years), None)


def _add(
    ledger: Ledger, metric: str, words: tuple[str, str], at: tuple[str, list[Figure]], more: tuple[_People, Data]
) -> None:
    period, figures = at
    persons = {figure.subject: found for figure in figures if (found := _people(more[0], figure)) is not None}
    weights = {subject: float(found.value or 0) for subject, found in persons.items()}
    value = gini([(float(figure.value or 0), weights[figure.subject]) for figure in figures])
    if value is None:
        return
    spread = [value, *_by_source(more[1], words[1], period, weights)]
    interval = Interval(min(spread), max(spread), IntervalKind.SOURCE_SPREAD) if len(spread) > 1 else None
    topic = Topic(
        id=name_of(metric, WORLD, period),
        label=f"inequality of {words[0]} over people, {len(figures)} countries",
        unit="Gini index, 0 to 1",
        subject=WORLD,
        period=period,
        metric=metric,
        flags=() if all(found.period[:4] == period[:4] for found in persons.values()) else ("imputed",),
    )
    inputs = [name for figure in figures for name in (figure.id, persons[figure.subject].id)]
    ledger.compute(topic, value, by=f"{gini.__module__}.gini", inputs=inputs, interval=interval)


def _by_source(data: Data, counted: str, period: str, weights: dict[str, float]) -> list[float]:
    """Compute the index of each further source that counts all of the countries."""
    sources: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for (subject, when), said in data.of(counted).items():
        if when == period and subject in weights:
            for one in said[1:]:
                sources[tuple(record.sha256 for record in one.records)][subject] = one.value
    found = (
        gini([(counts[subject], weights[subject]) for subject in counts])
        for counts in sources.values()
        if counts.keys() == weights.keys()
    )
    return [value for value in found if value is not None]
