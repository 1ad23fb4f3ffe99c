"""Cells, and any selection of them: sums over runs first, then what the runs say together.

The laws: tallies of runs add, in any order and grouping, and nothing added is nothing changed. What does not add
(distinct runs, shares, intervals, states) is always worked out from the tallies of the runs, never from other cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.events.interval import jeffreys
from trigpoint.model.cell import Viewer, WordKind
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL_KEYS = ("date", "country", "target", "viewer", "asn")
"""What names a cell."""

_STATES = (State.BLOCKED, State.OK, State.DOWN, State.INSUFFICIENT)
_DECIDED = _STATES[:3]
_COUNTS = tuple(str(state) for state in _STATES)
_FIRST = ("first_blocked", "first_ok")
_LAST = ("last_blocked", "last_ok")
_TIMES = ("first_blocked", "last_blocked", "first_ok", "last_ok")
_TOGETHER = (
    "runs", "decided_runs", "blocked_runs", "largest_run", "share", "share_low", "share_high", "state", "disagreement",
)  # fmt: skip
FLOOR = 3
"""Distinct runs that must say the same before a cell does: as many as a survey takes to vouch for an address."""
BACKGROUND = 0.01
"""Share of verdicts that may be wrongly ``blocked``; the interval must lie above it. Measured before and after the
blocking of Telegram in Kenya of November 2023, in four weeks: 3 of 2,612."""

_HALF = 0.5
_UNNUMBERED = "unnumbered"


class Votes(msgspec.Struct, frozen=True):
    """What each measurement says of a target, before runs are told apart."""

    frame: pl.DataFrame
    """date, country, target, viewer, asn, run, state, started_at."""

    def tallied(self) -> pl.DataFrame:
        """Tally each run in each cell: rows of ``cell_runs``, with date and country."""
        state, time = pl.col("state"), pl.col("started_at")
        counts = [(state == name).sum().cast(pl.Int64()).alias(name) for name in _COUNTS]
        times = [
            reach.alias(f"{name}_{of}")
            for of in ("blocked", "ok")
            for name, reach in (("first", time.filter(state == of).min()), ("last", time.filter(state == of).max()))
        ]
        return _ordered(self.frame.group_by(*CELL_KEYS, "run").agg(*counts, *times), [*CELL_KEYS, "run"])


def probe_votes(verdicts: pl.DataFrame, measurements: pl.DataFrame) -> Votes:
    """Let each verdict vote in the cell of the probe's network.

    Args:
        verdicts: rows of the table, with date and country.
        measurements: the rows that they belong to: id, report_id.

    """
    joined = verdicts.join(_runs(measurements), on="measurement", how="left").rename({"probe_asn": "asn"})
    return _votes(joined, _viewer())


def resolver_votes(lookups: pl.DataFrame, signs: pl.DataFrame, measurements: pl.DataFrame) -> Votes:
    """Let each resolver that a measurement asked for its target vote in a cell of the resolver's network.

    Args:
        lookups: rows of ``dns_lookups``, with date and country.
        signs: measurement, step of lookups in which a rule saw interference.
        measurements: the rows that they belong to: id, report_id, target, started_at.

    Returns:
        One vote for each measurement and network of resolvers: ``blocked`` where one lied or refused, else ``ok`` where
        one answered, else ``insufficient``.

    """
    site = measurements.select("started_at", "target", measurement="id").drop_nulls("target")
    asked = (
        lookups.filter(pl.col("vantage") == "probe", pl.col("resolver_asn").is_not_null())
        .join(site, left_on=["measurement", "hostname"], right_on=["measurement", "target"])
        .join(signs.unique(["measurement", "step"]).with_columns(lies=True), on=["measurement", "step"], how="left")
        .group_by("date", "country", "measurement", target="hostname", asn="resolver_asn")
        .agg(
            pl.col("started_at").first(),
            lies=pl.col("lies").fill_null(value=False).any(),
            answers=(pl.col("failure").is_null() & (pl.col("answer_count") > 0)).any(),
        )
        .with_columns(
            state=pl.when("lies")
            .then(pl.lit(str(State.BLOCKED)))
            .when("answers")
            .then(pl.lit(str(State.OK)))
            .otherwise(pl.lit(str(State.INSUFFICIENT)))
        )
    )
    joined = asked.join(_runs(measurements), on="measurement", how="left")
    return _votes(joined, pl.lit(str(Viewer.RESOLVER)))


def _viewer() -> pl.Expr:
    """Keep services as a whole apart from what was assessed itself."""
    is_whole = pl.col("parts").fill_null("") != ""
    return pl.when(is_whole).then(pl.lit(str(Viewer.SERVICE))).otherwise(pl.lit(str(Viewer.PROBE)))


def _runs(measurements: pl.DataFrame) -> pl.DataFrame:
    return measurements.select("report_id", measurement="id")


def _votes(joined: pl.DataFrame, viewer: pl.Expr) -> Votes:
    # without a number of its run a measurement cannot prove to be one of its own
    unnumbered = pl.format(f"{_UNNUMBERED} {{}} {{}}", pl.col("asn").fill_null(0), "date")
    return Votes(
        joined.select(
            "date",
            "country",
            "target",
            viewer.alias("viewer"),
            "asn",
            pl.coalesce("report_id", unnumbered).alias("run"),
            "state",
            "started_at",
        )
    )


def words(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Count what the verdicts of each cell say: rows of ``cell_words``, with date and country.

    Args:
        verdicts: rows of the table, with date and country.

    """
    columns = {
        WordKind.MECHANISM: _where(State.BLOCKED),
        WordKind.SIGN: _where(State.INSUFFICIENT),
        WordKind.INTERFERENCE: pl.col("interference"),
        WordKind.EXPLANATION: pl.col("explanations"),
        WordKind.RULE: pl.col("rules"),
    }
    said = pl.concat(
        [
            verdicts.select(
                "date",
                "country",
                "target",
                _viewer().alias("viewer"),
                pl.col("probe_asn").alias("asn"),
                pl.lit(str(kind)).alias("kind"),
                column.str.split(" ").alias("word"),
            )
            for kind, column in columns.items()
        ]
    )
    counted = said.explode("word").filter(pl.col("word") != "").group_by(*CELL_KEYS, "kind", "word").len("verdicts")
    return _ordered(counted.with_columns(pl.col("verdicts").cast(pl.Int64())), [*CELL_KEYS, "kind", "word"])


