"""Remote measurements: a server or resolver in the country is asked from outside, with a name and with innocent ones.

Hyperquack swaps the name at one server, Satellite compares one resolver's answers with control resolvers'. What the
frames gain here is of the measurement as a whole: whether the server did its part for innocent names, before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.addresses import resolver_columns
from trigpoint.model.failure import Kind
from trigpoint.reference.artefacts import CONTENT_NETWORKS, Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

HYPERQUACK = ("hyperquack", "hyperquack_discard", "hyperquack_echo", "hyperquack_http", "hyperquack_https")
"""Nettests that swap a name at a server. Without a protocol: the record does not tell which was spoken."""
SATELLITE = "satellite"
"""The nettest that asks a resolver."""
REMOTE = (*HYPERQUACK, SATELLITE)

_CUT = [str(kind) for kind in (Kind.RESET, Kind.CLOSE, Kind.TIMEOUT)]
_STEPS = ("tcp_connects", "tls_handshakes", "http_round_trips")
_VIEW = ["m", "name", "engine", "resolver_address"]


def is_keyword() -> pl.Expr:
    """Tell whether a step is of a try of the name in question."""
    return pl.col("tags").str.contains(r"(?:^| )arm=keyword(?: |$)").fill_null(value=False)


def is_innocent() -> pl.Expr:
    """Tell whether a step is of a try of an innocent name."""
    return pl.col("tags").str.contains(r"(?:^| )arm=innocent(?: |$)").fill_null(value=False)


def with_tries(frame: pl.DataFrame, chunk: Chunk) -> pl.DataFrame:
    """Add to steps what the tries of their measurement came to.

    Columns: is_keyword_try, is_as_expected, keyword_passes (some try of the name got the expected answer),
    innocent_after (an innocent name got it after the last try of the name), keyword_tries (those that connected),
    keyword_cut (of these, without any answer), keyword_pages (of these, with another answer), leaf_is_public (the
    certificate of the same try names a public authority), serves_itself (the server's network is known, and is not one
    that serves others' content).
    """
    tries = _tries(chunk)
    ours = pl.col("is_keyword_try")
    connected = ours & (pl.col("height") > 0)
    innocent = ~ours & pl.col("is_as_expected")
    summed = tries.group_by("m").agg(
        keyword_passes=(ours & pl.col("is_as_expected")).any(),
        innocent_after=(
            pl.col("transaction").filter(innocent).max() > pl.col("transaction").filter(connected).max()
        ).fill_null(value=False),
        keyword_tries=connected.sum(),
        keyword_cut=(connected & pl.col("kind").is_in(_CUT)).sum(),
        keyword_pages=(connected & pl.col("kind").is_null() & ~pl.col("is_as_expected")).sum(),
    )
    return (
        frame.join(summed, on="m", how="left")
        .join(chunk.measurements.select("m", server_asn="probe_asn"), on="m", how="left")
        .join(_public_leaves(chunk), on=["m", "transaction"], how="left")
        .with_columns(
            pl.col("keyword_passes", "innocent_after", "leaf_is_public").fill_null(value=False),
            pl.col("keyword_tries", "keyword_cut", "keyword_pages").fill_null(0),
            is_keyword_try=is_keyword() & pl.col("nettest").is_in(HYPERQUACK),
            is_as_expected=_is_as_expected(),
            serves_itself=~pl.col("server_asn").is_in(CONTENT_NETWORKS).fill_null(value=True),
        )
        .drop("server_asn")
    )


def _is_as_expected() -> pl.Expr:
    return pl.col("tags").str.contains(r"(?:^| )as_expected(?: |$)").fill_null(value=False)


def _tries(chunk: Chunk) -> pl.DataFrame:
    """Sum up each try: m, transaction, is_keyword_try, is_as_expected, kind and height of its last step."""
    steps = [
        chunk.probe(table)
        .filter(pl.col("nettest").is_in(HYPERQUACK))
        .select(
            "m",
            "transaction",
            "kind",
            is_keyword_try=is_keyword(),
            is_as_expected=_is_as_expected(),
            height=pl.lit(height) if height else pl.col("kind").is_null().cast(pl.Int32) - 1,
        )
        for height, table in enumerate(_STEPS)
    ]
    return (
        pl.concat(steps, how="vertical_relaxed")
        .sort("m", "transaction", "height")
        .group_by("m", "transaction", maintain_order=True)
        .agg(pl.all().last())
    )


def _public_leaves(chunk: Chunk) -> pl.DataFrame:
    is_public = pl.col("issuer").str.contains(any_of(patterns(Place.ISSUER, Scope.AUTHORITY)))
    return (
        chunk.probe("tls_handshakes")
        .filter(pl.col("nettest").is_in(HYPERQUACK), pl.col("kind").is_null())
        .join(chunk.certificates, on="leaf_sha256")
        .filter(is_public, ~pl.col("leaf_is_self_issued").fill_null(value=True))
        .select("m", "transaction", leaf_is_public=pl.lit(value=True))
        .unique()
    )


def with_comparison(views: pl.DataFrame, chunk: Chunk, marks: pl.DataFrame) -> pl.DataFrame:
    """Add to resolvers' views what Satellite compared.

    Args:
        views: one row a resolver's view of a name.
        chunk: the prepared observations.
        marks: what was found in pages, by body_sha256.

    Columns: control_has_address (control resolvers gave one), resolver_is_alive (innocent names were
    answered), block_page_count (addresses at which a documented block page was fetched from outside).

    """
    kept = chunk.measurements.select("m", "has_control", "control_failure")
    return (
        views.join(kept, on="m", how="left")
        .join(_block_pages(chunk, marks), on=_VIEW, how="left")
        .with_columns(
            pl.col("block_page_count").fill_null(0),
            control_has_address=pl.col("has_control").fill_null(value=False),
            resolver_is_alive=pl.col("control_failure").is_null(),
        )
        .drop("has_control", "control_failure")
    )


def _block_pages(chunk: Chunk, marks: pl.DataFrame) -> pl.DataFrame:
    """Count the addresses of each view where a fetch from outside met a documented block page."""
    fetched = (
        chunk.control("http_round_trips")
        .filter(pl.col("nettest") == SATELLITE)
        .join(marks.filter("has_block_page"), on="body_sha256")
        .select("m", "address")
        .unique()
    )
    lookups = chunk.probe("dns_lookups").filter(pl.col("nettest") == SATELLITE).with_columns(*resolver_columns())
    return (
        chunk.answers.filter(pl.col("address").is_not_null())
        .join(lookups.select("step", *_VIEW), on=["m", "step"])
        .join(fetched, on=["m", "address"])
        .group_by(_VIEW)
        .agg(block_page_count=pl.col("address").n_unique().cast(pl.Int64))
    )
