"""From the ledger into the table of an index, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from trigpoint.figures.index.score import Method, score
from trigpoint.figures.index.steps import last_observation
from trigpoint.figures.index.structure import Table
from trigpoint.figures.index.uncertainty import DRAWS, simulate
from trigpoint.figures.ledger import Interval, Topic
from trigpoint.model.figure import WORLD, IntervalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.figures.index.structure import Structure
    from trigpoint.figures.index.uncertainty import Uncertainty
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_YEAR = 4  # characters


class Gathered(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A table with the figures that stand in it."""

    table: Table
    inputs: Mapping[str, tuple[str, ...]]
    """Ids of the figures by country, in the order of the leaves."""


def gather(figures: Iterable[Figure], structure: Structure, year: int) -> Gathered:
    """Fill the table of a year; an older figure stands in where there is none, and is marked.

    Where several figures are of the same metric, country and year, that of the newest vintage is taken, and its
    interval holds what the others say.
    """
    wanted = {leaf.id for leaf in structure.leaves}
    found: dict[tuple[str, str], dict[int, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        if figure.metric in wanted and figure.subject != WORLD and isinstance(figure.value, int | float):
            found[figure.subject, figure.metric][int(figure.period[:_YEAR])].append(figure)
    countries = tuple(sorted({country for country, _ in found}))
    shape = (len(countries), len(structure.leaves))
    values, low, high, imputed = (np.full(shape, np.nan) for _ in range(4))
    inputs: dict[str, tuple[str, ...]] = {}
    for row, country in enumerate(countries):
        used = list[str]()
        for column, leaf in enumerate(structure.leaves):
            by_year = found.get((country, leaf.id), {})
            if (last := last_observation({at: at for at in by_year}, year)) is None:
                continue
            given = by_year[last[1]]
            values[row, column], low[row, column], high[row, column] = _taken(given)
            imputed[row, column] = last[1] != year
            used += sorted(figure.id for figure in given)
        inputs[country] = tuple(used)
    table = Table(countries=countries, values=values, low=low, high=high, is_imputed=imputed == 1)
    return Gathered(table=table, inputs=inputs)


def _taken(figures: Sequence[Figure]) -> tuple[float, float, float]:
    """Give value, least and greatest value of figures of the same thing."""
    newest = max(figures, key=lambda figure: (figure.vintage, figure.id))
    ends = [
        end for figure in figures for end in (figure.value, figure.low, figure.high) if isinstance(end, int | float)
    ]
    return float(newest.value or 0), min(ends), max(ends)


def publish(
    ledger: Ledger, gathered: Gathered, structure: Structure, *, year: int, seed: int, draws: int = DRAWS
) -> Uncertainty:
    """Compute an index and put score, rank and median rank with its 90 % interval of each country into the ledger."""
    found = score(gathered.table, structure, Method())
    drawn = simulate(gathered.table, structure, seed=seed, draws=draws)
    median, interval = drawn.median, drawn.interval
    for row, country in enumerate(gathered.table.countries):
        if np.isnan(found.score[row]):
            continue
        flags = ("imputed",) if gathered.table.is_imputed[row].any() else ()
        low, high = interval[:, row].tolist()
        for part, unit, value, ends in (
            ("score", "score 0 to 100", float(found.score[row]), None),
            ("rank", "rank", float(found.rank[row]), None),
            ("median_rank", "rank", float(median[row]), Interval(low, high, IntervalKind.MONTE_CARLO_90)),
        ):
            name = f"index.{structure.id}.{part}"
            topic = Topic(
                id=f"{name}.{country}.{year}",
                label=f"{part.replace('_', ' ')} in the index {structure.id}",
                unit=unit,
                subject=country,
                period=str(year),
                metric=name,
                flags=flags,
            )
            ledger.compute(topic, value, by=f"{__name__}.publish", inputs=gathered.inputs[country], interval=ends)
    return drawn
