"""What a survey as a whole knows, and one measurement alone does not.

A single forged submission must not vouch for anything, nor one network: everything here takes
:data:`VOUCHING` distinct networks with as many distinct runs (requirement R4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.judge.marks import marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

VOUCHING = 3
"""Networks, and runs, on which the same must have been seen before the survey vouches for it."""

_PAIRS = {"name": pl.String, "address": pl.String}
_ISSUERS = {"issuer": pl.String}


class Knowledge(msgspec.Struct, frozen=True):
    """What the rest of a survey vouches for, and what its bodies hold."""

    pairs: pl.DataFrame
    """name, address: where a certificate of the name verified."""
    authorities: pl.DataFrame
    """issuer (lower case): whose certificates verified."""
    marks: pl.DataFrame | None = None
    """What was found in bodies (:mod:`trigpoint.judge.marks`). Missing: a chunk brings its own bodies."""

    @staticmethod
    def nothing() -> Knowledge:
        """Know nothing: a measurement stands alone."""
        return Knowledge(pl.DataFrame(schema=_PAIRS), pl.DataFrame(schema=_ISSUERS))


def gather(
    measurements: pl.LazyFrame,
    handshakes: pl.LazyFrame,
    certificates: pl.LazyFrame,
    bodies: Iterable[pl.DataFrame] | None = None,
) -> Knowledge:
    """Go through a survey once.

    Args:
        measurements: the table of that name.
        handshakes: ``tls_handshakes``.
        certificates: the table of that name.
        bodies: the table of that name, in pieces that memory can hold.

    """
    runs = measurements.filter(pl.col("probe_asn").is_not_null()).select(
        measurement="id", probe_asn="probe_asn", run=pl.coalesce("report_id", "id")
    )
    verified = (
        handshakes.filter(
            pl.col("vantage") == "probe", pl.col("failure").is_null(), pl.col("is_verified").fill_null(value=False)
        )
        .select("measurement", "address", "leaf_sha256", name="server_name")
        .join(runs, on="measurement")
    )
    issuers = certificates.select(leaf_sha256="sha256", issuer=pl.col("issuer").str.to_lowercase())
    return Knowledge(
        pairs=_vouched(verified.drop_nulls(["name", "address"]), ["name", "address"]),
        authorities=_vouched(verified.join(issuers, on="leaf_sha256").drop_nulls("issuer"), ["issuer"]),
        marks=None if bodies is None else marks_of(bodies),
    )


def _vouched(seen: pl.LazyFrame, what: list[str]) -> pl.DataFrame:
    return (
        seen.group_by(what)
        .agg(networks=pl.col("probe_asn").n_unique(), runs=pl.col("run").n_unique())
        .filter(pl.col("networks") >= VOUCHING, pl.col("runs") >= VOUCHING)
        .select(what)
        .sort(what)
        .collect(engine="streaming")
    )
