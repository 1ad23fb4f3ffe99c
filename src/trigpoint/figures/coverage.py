"""What was measured: runs, networks, targets, days, measurements, rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.states import COUNTS, NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.figures.country import CountryTables
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.provenance import Source


def days(tables: CountryTables) -> pl.DataFrame:
    """Count measurements, networks and verdicts of each day; one row a day with a measurement, in order."""
    measured = tables.measurements.group_by("day").agg(pl.len().alias("measurements"), NETWORKS)
    judged = tables.verdicts.group_by("day").agg(pl.len().alias("verdicts"), *COUNTS)
    joined = measured.join(judged, on="day", how="left").with_columns(pl.col(pl.UInt32()).fill_null(0))
    return joined.sort("day")


def nettests(tables: CountryTables) -> pl.DataFrame:
    """Count measurements and verdicts of each nettest."""
    measured = tables.measurements.group_by("nettest").agg(
        pl.len().alias("measurements"), pl.col("run").n_unique().alias("runs"), NETWORKS
    )
    judged = tables.verdicts.group_by("nettest").agg(
        pl.col("target").n_unique().alias("targets"), pl.len().alias("verdicts"), *COUNTS
    )
    joined = measured.join(judged, on="nettest", how="left").with_columns(pl.col(pl.UInt32()).fill_null(0))
    return joined.sort("nettest")


def add(ledger: Ledger, tables: CountryTables, sources: Iterable[Source], rejects: pl.DataFrame) -> None:
    """Add the figures of coverage to the ledger."""
    by = f"{__name__}.add"
    measurements = tables.measurements
    counts = (
        ("measurements", measurements.height, "measurements", "measurements read of this country", "data:measurements"),
        ("runs", measurements["run"].n_unique(), "runs", "distinct runs of the measuring program", "data:measurements"),
        ("networks", len(tables.networks), "networks", "known networks (AS numbers) measured", "data:networks"),
        ("targets", tables.verdicts["target"].n_unique(), "targets", "distinct targets assessed", "data:matrix"),
        ("days", len(tables.days), "days", "days with at least one measurement", "data:days"),
        ("nettests", measurements["nettest"].n_unique(), "nettests", "kinds of test", "data:nettests"),
        ("rejects", rejects.height, "records", "records of the survey that could not be read", "data:rejects"),
        ("duplicates", sum(source.duplicates for source in sources), "records",
         "records of the survey that were there already, kept once", "data:sources"),
        ("withheld", tables.measurements_withheld, "measurements", "measurements withheld wholly", "data:networks"),
        ("merged_networks", tables.networks_merged, "networks", "networks too small to be named", "data:networks"),
    )  # fmt: skip
    for name, value, unit, label, rows in counts:
        ledger.count(f"coverage.{name}", value, unit, label=label, rows=rows, by=by)
    known = tables.days
    first, last = (known[0], known[-1]) if known else (None, None)
    ledger.day("coverage.first_day", first, label="first day measured", rows="data:days", by=by)
    ledger.day("coverage.last_day", last, label="last day measured", rows="data:days", by=by)