def _where(state: State) -> pl.Expr:
    """Give the mechanisms of verdicts of one state: only those of ``blocked`` count as blocking."""
    return pl.when(pl.col("state") == state).then("mechanisms").otherwise(pl.lit(""))


def merged(runs: pl.DataFrame | pl.LazyFrame, by: Sequence[str] = CELL_KEYS) -> pl.DataFrame:
    """Add the tallies of each run within coarser keys.

    Args:
        runs: rows of ``cell_runs``, or what this function gave.
        by: keys to keep; a run is one in all of the others.

    """
    added = runs.lazy().group_by(*by, "run").agg(pl.col(_COUNTS).sum(), pl.col(_FIRST).min(), pl.col(_LAST).max())
    return _ordered(added.collect(engine="streaming"), [*by, "run"])


def cells(runs: pl.DataFrame | pl.LazyFrame, by: Sequence[str] = CELL_KEYS) -> pl.DataFrame:
    """Say what the runs of each cell say together.

    Args:
        runs: rows of ``cell_runs``, of any selection.
        by: keys of the cells; no key gives one cell, of nothing none.

    Returns:
        The keys, and the fields of :class:`trigpoint.model.cell.Cell` that are no key, sorted by the keys.

    """
    tallied = merged(runs, by)
    verdicts, decided = pl.sum_horizontal(_COUNTS), pl.sum_horizontal(str(state) for state in _DECIDED)
    one = pl.lit(0).alias("whole")  # a key of no keys
    summed = (
        tallied.with_columns(one, verdicts=verdicts, decided=decided)
        .group_by("whole", *by)
        .agg(
            pl.col(_COUNTS).sum(),
            pl.col(_FIRST).min(),
            pl.col(_LAST).max(),
            runs=pl.len().cast(pl.Int64()),
            decided_runs=(pl.col("decided") > 0).sum().cast(pl.Int64()),
            blocked_runs=(pl.col("blocked") > 0).sum().cast(pl.Int64()),
            largest_run=pl.col("verdicts").max() / pl.col("verdicts").sum(),
            # sorted first: sums of fractions depend on their order in the last bit
            weight=(pl.col("blocked") / pl.col("decided")).filter(pl.col("decided") > 0).sort().sum(),
        )
        .drop("whole")
    )
    return _ordered(_stated(_with_interval(summed)), by).select(*by, *_COUNTS, *_TIMES, *_TOGETHER)


