"""The frames that see a target as a whole: its endpoints, its service's need, its control, the nettest's outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.addresses import SYSTEM_ENGINES
from trigpoint.judge.arms import payloads, transfers
from trigpoint.judge.keys import STEP_TABLES
from trigpoint.model.failure import Kind
from trigpoint.reference.services import Need

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

TARGET = ["m", "target"]

# A quarter of independent servers answering is what remains when some are always down (ooni/spec ts-023: a handful of
# the directory authorities or bridges may be); fewer than that at once is not their own doing.
MOST_SHARE = 0.25
# Of twelve endpoints of one service, in four weeks of a country before and after it was blocked, 2 of 1,313
# measurements lost half or more and still had some, and none lost between five and nine; while it was blocked, 22 did.
LOST_SHARE = 0.5


def endpoints(chunk: Chunk) -> pl.DataFrame:
    """Say of each endpoint of a target whether it was reached: m, target, name, address, port, reached, fails, height.

    The highest layer that was tried decides: a connection that opens and then fails at the request is not reached.
    """
    tries = pl.concat([_tries(chunk, table, height) for height, table in enumerate(_LADDER)])
    key = [*TARGET, "name", "address", "port"]
    fine = pl.col("kind").is_null()
    return _at_highest(tries.with_columns(reached=fine, fails=~fine), key)


def _at_highest(tries: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Say of each group whether any of its highest tries reached something, and whether any failed.

    Greatest values of each group are found in one pass; to filter inside of groups takes ten times as long.

    Args:
        tries: with height, reached and fails.
        key: of the groups.

    Returns:
        The key, reached, fails and height. One row a group.

    """
    marks = ["reached", "fails"]
    return (
        tries.group_by(key)
        .agg(pl.col("height").max(), *(pl.when(mark).then("height").max().alias(mark) for mark in marks))
        .with_columns((pl.col(marks) == pl.col("height")).fill_null(value=False))
        .select(*key, *marks, "height")
    )


_LADDER = ("tcp_connects", "tls_handshakes", "http_round_trips")
_PAGE_HEIGHT = _LADDER.index("http_round_trips")


def _tries(chunk: Chunk, table: str, height: int) -> pl.DataFrame:
    frame = chunk.probe(table)
    address = pl.coalesce("address", "host") if table == "http_round_trips" else pl.col("address")
    return frame.select(
        *TARGET,
        pl.col("name").fill_null(""),
        address.fill_null("").alias("address"),
        pl.col("port").fill_null(0),
        "kind",
        height=pl.lit(height),
    )


