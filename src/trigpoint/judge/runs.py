"""What a run as a whole says of the network in which it was made: many targets, one probe, one time.

**Allow-lists** (technique I7 of the sources). Nearly everything stays unanswered at the same step, and a few addresses
answer well. A cut cable, a shutdown, a spent data plan or a login page show the same, with one difference: then the
servers that are up wherever there is Internet are silent, too. So the run must have looked at these
(:mod:`trigpoint.reference.landmarks`, in ``sanity``), by their addresses, and at least one must have shown its own
certificate. What is said holds for the addresses that this run tried, never for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.arms import arm_of
from trigpoint.model.failure import Kind, kind
from trigpoint.reference.artefacts import Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.judge.keys import Chunk

WALLED = {"run": pl.String, "address": pl.String}
_TARGET = ["m", "target"]

LEAST_SILENT = 10
"""Addresses that must be silent: so many sites are not down at once."""
NEARLY_ALL = 2 / 3
"""Share of the addresses that must be silent (our choice; Russian mobile lists of 2025 let 0.14 % of addresses pass,
net4people/bbs 516, and a list of targets has some of those that are listed)."""
SAME_STEP = 0.9
"""Share of the silent that must stop at the same step: a list acts on all alike, and faults of networks do not."""
LEAST_OPEN_NETWORKS = 2
"""Networks (by AS) in which something must answer: one that works is a cache of the provider, or its own site."""

LEAST_TRIES = 3
"""Times that a resolver must have left a name unanswered (sources: 1.9, M27)."""
LIKELIEST_CHANCE = 1e-3
"""Chance by which a resolver that forgets as often as this one does would have forgotten one name each time."""

LEAST_V6_TARGETS = 5
"""Targets that must have been tried over IPv6, and over IPv4 with success, before a run is said to lack IPv6."""


def walled(scan: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Find the addresses that an allow-list leaves unanswered: run, address.

    Args:
        scan: gives a table of the survey by its name.

    """
    runs = _looked_out(scan)
    if runs.is_empty():
        return pl.DataFrame(schema=WALLED)
    seen = _addresses(scan, runs.lazy())
    silent, is_open = pl.col("stops_at").is_not_null(), pl.col("is_open")
    step = pl.col("stops_at").filter(silent)
    lists = (
        seen.group_by("run")
        .agg(
            silent=silent.sum(),
            others=(~silent).sum(),
            step=step.mode().sort().first(),
            same=(step == step.mode().sort().first()).mean(),
            networks=pl.col("asn").filter(is_open).n_unique(),
            # What fell silent in the middle of the run is an outage that began, or one that ended.
            is_mixed=(pl.col("answered_last").filter(is_open).max() > pl.col("tried_first").filter(silent).median())
            & (pl.col("answered_first").filter(is_open).min() < pl.col("tried_first").filter(silent).median()),
        )
        .filter(
            pl.col("silent") >= LEAST_SILENT,
            pl.col("silent") >= NEARLY_ALL * (pl.col("silent") + pl.col("others")),
            pl.col("same") >= SAME_STEP,
            pl.col("networks") >= LEAST_OPEN_NETWORKS,
            "is_mixed",
        )
    )
    return (
        seen.join(lists, on="run")
        .filter(pl.col("stops_at") == pl.col("step"))
        .select("run", "address")
        .sort("run", "address")
    )


