"""What a run as a whole says of the network in which it was made: many targets, one probe, one time.

What is said holds for that run only. A run is named by its ``report_id``; measurements without one are in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.arms import arm_of
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dns_message import NOERROR, REFUSED, SERVFAIL
from trigpoint.reference.artefacts import Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from collections.abc import Callable

    Scan = Callable[[str], pl.LazyFrame]

LEAST_TRIES = 3
"""Times that a resolver must have left a name unanswered (sources: 1.9, M27)."""
LIKELIEST_CHANCE = 1e-3
"""Chance by which a resolver that forgets as often as this one does would have forgotten one name each time."""

LEAST_V6_TARGETS = 5
"""Targets that must have been tried over IPv6, and over IPv4 with success, before a run is said to lack IPv6."""

_PROBE = pl.col("vantage") == "probe"
_FINE = pl.col("failure").is_null()


def members(scan: Scan) -> pl.LazyFrame:
    """List the measurements that are part of a run: measurement, run, nettest, network_type, target, started_at.

    Args:
        scan: gives a table of the survey by its name.

    """
    return (
        scan("measurements")
        .drop_nulls("report_id")
        .select("nettest", "network_type", "target", "started_at", measurement="id", run="report_id")
    )


def is_silence(scan: Scan, table: str) -> pl.Expr:
    """Tell whether a step of a table ended in silence: each distinct failure is looked up once."""
    found = scan(table).select(pl.col("failure").drop_nulls().unique()).collect(engine="streaming")["failure"]
    silences = [failure for failure in found.sort() if kind(failure) == Kind.TIMEOUT]
    return pl.col("failure").is_in(silences).fill_null(value=False)


def among(column: str, values: pl.Series) -> pl.Expr:
    """Tell whether a column has one of few values: a join would hold the many rows that have none."""
    return pl.col(column).is_in(values.implode())


def _members_of_runs_with(scan: Scan, steps: pl.LazyFrame, least: int = 1) -> pl.DataFrame:
    """List the members of the runs that have so many of some steps: most runs have few, and memory holds no others."""
    counted = steps.group_by("measurement").len().collect(engine="streaming")
    found = members(scan).filter(among("measurement", counted["measurement"])).collect(engine="streaming")
    runs = found.join(counted, on="measurement").group_by("run").agg(pl.col("len").sum()).filter(pl.col("len") >= least)
    return members(scan).filter(among("run", runs["run"])).collect(engine="streaming")


def lacking_v6(scan: Scan) -> pl.DataFrame:
    """Find runs in which IPv6 fails for most of the targets that IPv4 reaches: run (sources: F4)."""
    is_v6 = pl.col("address").str.contains(":", literal=True)
    connects = scan("tcp_connects").filter(_PROBE)
    runs = _members_of_runs_with(scan, connects.filter(is_v6, ~_FINE), LEAST_V6_TARGETS // 2 + 1)
    return (
        connects.filter(among("measurement", runs["measurement"]))
        .join(runs.lazy().drop_nulls("target"), on="measurement")
        .group_by("run", "target")
        .agg(tried=is_v6.any(), v6=(is_v6 & _FINE).any(), v4=(~is_v6 & _FINE).any())
        .filter("tried", "v4")
        .group_by("run")
        .agg(targets=pl.len(), share=pl.col("v6").mean())
        .filter(pl.col("targets") >= LEAST_V6_TARGETS, pl.col("share") < 1 / 2)
        .select("run")
        .sort("run")
        .collect(engine="streaming")
    )


def silenced(scan: Scan) -> pl.DataFrame:
    """Find names that a resolver never answered in a run, while it answered others between: silence by name (D7).

    Args:
        scan: gives a table of the survey by its name.

    Returns:
        run, name, engine, resolver_address.

    """
    who = ["run", "engine", "resolver_address"]
    silent = is_silence(scan, "dns_lookups")
    runs = _members_of_runs_with(scan, scan("dns_lookups").filter(_PROBE, silent), LEAST_TRIES)
    asked = (
        scan("dns_lookups")
        .filter(_PROBE, among("measurement", runs["measurement"]))
        .select(
            "measurement",
            pl.col("engine", "resolver_address").fill_null(""),
            name="hostname",
            is_silent=silent,
        )
        .join(runs.lazy().select("measurement", "run", "started_at"), on="measurement")
        .collect(engine="streaming")
        .lazy()
    )
    names = asked.group_by(*who, "name").agg(
        tries=pl.len().cast(pl.Int64),
        silent=pl.col("is_silent").sum().cast(pl.Int64),
        first=pl.col("started_at").min(),
        last=pl.col("started_at").max(),
    )
    totals = names.group_by(who).agg(all_tries=pl.col("tries").sum(), all_silent=pl.col("silent").sum())
    # The rule of succession, so that a resolver that never forgot anything may still forget.
    rate = (pl.col("all_silent") - pl.col("silent") + 1) / (pl.col("all_tries") - pl.col("tries") + 2)
    suspected = (
        names.filter(pl.col("tries") >= LEAST_TRIES, pl.col("silent") == pl.col("tries"))
        .join(totals, on=who)
        .filter(rate.pow(pl.col("tries")) < LIKELIEST_CHANCE)
    )
    key = ["run", "name", "engine", "resolver_address"]
    answered = asked.filter(~pl.col("is_silent")).select(*who, answered_at="started_at", other="name")
    return (
        answered.join(suspected, on=who)
        .filter(pl.col("other") != pl.col("name"), pl.col("answered_at").is_between("first", "last"))
        .select(key)
        .unique()
        .sort(key)
        .collect(engine="streaming")
    )


def turned_away(scan: Scan) -> pl.DataFrame:
    """Find names whose own servers refused or failed whenever a run asked them, and another's answered (M25, V1).

    The other's must have answered with authority, each time: a resolver that takes all of DNS on the way does not.

    Args:
        scan: gives a table of the survey by its name.

    Returns:
        run, name.

    """
    walks = members(scan).filter(pl.col("nettest") == "delegation").collect(engine="streaming")
    asked = (
        scan("dns_lookups")
        .filter(_PROBE, among("measurement", walks["measurement"]))
        .select("measurement", "rcode", "is_authoritative", name="hostname", arm=arm_of())
        .join(walks.lazy().select("measurement", "run"), on="measurement")
        .collect(engine="streaming")
    )
    refuses = pl.col("rcode").is_in([REFUSED, SERVFAIL]).fill_null(value=False)
    answers = (pl.col("rcode") == NOERROR) & pl.col("is_authoritative")
    own = asked.filter(pl.col("arm") == "target").group_by("measurement", "run", "name").agg(refuses=refuses.all())
    others = (
        asked.filter(pl.col("arm") == "control")
        .group_by("measurement")
        .agg(answers=answers.fill_null(value=False).all())
    )
    found = own.join(others, on="measurement").filter("refuses", "answers")
    return found.select("run", "name").unique().sort("run", "name")


def cut_ports(scan: Scan) -> pl.DataFrame:
    """Find ports that stayed silent in a run, at addresses of which another port opened: run, address, port (I3)."""
    place = ["run", "address", "port"]
    connects = scan("tcp_connects").filter(_PROBE).with_columns(is_silent=is_silence(scan, "tcp_connects"))
    runs = _members_of_runs_with(scan, connects.filter("is_silent"), least=2)  # it must have been tried twice
    return (
        connects.filter(among("measurement", runs["measurement"]))
        .join(runs.lazy(), on="measurement")
        .group_by(place)
        .agg(opens=_FINE.any(), is_silent=pl.col("is_silent").all(), tries=pl.len())
        .with_columns(elsewhere=pl.col("opens").any().over("run", "address"))
        .filter("is_silent", "elsewhere", pl.col("tries") > 1)
        .select(place)
        .sort(place)
        .collect(engine="streaming")
    )


def opened(scan: Scan) -> pl.DataFrame:
    """Find runs in which a server that is known came with the certificate of a product that opens TLS: run (F14).

    None such server may have shown its own: who opens everything opens that too, and a record that somebody put into
    another's run cannot take back what the run saw.
    """
    is_product = pl.col("issuer").str.to_lowercase().str.contains(any_of(patterns(Place.ISSUER, Scope.PRODUCT)))
    products = scan("certificates").filter(is_product).select(leaf_sha256="sha256")
    sane = members(scan).filter(pl.col("nettest") == "sanity").select("measurement", "run").collect(engine="streaming")
    handshakes = scan("tls_handshakes").filter(_PROBE, among("measurement", sane["measurement"]))
    shown = handshakes.join(sane.lazy(), on="measurement")
    own = shown.filter(_FINE, pl.col("is_verified").fill_null(value=False))
    return (
        shown.join(products, on="leaf_sha256", how="semi")
        .join(own, on="run", how="anti")
        .select("run")
        .unique()
        .sort("run")
        .collect(engine="streaming")
    )