def service_frame(chunk: Chunk, summed: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Say of each target how much of it was reached: one row a measurement and target.

    Columns: endpoints_tried, endpoints_reached, names_tried, names_reached, names_mixed, is_service, need, minimum,
    need_is_met, is_failing (enough was tried and the need is not met), is_mostly_lost (the need is met, and no more
    than half of the endpoints of which one is enough answered), network_works (something in the measurement answered).

    Args:
        chunk: the prepared observations.
        summed: :func:`endpoints`.
        names: :func:`name_frame`.

    """
    by_name = names.group_by(TARGET).agg(
        names_tried=pl.len(),
        names_reached=(pl.col("name_reached") & ~pl.col("name_is_mixed")).sum(),
        names_mixed=pl.col("name_is_mixed").sum(),
    )
    by_endpoint = summed.group_by(TARGET).agg(endpoints_tried=pl.len(), endpoints_reached=pl.col("reached").sum())
    tried, reached = pl.col("endpoints_tried"), pl.col("endpoints_reached")
    met = (
        pl.when(pl.col("need") == Need.ANY)
        .then(reached > 0)
        .when(pl.col("need") == Need.MOST)
        .then(reached > tried * MOST_SHARE)
        .otherwise((pl.col("names_tried") > 0) & (pl.col("names_reached") == pl.col("names_tried")))
    )
    return (
        targets(chunk)
        .join(by_endpoint, on=TARGET, how="left")
        .join(by_name, on=TARGET, how="left")
        .join(chunk.services.services, on="target", how="left")
        .join(_network(chunk), on="m", how="left")
        .with_columns(
            pl.col("endpoints_tried", "endpoints_reached", "names_tried", "names_reached", "names_mixed").fill_null(0),
            pl.col("network_works").fill_null(value=False),
            is_service=pl.col("need").is_not_null(),
        )
        .with_columns(need_is_met=met & pl.col("is_service"))
        .with_columns(
            is_failing=pl.col("is_service")
            & ~pl.col("need_is_met")
            & (pl.max_horizontal(tried, "names_tried") >= pl.col("minimum"))
            & ((reached == 0) | ~pl.col("is_volunteered")),
            is_mostly_lost=(
                pl.col("need_is_met")
                & (pl.col("need") == Need.ANY)
                & (tried >= pl.col("minimum"))
                & (reached <= tried * LOST_SHARE)
            ).fill_null(value=False),
        )
    )


def name_frame(chunk: Chunk, summed: pl.DataFrame) -> pl.DataFrame:
    """Say of each name whether any endpoint of it was reached: m, target, name, name_reached, name_is_mixed.

    The highest layer that was tried for it decides. A name that did not resolve was tried too; one that was only
    looked up was not.

    Args:
        chunk: the prepared observations.
        summed: :func:`endpoints`.

    """
    unresolved = chunk.probe("dns_lookups").filter(pl.col("kind").is_not_null(), pl.col("query_type") != "AAAA")
    tries = [
        unresolved.select(*TARGET, "name", reached=pl.lit(value=False), fails=pl.lit(value=True), height=pl.lit(-1)),
        summed.filter(pl.col("name") != "").select(*TARGET, "name", "reached", "fails", "height"),
    ]
    is_mixed = pl.col("reached") & pl.col("fails") & (pl.col("height") == _PAGE_HEIGHT)
    return _at_highest(pl.concat(tries), [*TARGET, "name"]).select(
        *TARGET, "name", name_reached="reached", name_is_mixed=is_mixed
    )


def _network(chunk: Chunk) -> pl.DataFrame:
    """Say whether the probe's network carried anything at all: a connection, or answers with addresses."""
    lookups = chunk.probe("dns_lookups").filter(pl.col("kind").is_null(), pl.col("answer_count") > 0)
    fine = [
        chunk.probe("tcp_connects").filter(pl.col("kind").is_null()).select("m"),
        chunk.probe("http_round_trips").filter(pl.col("kind").is_null()).select("m"),
        # One name alone may come from the memory of the router at home.
        lookups.filter(~pl.col("engine").is_in(SYSTEM_ENGINES).fill_null(value=True)).select("m"),
        lookups.group_by("m").agg(names=pl.col("name").n_unique()).filter(pl.col("names") > 1).select("m"),
    ]
    return pl.concat(fine).unique().with_columns(network_works=True)


def targets(chunk: Chunk) -> pl.DataFrame:
    """List what is assessed: m, target, with the first step of each; a measurement without steps has one too."""
    steps = pl.concat(
        [
            chunk.probe(table).select(*TARGET, "step", "pointer", "failure", "kind", table=pl.lit(table))
            for table in STEP_TABLES
        ]
    )
    from_steps = (
        steps.sort("m", "step")
        .group_by(TARGET, maintain_order=True)
        .agg(
            pl.col("step", "pointer", "table").first(),
            steps=pl.len(),
            successes=pl.col("kind").is_null().sum(),
            connections=(pl.col("kind").is_null() & (pl.col("table") != "dns_lookups")).sum(),
            failures=(pl.col("kind").is_not_null() & (pl.col("kind") != Kind.NO_ANSWER)).sum(),
        )
    )
    bare = (
        chunk.measurements.join(from_steps, on="m", how="anti")
        .join(chunk.services.defaults, on="nettest", how="left")
        .select("m", target=pl.coalesce("by_default", "target", "nettest"))
    )
    return pl.concat([from_steps, bare], how="diagonal").with_columns(
        pl.col("steps", "successes", "connections", "failures").fill_null(0)
    )


def silent_networks(chunk: Chunk) -> pl.DataFrame:
    """Find measurements in which nothing came back: m, network_is_silent.

    All that was tried beyond the device's own resolver timed out, the site and at least one other resolver too; or all
    resolvers did, that one among them, whatever else came through now and then.
    """
    silent = pl.col("kind") == Kind.TIMEOUT
    other = ~pl.col("engine").is_in(SYSTEM_ENGINES).fill_null(value=True)
    lookups = chunk.probe("dns_lookups")
    mute = lookups.group_by("m").agg(
        is_mute=silent.fill_null(value=False).all() & other.any() & ~other.all() & (pl.len() > 1)
    )
    tried = [
        lookups.filter(other).select("m", silent=silent, is_lookup=pl.lit(value=True)),
        *(
            chunk.probe(table).select("m", silent=silent, is_lookup=pl.lit(value=False))
            for table in ("tcp_connects", "tls_handshakes", "quic_handshakes", "http_round_trips")
        ),
    ]
    return (
        pl.concat(tried)
        .group_by("m")
        .agg(
            network_is_silent=pl.col("silent").fill_null(value=False).all()
            & pl.col("is_lookup").any()
            & ~pl.col("is_lookup").all()
        )
        .join(mute, on="m", how="left")
        .select("m", network_is_silent=pl.col("network_is_silent") | pl.col("is_mute").fill_null(value=False))
    )


def whole_frame(
    chunk: Chunk, service: pl.DataFrame, portals: pl.DataFrame, marks: pl.DataFrame, walled: pl.DataFrame
) -> pl.DataFrame:
    """Build the frame of targets as a whole: the measurement's own columns, its service's state, its echoes.

    Args:
        chunk: the prepared observations.
        service: :func:`service_frame`.
        portals: m of measurements in which a login page answered.
        marks: what the rest of the survey knows (:meth:`trigpoint.judge.knowledge.Knowledge.marks`).
        walled: targets that are behind an allow-list (:func:`trigpoint.judge.walls.walled_targets`).

    """
    kept = (
        "m",
        "nettest",
        "is_site",
        "input",
        pl.col("target").alias("site"),
        "network_type",
        "has_control",
        "control_failure",
        "outcome_success",
        "outcome_failure",
    )
    # The ladder of QUIC sends a datagram to see whether UDP works at all: what it comes to is not the target's.
    expected = chunk.probe("datagrams").filter(pl.col("is_echo").is_not_null() | (pl.col("protocol") == "tcp_echo"))
    expected = expected.filter(~pl.col("is_site"))
    return (
        service.join(chunk.measurements.select(*kept), on="m")
        .join(_echoes(expected), on="m", how="left")
        .join(payloads(expected), on="m", how="left")
        .join(transfers(chunk.probe("datagrams"), chunk.probe("http_round_trips")), on="m", how="left")
        .join(control_view(chunk), on="m", how="left")
        .join(silent_networks(chunk), on="m", how="left")
        .join(portals.with_columns(is_behind_portal=True), on="m", how="left")
        .join(final_pages(chunk), on=TARGET, how="left")
        .join(chunk.opened, on="m", how="left")
        .join(marks, on="m", how="left")
        .join(walled, on=TARGET, how="left")
        .with_columns(
            pl.col("echoes", "echoes_changed", "echoes_heard").fill_null(0),
            pl.col(
                "content_is_cut",
                "content_may_be_cut",
                "control_answers",
                "control_tls_refused",
                "network_is_silent",
                "is_behind_portal",
            ).fill_null(value=False),
            step=pl.col("step").fill_null(0),
            pointer=pl.col("pointer").fill_null("/test_keys"),
            table=pl.col("table").fill_null("measurements"),
            endpoint=pl.lit(None, dtype=pl.String),
            detail=pl.coalesce("control_failure", "outcome_failure"),
        )
        .sort("m", "target")
    )


def _echoes(expected: pl.DataFrame) -> pl.DataFrame:
    """Count what echo servers sent back: m, echoes, echoes_changed, echoes_heard."""
    was_cut = (pl.col("protocol") == "tcp_echo") & pl.col("kind").is_not_null()  # what came until then is no change
    return (
        expected.filter(pl.col("is_echo").is_not_null())
        .group_by("m")
        .agg(
            echoes=pl.len(),
            echoes_changed=(~pl.col("is_echo") & (pl.col("received_bytes") > 0) & ~was_cut).sum(),
            echoes_heard=(pl.col("received_bytes") > 0).sum(),
        )
    )


def control_view(chunk: Chunk) -> pl.DataFrame:
    """Sum up the control: control_answers (it got a page), control_page_kind, control_tls_refused (none completed)."""
    pages = (
        chunk.control("http_round_trips")
        .group_by("m")
        .agg(
            control_answers=(pl.col("kind").is_null() & (pl.col("status").fill_null(0) > 0)).any(),
            control_page_kind=pl.col("kind").drop_nulls().first(),
        )
    )
    handshakes = (
        chunk.control("tls_handshakes")
        .group_by("m")
        .agg(control_tls_refused=pl.col("kind").is_in(["close", "reset", "tls_alert", "tls_other"]).all())
    )
    return pages.join(handshakes, on="m", how="full", coalesce=True)


def final_pages(chunk: Chunk) -> pl.DataFrame:
    """Sum up the pages of each target: m, target, pages, final_page_fails (any at the last hop did)."""
    failed = pl.when(pl.col("kind").is_not_null()).then("hop")
    pages = chunk.probe("http_round_trips").group_by(TARGET)
    return pages.agg(pages=pl.len(), last=pl.col("hop").max(), last_failed=failed.max()).select(
        *TARGET, "pages", final_page_fails=(pl.col("last_failed") == pl.col("last")).fill_null(value=False)
    )