def _looked_out(scan: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Find runs that saw a landmark by its certificate, without a login page or a VPN: measurement, run, started_at."""
    runs = (
        scan("measurements")
        .drop_nulls("report_id")
        .select("nettest", "network_type", "started_at", measurement="id", run="report_id")
    )
    sane = (
        scan("tls_handshakes")
        .filter(pl.col("failure").is_null(), pl.col("is_verified").fill_null(value=False))
        .join(runs.filter(pl.col("nettest") == "sanity"), on="measurement")
        .select("run")
        .unique()
    )
    hidden = runs.filter(pl.col("network_type") == "vpn").select("run").unique()
    return runs.join(sane, on="run", how="semi").join(hidden, on="run", how="anti").collect(engine="streaming")


def _addresses(scan: Callable[[str], pl.LazyFrame], runs: pl.LazyFrame) -> pl.DataFrame:
    """Sum up what a run met at each public address: run, address, asn, is_open, stops_at, times.

    ``stops_at``: ``connect``, or ``later`` where connections open and nothing more comes. Missing: it is open, or
    something else happened than silence.
    """
    probe = pl.col("vantage") == "probe"
    steps = [
        scan("tcp_connects")
        .filter(probe, ~pl.col("is_bogon").fill_null(value=False))
        .select("measurement", "address", "failure", "asn", depth=pl.lit(0)),
        scan("tls_handshakes")
        .filter(probe)
        .select("measurement", "address", "failure", asn=pl.lit(None, dtype=pl.Int64), depth=pl.lit(1)),
        scan("http_round_trips")
        .filter(probe, pl.col("alpn").fill_null("") != "h3")
        .select("measurement", "address", "failure", asn=pl.lit(None, dtype=pl.Int64), depth=pl.lit(1)),
    ]
    tried = pl.concat(steps).drop_nulls("address").join(runs, on="measurement").collect(engine="streaming")
    opens, deeper = pl.col("failure").is_null(), pl.col("depth") == 1
    silent = _is_silence(tried, "failure")
    stops = (
        pl.when(pl.col("is_strange") | pl.col("is_open"))
        .then(None)
        .when(pl.col("is_dialled") & (pl.col("connects") == 0))
        .then(pl.lit("connect"))
        .when(pl.col("goes_on"))
        .then(pl.lit("later"))
    )
    return (
        tried.group_by("run", "address")
        .agg(
            pl.col("asn").drop_nulls().first(),
            connects=(opens & ~deeper).sum(),
            is_dialled=(~deeper).any(),
            goes_on=deeper.any(),
            is_open=(opens & deeper).any(),
            is_strange=(~opens & ~silent).any(),
            tried_first=pl.col("started_at").min(),
            answered_first=pl.col("started_at").filter(opens & deeper).min(),
            answered_last=pl.col("started_at").filter(opens & deeper).max(),
        )
        .with_columns(stops_at=stops)
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
    went = [chunk.probe(table).select(*_TARGET, "kind") for table in ("tls_handshakes", "quic_handshakes")]
    answered = pl.concat([*went, chunk.probe("http_round_trips").select(*_TARGET, "kind")])
    answered = answered.filter(pl.col("kind").is_null()).select(_TARGET).unique()
    # The ladder of QUIC goes to servers of one's own.
    of_site = arm_of().is_null()
    dialled = (chunk.probe(table).filter(of_site) for table in ("tcp_connects", "quic_handshakes"))
    tried = [steps.select(*_TARGET, "name", "address") for steps in dialled]
    is_given = (pl.col("resolvers").fill_null(0) > 1) | (pl.col("name") == pl.col("address")).fill_null(value=True)
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


def lacking_v6(scan: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Find runs in which IPv6 fails for most of the targets that IPv4 reaches: run (sources: F4)."""
    runs = scan("measurements").drop_nulls(["report_id", "target"]).select("target", measurement="id", run="report_id")
    is_v6, fine = pl.col("address").str.contains(":", literal=True), pl.col("failure").is_null()
    return (
        scan("tcp_connects")
        .filter(pl.col("vantage") == "probe")
        .join(runs, on="measurement")
        .group_by("run", "target")
        .agg(tried=is_v6.any(), v6=(is_v6 & fine).any(), v4=(~is_v6 & fine).any())
        .filter("tried", "v4")
        .group_by("run")
        .agg(targets=pl.len(), share=pl.col("v6").mean())
        .filter(pl.col("targets") >= LEAST_V6_TARGETS, pl.col("share") < 1 / 2)
        .select("run")
        .sort("run")
        .collect(engine="streaming")
    )


def silenced(scan: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Find names that a resolver never answered in a run, while it answered others between: a resolver's silence (D7).

    Args:
        scan: gives a table of the survey by its name.

    Returns:
        run, name, engine, resolver_address.

    """
    who = ["run", "engine", "resolver_address"]
    runs = scan("measurements").drop_nulls("report_id").select("started_at", measurement="id", run="report_id")
    asked = (
        scan("dns_lookups")
        .filter(pl.col("vantage") == "probe")
        .select("measurement", "failure", pl.col("engine", "resolver_address").fill_null(""), name="hostname")
        .join(runs, on="measurement")
        .collect(engine="streaming")
    )
    asked = asked.with_columns(is_silent=_is_silence(asked, "failure"))
    names = asked.group_by(*who, "name").agg(
        tries=pl.len(),
        silent=pl.col("is_silent").sum(),
        first=pl.col("started_at").min(),
        last=pl.col("started_at").max(),
    )
    totals = names.group_by(who).agg(all_tries=pl.col("tries").sum(), all_silent=pl.col("silent").sum())
    never = names.filter(pl.col("tries") >= LEAST_TRIES, pl.col("silent") == pl.col("tries")).join(totals, on=who)
    # The rule of succession, so that a resolver that never forgot anything may still forget.
    rate = (pl.col("all_silent") - pl.col("silent") + 1) / (pl.col("all_tries") - pl.col("tries") + 2)
    suspected = never.filter(rate.pow(pl.col("tries")) < LIKELIEST_CHANCE)
    answered = asked.filter(~pl.col("is_silent")).select(*who, answered_at="started_at", other="name")
    return (
        suspected.join(answered, on=who)
        .filter(pl.col("other") != pl.col("name"), pl.col("answered_at").is_between("first", "last"))
        .select("run", "name", "engine", "resolver_address")
        .unique()
        .sort("run", "name", "engine", "resolver_address")
    )


def cut_ports(scan: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Find ports that never opened in a run, at addresses of which another port did: run, address, port (I3)."""
    runs = scan("measurements").drop_nulls("report_id").select(measurement="id", run="report_id")
    fine = pl.col("failure").is_null()
    ports = (
        scan("tcp_connects")
        .filter(pl.col("vantage") == "probe")
        .join(runs, on="measurement")
        .group_by("run", "address", "port")
        .agg(opens=fine.any(), tries=pl.len(), failures=pl.col("failure").unique())
        .with_columns(elsewhere=pl.col("opens").any().over("run", "address"))
        .filter(~pl.col("opens"), pl.col("elsewhere"), pl.col("tries") > 1, pl.col("failures").list.len() == 1)
        .select("run", "address", "port", failure=pl.col("failures").list.first())
        .collect(engine="streaming")
    )
    return ports.filter(_is_silence(ports, "failure")).select("run", "address", "port").sort("run", "address", "port")


def opened(scan: Callable[[str], pl.LazyFrame]) -> pl.DataFrame:
    """Find runs in which a server that is known came with the certificate of a product that opens TLS: run (F14)."""
    is_product = pl.col("issuer").str.to_lowercase().str.contains(any_of(patterns(Place.ISSUER, Scope.PRODUCT)))
    products = scan("certificates").filter(is_product).select(leaf_sha256="sha256")
    sane = scan("measurements").drop_nulls("report_id").filter(pl.col("nettest") == "sanity")
    return (
        scan("tls_handshakes")
        .filter(pl.col("vantage") == "probe")
        .join(products, on="leaf_sha256", how="semi")
        .join(sane.select(measurement="id", run="report_id"), on="measurement")
        .select("run")
        .unique()
        .sort("run")
        .collect(engine="streaming")
    )


def _is_silence(frame: pl.DataFrame, column: str) -> pl.Expr:
    silences = [one for one in frame[column].unique().drop_nulls() if kind(one) == Kind.TIMEOUT]
    return pl.col(column).is_in(silences).fill_null(value=False)