def networks(runs: pl.DataFrame | pl.LazyFrame, by: Sequence[str]) -> pl.DataFrame:
    """Count on how many networks a target is blocked, of how many on which anything is known of it.

    Args:
        runs: rows of ``cell_runs``, of one viewer.
        by: keys of the lines, without ``asn``.

    Returns:
        The keys; ``networks`` with a decided run, ``networks_blocked`` whose cell is ``blocked``, and
        ``networks_with_signs`` in which any run saw it blocked. Networks without an AS number are not counted.

    """
    return counted(cells(runs.lazy().filter(pl.col("asn").is_not_null()), [*by, "asn"]), by)


def counted(found: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Count cells as :func:`networks` does.

    Args:
        found: cells of networks, one for each line and network: the keys, state, decided_runs, blocked_runs.
        by: keys of the lines.

    """
    is_blocked, has_signs = pl.col("state") == State.BLOCKED, pl.col("blocked_runs") > 0
    known = found.filter(pl.col("decided_runs") > 0).with_columns(pl.lit(0).alias("whole"))
    lines = known.group_by("whole", *by).agg(
        networks=pl.len().cast(pl.Int64()),
        networks_blocked=is_blocked.sum().cast(pl.Int64()),
        networks_with_signs=has_signs.sum().cast(pl.Int64()),
    )
    return _ordered(lines.drop("whole"), by)


def _with_interval(summed: pl.DataFrame) -> pl.DataFrame:
    """Add share, share_low, share_high: each decided run counts once, however much it measured."""
    trials = pl.col("decided_runs")
    pairs = summed.select(pl.min_horizontal("weight", trials).alias("weight"), trials)
    ends = [jeffreys(weight, count) for weight, count in pairs.iter_rows()]
    return summed.with_columns(
        pl.when(trials > 0).then(pl.min_horizontal(pl.col("weight") / trials, 1.0)).alias("share"),
        pl.Series("share_low", [low for low, _ in ends], pl.Float64()),
        pl.Series("share_high", [high for _, high in ends], pl.Float64()),
    )


def _stated(summed: pl.DataFrame) -> pl.DataFrame:
    """Add state and disagreement."""
    said = [pl.when(pl.col(name) > 0).then(pl.lit(name)) for name in sorted(str(state) for state in _DECIDED)]
    states = pl.concat_list(said).list.drop_nulls()
    is_enough = (pl.col("blocked_runs") >= FLOOR) & (pl.col("share_low") > BACKGROUND)
    is_open = (pl.col("decided_runs") < FLOOR) | ((pl.col("blocked_runs") > 0) & (pl.col("share_high") >= _HALF))
    return summed.with_columns(
        pl.when(is_enough)
        .then(pl.lit(str(State.BLOCKED)))
        .when(is_open)
        .then(pl.lit(str(State.INSUFFICIENT)))
        .when(pl.col("ok") >= pl.col("down"))
        .then(pl.lit(str(State.OK)))
        .otherwise(pl.lit(str(State.DOWN)))
        .alias("state"),
        pl.when(states.list.len() > 1).then(states.list.join(" ")).otherwise(pl.lit("")).alias("disagreement"),
    )


def _ordered(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    return frame.sort(keys, nulls_last=True) if keys else frame
