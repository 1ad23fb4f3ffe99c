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

from trigpoint.judge.elsewhere import VOUCHING, attempted, summed
from trigpoint.judge.marks import marks_of
from trigpoint.judge.runs import cut_ports, lacking_v6, opened, silenced, turned_away
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
    turned_away: pl.DataFrame = _empty(run=pl.String, name=pl.String)
    """run, name: what its own servers refuse in the run (:func:`trigpoint.judge.runs.turned_away`)."""
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
    marks = None if bodies is None else marks_of(bodies)  # first, while memory holds no tables
    whole = {name: frame for look in LOOKS.values() for name, frame in look(scan).items()}
    return together(whole, [attempted(scan)], sightings(scan), scan("certificates"), marks)


def together(
    whole: Mapping[str, pl.DataFrame],
    tried: Iterable[Mapping[str, pl.DataFrame]],
    seen: Sightings,
    certificates: pl.LazyFrame,
    marks: pl.DataFrame | None,
) -> Knowledge:
    """Put together what was found in parts.

    Args:
        whole: what all of :data:`LOOKS` found.
        tried: :func:`attempted` of each share of the targets.
        seen: the sightings of all parts of the survey.
        certificates: the table of that name.
        marks: what was found in bodies.

    """
    issuers = certificates.select(leaf_sha256="sha256", issuer=pl.col("issuer").str.to_lowercase()).drop_nulls()
    leaves = seen.leaves.lazy().join(issuers, on="leaf_sha256").drop("leaf_sha256").collect(engine="streaming")
    endpoints = _vouched(seen.endpoints, _PLACE)
    return Knowledge(
        **{**whole, "cut_ports": whole["cut_ports"].join(endpoints, on=_PLACE, how="semi")},
        **summed(tried),
        pairs=_vouched(seen.pairs, [*_PAIRS]),
        authorities=_vouched(_few(leaves, [*_ISSUERS]), [*_ISSUERS]),  # leaves of one issuer share witnesses
        page_marks=marks,
    )


LOOKS: Mapping[str, Callable[[Scan], Mapping[str, pl.DataFrame]]] = MappingProxyType(
    {
        "ports": lambda scan: {"cut_ports": cut_ports(scan)},
        "walls": lambda scan: {"walled": walled(scan)},
        "families": lambda scan: {"lacking_v6": lacking_v6(scan)},
        "products": lambda scan: {"opened": opened(scan)},
        "silences": lambda scan: {"silenced": silenced(scan)},
        "refusals": lambda scan: {"turned_away": turned_away(scan)},
    }
)
"""Passes over a whole survey, since a run may lie in several parts of it. Each gives fields of :class:`Knowledge`."""

_STEP = ("measurement", "vantage", "failure", "address")
LOOKED_AT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "measurements": (
            *("id", "report_id", "nettest", "target", "started_at", "network_type"),
            *("probe_asn", "probe_cc", "software", "has_control"),
        ),
        "dns_lookups": (
            *("measurement", "vantage", "failure", "hostname", "engine", "resolver_address"),
            *("rcode", "is_authoritative", "tags"),
        ),
        "tcp_connects": (*_STEP, "port", "asn", "is_bogon"),
        "tls_handshakes": (*_STEP, "port", "server_name", "leaf_sha256", "is_verified"),
        "http_round_trips": (*_STEP, "status"),
        "certificates": ("sha256", "issuer"),
    }
)
"""Columns that a scan has to give."""

_PLACE = ["address", "port"]
_SEEN = {"pairs": [*_PAIRS], "endpoints": _PLACE, "leaves": ["leaf_sha256"]}


class Sightings(msgspec.Struct, frozen=True):
    """Where certificates verified, and who saw it: of each place no more witnesses than vouch for it.

    Columns: the place, is_run, and witness: the number of a network, or the hash of a run's name. Whether there are
    enough does not depend on which are left out, so parts of a survey may be taken together in any order.
    """

    pairs: pl.DataFrame = _empty(**_PAIRS, is_run=pl.Boolean, witness=pl.Int64)
    endpoints: pl.DataFrame = _empty(address=pl.String, port=pl.Int64, is_run=pl.Boolean, witness=pl.Int64)
    leaves: pl.DataFrame = _empty(leaf_sha256=pl.String, is_run=pl.Boolean, witness=pl.Int64)

    def and_those(self, other: Sightings) -> Sightings:
        """Add those of another part."""
        return Sightings(
            **{name: _few(pl.concat([getattr(self, name), getattr(other, name)]), what) for name, what in _SEEN.items()}
        )


def sightings(scan: Scan) -> Sightings:
    """Find the sightings of a part of a survey.

    Args:
        scan: gives a table of that part by its name.

    """
    runs = (
        scan("measurements")
        .filter(pl.col("probe_asn").is_not_null())
        .select(
            measurement="id", network="probe_asn", run=pl.coalesce("report_id", "id").hash().reinterpret(signed=True)
        )
    )
    verified = (
        scan("tls_handshakes")
        .filter(pl.col("vantage") == "probe", pl.col("failure").is_null(), pl.col("is_verified").fill_null(value=False))
        .select("measurement", "address", "port", "leaf_sha256", name="server_name")
        .join(runs, on="measurement")
        .collect(engine="streaming")
    )
    return Sightings(**{name: _few(_witnessed(verified.drop_nulls(what), what), what) for name, what in _SEEN.items()})


def _witnessed(verified: pl.DataFrame, what: list[str]) -> pl.DataFrame:
    networks = verified.select(*what, is_run=pl.lit(value=False), witness="network")
    return pl.concat([networks, verified.select(*what, is_run=pl.lit(value=True), witness="run")])


def _few(seen: pl.DataFrame, what: list[str]) -> pl.DataFrame:
    """Keep of each place as many witnesses as vouch for it, whichever they are: to sort them takes most of the time."""
    return seen.unique().group_by(*what, "is_run").head(VOUCHING)


def _vouched(seen: pl.DataFrame, what: list[str]) -> pl.DataFrame:
    """Find the places with enough networks and runs, of what :func:`_few` gave."""
    is_run = pl.col("is_run")
    return (
        seen.group_by(what)
        .agg(networks=(~is_run).sum(), runs=is_run.sum())
        .filter(pl.col("networks") >= VOUCHING, pl.col("runs") >= VOUCHING)
        .select(what)
        .sort(what)
    )
