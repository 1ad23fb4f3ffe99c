"""Allow-lists (technique I7 of the sources): nearly every address stays silent at one step, and a few answer well.

A cut cable, a shutdown, a spent data plan or a login page show the same, with one difference: then all servers that are
up wherever there is Internet are silent. A list of sites that are long gone, measured while the helper is down, shows
the same as well: then all those servers answer. So the run must have looked at them (``sanity``, which goes to
:mod:`trigpoint.reference.landmarks` and to the helpers), at least one must have shown its own certificate, and others,
in several networks, must be as silent as the sites. What is said holds for the addresses that this run tried, never
for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.arms import arm_of
from trigpoint.judge.runs import among, is_silence, members

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk
    from trigpoint.judge.runs import Scan

WALLED = {"run": pl.String, "address": pl.String}

LEAST_SILENT = 10
"""Addresses of sites that must be silent: so many are not down at once."""
NEARLY_ALL = 2 / 3
"""Share of the addresses that must be silent (our choice; Russian mobile lists of 2025 let 0.14 % of addresses pass,
net4people/bbs 516, and a list of targets has some of those that are listed)."""
SAME_STEP = 0.9
"""Share of the silent that must stop at the same step: a list acts on all alike, and faults of networks do not."""
LEAST_SILENT_LANDMARKS = 2
"""Networks (by AS) in which servers that are always up must be silent as well: one of them may be down, or blocked."""
LEAST_OPEN_NETWORKS = 2
"""Networks (by AS) in which something must answer: one that works is a cache of the provider, or its own site."""

_TARGET = ["m", "target"]
_STEPS = (("tcp_connects", False), ("tls_handshakes", True), ("http_round_trips", True))


def walled(scan: Scan) -> pl.DataFrame:
    """Find the addresses that an allow-list leaves unanswered: run, address.

    Args:
        scan: gives a table of the survey by its name.

    """
    runs = _looked_out(scan)
    if runs.is_empty():
        return pl.DataFrame(schema=WALLED)
    seen = _addresses(scan, runs.lazy())
    is_open, is_silent = pl.col("answered_first").is_not_null(), pl.col("stops_at").is_not_null()
    step = pl.col("stops_at").filter(is_silent).mode().sort().first()
    at_step = pl.col("stops_at") == step
    middle = pl.col("tried_first").filter(is_silent).median()
    lists = (
        seen.group_by("run")
        .agg(
            silent=(is_silent & ~pl.col("is_landmark")).sum(),
            share=is_silent.mean(),
            step=step,
            same=at_step.filter(is_silent).mean(),
            networks=pl.col("asn").filter(is_open).n_unique(),
            landmarks=pl.col("asn").filter(pl.col("is_landmark") & at_step).n_unique(),
            # Where all that answered did so before the rest fell silent, or after, an outage began or ended.
            is_between=(pl.col("answered_first").min() < middle) & (pl.col("answered_last").max() > middle),
        )
        .filter(
            pl.col("silent") >= LEAST_SILENT,
            pl.col("share") >= NEARLY_ALL,
            pl.col("same") >= SAME_STEP,
            pl.col("networks") >= LEAST_OPEN_NETWORKS,
            pl.col("landmarks") >= LEAST_SILENT_LANDMARKS,
            "is_between",
        )
    )
    behind = seen.join(lists, on="run").filter(pl.col("stops_at") == pl.col("step"))
    return behind.select("run", "address").sort("run", "address")


def _looked_out(scan: Scan) -> pl.DataFrame:
    """Find runs in which a server that is always up showed its certificate, and no VPN was on: measurement, run."""
    looked = members(scan).filter(pl.col("nettest") == "sanity").collect(engine="streaming")
    shown = (
        scan("tls_handshakes")
        .filter(pl.col("failure").is_null(), pl.col("is_verified").fill_null(value=False))
        .filter(among("measurement", looked["measurement"]))
        .select("measurement")
        .collect(engine="streaming")
    )
    sane = looked.join(shown, on="measurement", how="semi")["run"]
    runs = members(scan).filter(among("run", sane.unique())).collect(engine="streaming")
    return runs.join(runs.filter(pl.col("network_type") == "vpn"), on="run", how="anti")


def _addresses(scan: Scan, runs: pl.LazyFrame) -> pl.DataFrame:
    """Sum up what a run met at each public address.

    Returns:
        run, address, asn, is_landmark (it was looked at in ``sanity``), stops_at (``connect``, or ``later`` where
        connections open and nothing more comes; missing: it answers, or something else happened than silence),
        tried_first, answered_first and answered_last (the start of the measurement, seconds since 1970-01-01 UTC).

    """
    tried = pl.concat(
        [
            scan(table)
            .filter(pl.col("vantage") == "probe")
            .select(
                "measurement",
                "address",
                opens=pl.col("failure").is_null(),
                is_silent=is_silence(scan, table),
                is_deeper=pl.lit(value=is_deeper),
            )
            for table, is_deeper in _STEPS
        ]
    )
    facts = scan("tcp_connects").select("measurement", "address", "asn", "is_bogon")
    facts = facts.join(runs, on="measurement").group_by("run", "address").agg(pl.col("asn", "is_bogon").max())
    opens, is_deeper = pl.col("opens"), pl.col("is_deeper")
    answers = pl.col("started_at").filter(opens & is_deeper)
    return (
        tried.join(runs, on="measurement")
        .group_by("run", "address")
        .agg(
            is_strange=(~opens & ~pl.col("is_silent")).any(),
            connects=(opens & ~is_deeper).any(),
            goes_on=is_deeper.any(),
            is_landmark=(pl.col("nettest") == "sanity").any(),
            tried_first=pl.col("started_at").min(),
            answered_first=answers.min(),
            answered_last=answers.max(),
        )
        .join(facts, on=["run", "address"])
        .filter(~pl.col("is_bogon").fill_null(value=False))
        .with_columns(
            stops_at=pl.when(pl.col("is_strange") | pl.col("answered_first").is_not_null())
            .then(None)
            .when(~pl.col("connects"))
            .then(pl.lit("connect"))
            .when("goes_on")
            .then(pl.lit("later"))
        )
        .collect(engine="streaming")
    )


def walled_targets(chunk: Chunk, known: pl.DataFrame, resolvers: pl.DataFrame) -> pl.DataFrame:
    """Find the targets of which every address is behind the wall of its run: m, target, is_walled.

    An address counts that two resolvers of the probe gave, so that no single one could make it up; whoever is asked
    for by an address needs none.

    Args:
        chunk: the prepared observations.
        known: :func:`walled`.
        resolvers: m, name, address, resolvers: how many of the probe gave it.

    """
    went = ("tls_handshakes", "quic_handshakes", "http_round_trips")
    answered = pl.concat([chunk.probe(table).select(*_TARGET, "kind") for table in went])
    answered = answered.filter(pl.col("kind").is_null()).select(_TARGET).unique()
    # The ladder of QUIC goes to servers of one's own.
    of_site = arm_of().is_null()
    dialled = (chunk.probe(table).filter(of_site) for table in ("tcp_connects", "quic_handshakes"))
    tried = [steps.select(*_TARGET, "name", "address") for steps in dialled]
    is_given = (pl.col("resolvers").fill_null(0) > 1) | (pl.col("target") == pl.col("address"))
    return (
        pl.concat(tried)
        .drop_nulls("address")
        .join(chunk.measurements.select("m", run="report_id"), on="m")
        .join(known.with_columns(is_behind=True), on=["run", "address"], how="left")
        .join(resolvers, on=["m", "name", "address"], how="left")
        .group_by(_TARGET)
        .agg(is_walled=(pl.col("is_behind").fill_null(value=False) & is_given).all())
        .filter("is_walled")
        .join(answered, on=_TARGET, how="anti")
    )
