"""What a survey as a whole knows, and one measurement alone does not.

A single forged submission must not vouch for anything, nor one network: what is taken from others' measurements takes
:data:`VOUCHING` distinct networks with as many distinct runs (requirement R4). What a run says of its own network
(:mod:`trigpoint.judge.runs`) is said of that run only.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.judge.elsewhere import VOUCHING, attempts, defects, gone, suspects
from trigpoint.judge.marks import marks_of
from trigpoint.judge.runs import cut_ports, lacking_v6, opened, silenced
from trigpoint.judge.walls import WALLED, walled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trigpoint.judge.runs import Scan

_PAIRS = {"name": pl.String, "address": pl.String}
_ISSUERS = {"issuer": pl.String}


def _empty(**schema: type[pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """What the rest of a survey vouches for, and what its bodies hold."""

    pairs: pl.DataFrame = _empty(**_PAIRS)
    """name, address: where a certificate of the name verified."""
    authorities: pl.DataFrame = _empty(**_ISSUERS)
    """issuer (lower case): whose certificates verified."""
    gone: pl.DataFrame = _empty(target=pl.String)
    """target: what works on few networks, and for no control (:func:`trigpoint.judge.elsewhere.gone`)."""
    defects: pl.DataFrame = _empty(target=pl.String, software=pl.String)
    """target, software: what fails with that program and works with others in the same networks."""
    suspects: pl.DataFrame = _empty(probe_asn=pl.Int64)
    """probe_asn: networks whose controls fail on what controls of others get."""
    walled: pl.DataFrame = pl.DataFrame(schema=WALLED)
    """run, address: what an allow-list leaves unanswered (:func:`trigpoint.judge.walls.walled`)."""
    lacking_v6: pl.DataFrame = _empty(run=pl.String)
    """run: in which IPv6 fails for most targets."""
    opened: pl.DataFrame = _empty(run=pl.String)
    """run: in which a product opens TLS."""
    silenced: pl.DataFrame = _empty(run=pl.String, name=pl.String, engine=pl.String, resolver_address=pl.String)
    """run, name, engine, resolver_address: what a resolver never answered, though it answered others between."""
    cut_ports: pl.DataFrame = _empty(run=pl.String, address=pl.String, port=pl.Int64)
    """run, address, port: silent in the run, where the address answers at another port, and open to others."""
    page_marks: pl.DataFrame | None = None
    """What was found in bodies (:mod:`trigpoint.judge.marks`). Missing: a chunk brings its own bodies."""

    @staticmethod
    def nothing() -> Knowledge:
        """Know nothing: a measurement stands alone."""
        return Knowledge()

    def marks(self, measurements: pl.DataFrame) -> pl.DataFrame:
        """Say of each measurement what the survey knows of its target, program, network and run.

        Args:
            measurements: with m, target, software, probe_asn and report_id.

        Returns:
            m, is_gone, is_defective, control_is_suspect, run_lacks_v6, run_is_opened. One row each.

        """
        known = (
            (self.gone, ["target"], "is_gone"),
            (self.defects, ["target", "software"], "is_defective"),
            (self.suspects, ["probe_asn"], "control_is_suspect"),
            (self.lacking_v6.rename({"run": "report_id"}), ["report_id"], "run_lacks_v6"),
            (self.opened.rename({"run": "report_id"}), ["report_id"], "run_is_opened"),
        )
        marked = measurements.select("m", "target", "software", "probe_asn", "report_id")
        for frame, key, mark in known:
            marked = marked.join(frame.with_columns(pl.lit(value=True).alias(mark)), on=key, how="left")
        marks = [mark for _, _, mark in known]
        return marked.select("m", pl.col(marks).fill_null(value=False))


def gather(scan: Scan, bodies: Iterable[pl.DataFrame] | None = None) -> Knowledge:
    """Go through a survey for all that it knows.

    Args:
        scan: gives a table of the survey by its name.
        bodies: the table of that name, in pieces that memory can hold.

    """
    marks = None if bodies is None else marks_of(bodies)
    return together((look(scan) for look in LOOKS.values()), marks)


def together(found: Iterable[Mapping[str, pl.DataFrame]], marks: pl.DataFrame | None) -> Knowledge:
    """Put together what :data:`LOOKS` found, and what was found in bodies."""
    fields = {name: frame for some in found for name, frame in some.items()}
    return Knowledge(**fields, page_marks=marks)


def _certificates(scan: Scan) -> dict[str, pl.DataFrame]:
    issuers = scan("certificates").select(leaf_sha256="sha256", issuer=pl.col("issuer").str.to_lowercase())
    verified = _verified(scan)
    return {
        "pairs": _vouched(verified.drop_nulls(["name", "address"]), ["name", "address"]),
        "authorities": _vouched(verified.join(issuers, on="leaf_sha256").drop_nulls("issuer"), ["issuer"]),
    }


def _attempts(scan: Scan) -> dict[str, pl.DataFrame]:
    tried = attempts(scan)
    return {"gone": gone(tried), "defects": defects(tried), "suspects": suspects(tried)}


def _ports(scan: Scan) -> dict[str, pl.DataFrame]:
    place = ["address", "port"]
    return {"cut_ports": cut_ports(scan).join(_vouched(_verified(scan).drop_nulls(place), place), on=place, how="semi")}


LOOKS: Mapping[str, Callable[[Scan], Mapping[str, pl.DataFrame]]] = MappingProxyType(
    {
        "certificates": _certificates,
        "attempts": _attempts,
        "ports": _ports,
        "walls": lambda scan: {"walled": walled(scan)},
        "families": lambda scan: {"lacking_v6": lacking_v6(scan)},
        "products": lambda scan: {"opened": opened(scan)},
        "silences": lambda scan: {"silenced": silenced(scan)},
    }
)
"""Passes over a survey, which need nothing of each other. Each gives fields of :class:`Knowledge`."""


def _verified(scan: Scan) -> pl.LazyFrame:
    """List the certificates that verified: measurement, address, port, leaf_sha256, name, probe_asn, run."""
    runs = (
        scan("measurements")
        .filter(pl.col("probe_asn").is_not_null())
        .select(measurement="id", probe_asn="probe_asn", run=pl.coalesce("report_id", "id"))
    )
    return (
        scan("tls_handshakes")
        .filter(pl.col("vantage") == "probe", pl.col("failure").is_null(), pl.col("is_verified").fill_null(value=False))
        .select("measurement", "address", "port", "leaf_sha256", name="server_name")
        .join(runs, on="measurement")
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
