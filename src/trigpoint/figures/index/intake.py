"""From the ledger into the table of an index, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from trigpoint.figures.index.score import Method, leave_one_out, score
from trigpoint.figures.index.steps import last_observation
from trigpoint.figures.index.structure import Table
from trigpoint.figures.index.uncertainty import DRAWS, Uncertainty, explained, simulate, together
from trigpoint.figures.ledger import Interval, Topic
from trigpoint.model.figure import WORLD, IntervalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.figures.index.structure import Floats, Structure
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_YEAR = 4  # characters


class Gathered(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A table with the figures that stand in it."""

    table: Table
    inputs: Mapping[str, tuple[str, ...]]
    """Ids of the figures by country, in the order of the leaves."""


def without_unknown(ledger: Ledger, structure: Structure) -> Structure:
    """Leave the indicators out of which no country has a figure: all would be screened for what none can have."""
    return structure.without(*(leaf.id for leaf in structure.leaves if not any(map(_is_usable, ledger.of(leaf.id)))))


def _is_usable(figure: Figure) -> bool:
    return figure.subject != WORLD and isinstance(figure.value, int | float)


def gather(figures: Iterable[Figure], structure: Structure, year: int) -> Gathered:
    """Fill the table of a year; an older figure stands in where there is none, and is marked.

    Where several figures are of the same metric, country and year, that of the newest vintage is taken, and its
    interval holds what the others say.
    """
    wanted = {leaf.id for leaf in structure.leaves}
    found: dict[tuple[str, str], dict[int, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        if figure.metric in wanted and _is_usable(figure):
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


class Published(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An index in the ledger, with the draws behind it."""

    gathered: Gathered
    drawn: Uncertainty


def publish(  # noqa: PLR0913 - each is a choice of its own
    ledger: Ledger,
    gathered: Gathered,
    structure: Structure,
    *,
    year: int,
    seed: int,
    draws: int = DRAWS,
    flags: tuple[str, ...] = (),
) -> Published:
    """Compute an index, and put what it says of each country that is ranked into the ledger.

    These are score, rank, median rank with its 90 % interval, the share of the draws among the first ten and above the
    country that is ranked next, the rank without each indicator, and the share of the variance of the rank that each
    choice explains alone. All of them bear the flags.
    """
    found = score(gathered.table, structure, Method())
    drawn = simulate(gathered.table, structure, seed=seed, draws=draws)
    interval = drawn.interval
    shares = {f"explained.{name.replace(' ', '_')}": share for name, share in explained(drawn).items()}
    without = {f"rank_without.{name}": rank for name, rank in leave_one_out(gathered.table, structure).items()}
    columns: dict[str, tuple[str, Floats]] = {
        "score": ("score 0 to 100", found.score),
        "rank": ("rank", found.rank),
        "median_rank": ("rank", drawn.median),
        "in_top_ten": ("share of draws", drawn.in_top),
        "above_next": ("share of draws", _above_next(drawn, found.rank)),
        **{name: ("rank", rank) for name, rank in without.items()},
        **{name: ("share of variance", share) for name, share in shares.items()},
    }
    for part, (unit, values) in columns.items():
        ends = interval if part == "median_rank" else None
        _enter(
            ledger,
            gathered,
            (structure.id, part, unit, str(year)),
            np.where(np.isnan(found.rank), np.nan, values),
            ends,
            flags,
        )
    _enter_count(ledger, gathered, structure, found.rank, year)
    return Published(gathered=gathered, drawn=drawn)


def _enter_count(ledger: Ledger, gathered: Gathered, structure: Structure, ranks: Floats, year: int) -> None:
    """Enter how many countries are ranked, which a rank says little without; the last of them stands for it."""
    if np.isnan(ranks).all():
        return
    metric = f"index.{structure.id}.ranked"
    topic = Topic(
        id=f"{metric}.{WORLD}.{year}",
        label=f"countries ranked, index {structure.id.replace('_', ' ')}",
        unit="countries",
        subject=WORLD,
        period=str(year),
        metric=metric,
    )
    last = np.flatnonzero(ranks == np.nanmax(ranks))
    inputs = [f"index.{structure.id}.rank.{gathered.table.countries[at]}.{year}" for at in last]
    ledger.compute(topic, int((~np.isnan(ranks)).sum()), by=f"{__name__}.publish", inputs=inputs)


def _above_next(drawn: Uncertainty, ranks: Floats) -> Floats:
    """Give the share of the draws in which a country is above the one that is ranked next; NaN: there is none."""
    found = np.full(len(ranks), np.nan)
    order = np.argsort(ranks)[: int((~np.isnan(ranks)).sum())]  # what is not a number stands last
    if len(order) > 1:
        found[order[:-1]] = drawn.above(order[:-1], order[1:])
    return found


def publish_scale(ledger: Ledger, indices: Mapping[str, Published], *, year: int, flags: tuple[str, ...] = ()) -> None:
    """Put into the ledger which share of the variance of a rank comes of the choice between indices side by side.

    Only of countries that stand in the tables of all of them.
    """
    if len(indices) < 2:  # noqa: PLR2004 - a choice is between two
        return
    tables = [one.gathered.table.countries for one in indices.values()]
    common = sorted(set(tables[0]).intersection(*tables[1:]))
    parts = {name: _only(one.drawn, one.gathered.table.countries, common) for name, one in indices.items()}
    share = dict(zip(common, explained(together(parts), ("scale",))["scale"].tolist(), strict=True))
    first = next(iter(indices.values())).gathered
    values = np.array([share.get(country, np.nan) for country in first.table.countries])
    _enter(ledger, first, ("both", "explained.scale", "share of variance", str(year)), values, None, flags)


def _only(drawn: Uncertainty, countries: Sequence[str], common: Sequence[str]) -> Uncertainty:
    """Keep the draws of some countries, whose ranks stay those among all."""
    columns = [countries.index(country) for country in common]
    return msgspec.structs.replace(drawn, ranks=drawn.ranks[:, columns])


def _enter(
    ledger: Ledger,
    gathered: Gathered,
    names: tuple[str, str, str, str],
    values: Floats,
    interval: Floats | None,
    flags: tuple[str, ...],
) -> None:
    index, part, unit, period = names
    metric = f"index.{index}.{part}"
    for row, country in enumerate(gathered.table.countries):
        if np.isnan(values[row]):
            continue
        topic = Topic(
            id=f"{metric}.{country}.{period}",
            label=f"{part.replace('_', ' ').replace('.', ': ')}, index {index.replace('_', ' ')}",
            unit=unit,
            subject=country,
            period=period,
            metric=metric,
            flags=(*flags, *(("imputed",) if gathered.table.is_imputed[row].any() else ())),
        )
        ends = None
        if interval is not None:
            ends = Interval(float(interval[0, row]), float(interval[1, row]), IntervalKind.MONTE_CARLO_90)
        by = f"{__name__}.publish"
        ledger.compute(topic, float(values[row]), by=by, inputs=gathered.inputs[country], interval=ends)
