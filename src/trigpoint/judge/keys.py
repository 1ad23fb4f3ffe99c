"""One chunk of observations, prepared for joining: small integer keys, kinds of failures, and what is assessed.

Strings of 64 characters make joins slow; inside a chunk a measurement is a row number (``m``), which never leaves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.judge.chains import with_chain_states
from trigpoint.judge.marks import page_marks
from trigpoint.judge.services import ServiceMap, service_frames
from trigpoint.model.failure import Kind, kind
from trigpoint.model.step import Vantage
from trigpoint.reference.artefacts import Place, Scope, any_of, patterns
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STEP_TABLES = ("dns_lookups", "tcp_connects", "tls_handshakes", "quic_handshakes", "http_round_trips", "datagrams")
"""Tables whose rows are steps."""

OWN_NETWORK_NETTESTS = ("sanity",)
"""Nettests that look at the probe's own network and assess no target: they have no verdict, and inform a run."""

UNREAD = frozenset(
    {
        *("address_country", "annotated_as_name", "annotated_asn", "as_name", "resolver_as_name", "resolver_country"),
        *("answer_type", "is_authoritative", "number", "ttl_seconds"),
        *("cipher_suite", "last_operation", "outer_server_name", "read_bytes", "read_count", "version"),
        *("host_header", "method", "written_bytes"),
        *("lab_world", "nettest_version", "platform", "probe_network", "runtime_seconds", "vantage_address"),
        *("line", "member", "path", "probe_verdict", "source", "uid"),
    }
)
"""Columns of the partitioned tables that no frame and no rule reads: a third of what a chunk would hold in memory."""

SITE_NETTESTS = ("quic", "web_connectivity")
"""Nettests that measure a site and have a control."""


class Chunk(msgspec.Struct, frozen=True):
    """Observations of some measurements, keyed by ``m`` (row number of the measurement)."""

    measurements: pl.DataFrame
    """One row a measurement, with ``m`` and ``is_site``."""
    steps: dict[str, dict[str, pl.DataFrame]]
    """Step tables by vantage and name, each with ``m``, ``kind``, ``hop`` (0 where missing) and ``target``."""
    answers: pl.DataFrame
    """DNS answers with ``m``."""
    certificates: pl.DataFrame
    """Issuers by ``leaf_sha256``."""
    bodies: pl.DataFrame
    """body_sha256, content; none where a survey's bodies were searched beforehand."""
    marks: pl.DataFrame
    """What was found in bodies, by ``body_sha256`` (:mod:`trigpoint.judge.marks`)."""
    muted: pl.DataFrame
    """m of measurements in which all handshakes of the probe with its own resolvers and helpers stalled."""
    opened: pl.DataFrame
    """m of measurements in which a program that intercepts TLS showed itself for a name that is not the site's."""
    services: ServiceMap
    """Services as frames to join with."""

    def probe(self, table: str) -> pl.DataFrame:
        """Give the rows of a step table that the probe made."""
        return self.steps["probe"][table]

    def control(self, table: str) -> pl.DataFrame:
        """Give the rows of a step table that the control made."""
        return self.steps["control"][table]


def prepare(tables: Mapping[str, pl.DataFrame], marks: pl.DataFrame | None = None) -> Chunk:
    """Key the tables of one chunk.

    Args:
        tables: observation tables by name, with the columns of :data:`trigpoint.store.schemas.TABLES`; a missing
            table counts as empty.
        marks: what was found in bodies. Missing: the bodies among the tables are searched.

    """
    full = completed(tables)
    measurements = full["measurements"]
    keys = measurements.select("m", "nettest", "is_site", "started_at", site=pl.col("target"))
    services = service_frames()
    # A record's own name (of a CNAME) is not the name that was asked for, which is "name" in every frame.
    answers = full["dns_answers"].rename({"name": "alias"})
    steps = {name: _keyed(full[name], keys) for name in STEP_TABLES}
    steps["tls_handshakes"] = with_chain_states(steps["tls_handshakes"], full["certificates"])
    names = _names_of_addresses(steps["dns_lookups"], answers)
    assigned = {name: services.assign(frame, names) for name, frame in steps.items()}
    chain = _chain(assigned["dns_lookups"], keys)
    of_targets = {name: _of_the_target(frame, chain) for name, frame in assigned.items()}
    return Chunk(
        measurements=measurements,
        steps={
            str(vantage): {name: frame.filter(pl.col("vantage") == vantage) for name, frame in of_targets.items()}
            for vantage in Vantage
        },
        answers=answers,
        certificates=full["certificates"].select(leaf_sha256="sha256", issuer=pl.col("issuer").str.to_lowercase()),
        bodies=full["bodies"].select(body_sha256="sha256", content="content"),
        marks=page_marks(full["bodies"]) if marks is None else marks,
        muted=_muted(assigned["tls_handshakes"], chain),
        opened=_opened(assigned["tls_handshakes"], chain, full["certificates"]),
        services=services,
    )


def numbered(tables: Iterable[tuple[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Number the measurements of a chunk, and give each row of a step or an answer its measurement's number, ``m``.

    A number of four bytes stands in for a text of 64: that is a fifth of the memory of a chunk. So tables that are
    loaded one by one are best given one by one.

    Args:
        tables: names and observation tables, the measurements first. A missing one counts as empty.

    Returns:
        Every table of a survey; measurements without those that assess nothing, with ``m`` and ``is_site``; of steps
        and answers the rows of these, with ``m``.

    """
    full: dict[str, pl.DataFrame] = {}
    for name, table in tables:
        if name == "measurements":
            full[name] = _assessed(table)
        elif name in (*STEP_TABLES, "dns_answers"):
            full[name] = _numbered(table, full["measurements"].select("m", value="id"))
        else:
            full[name] = table
    return full


def _assessed(measurements: pl.DataFrame) -> pl.DataFrame:
    return (
        measurements.filter(~pl.col("nettest").is_in(OWN_NETWORK_NETTESTS))
        .sort("id")
        .with_row_index("m")
        .with_columns(is_site=pl.col("nettest").is_in(SITE_NETTESTS))
    )


def completed(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Put an empty table in the place of each that is missing, and number tables that are not numbered."""
    full = {name: tables[name] if name in tables else pl.DataFrame(schema=TABLES[name].schema) for name in TABLES}
    if "m" in full["measurements"].columns:
        return full
    return numbered((name, full[name]) for name in ("measurements", *(full.keys() - {"measurements"})))


def _numbered(rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Add m. Rows of a measurement stand together, so each is looked up once and not once a row."""
    runs = rows["measurement"].rle().struct.unnest().join(numbers, on="value", how="left", maintain_order="left")
    number = runs.select(pl.col("m").repeat_by("len").explode(empty_as_null=False))["m"]
    known = rows.drop("measurement").with_columns(number)
    return known.filter(pl.col("m").is_not_null()) if number.null_count() else known


def with_each(
    frame: pl.DataFrame,
    columns: Sequence[str],
    made: Mapping[str, pl.Expr],
    alike: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """Add columns that are made of nothing but these: once for each combination that occurs, and not for each row.

    Args:
        frame: any.
        columns: of which they are made.
        made: the new columns.
        alike: what comes of it where two columns are the same text; to compare costs less than to make.

    """
    distinct = frame.select(columns).unique()
    if alike is None:
        told = distinct.with_columns(**made)
    else:
        same = (pl.col(columns[0]) == pl.col(columns[1])).fill_null(value=False)
        told = pl.concat([distinct.filter(~same).with_columns(**made), distinct.filter(same).with_columns(**alike)])
    return frame.join(told, on=columns, how="left", nulls_equal=True, maintain_order="left")


def with_kinds(steps: pl.DataFrame) -> pl.DataFrame:
    """Add what kind of failure each step ended with: each distinct failure is looked up once."""
    failures = steps["failure"].drop_nulls().unique().to_list()
    kinds = pl.DataFrame(
        {"failure": failures, "kind": [str(kind(failure)) for failure in failures]},
        schema={"failure": pl.String, "kind": pl.String},
    )
    return steps.join(kinds, on="failure", how="left", maintain_order="left")


def _keyed(steps: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    return with_kinds(steps.join(keys, on="m", how="left")).with_columns(pl.col("hop").fill_null(0))


def _chain(lookups: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """List the names of a site and of what it redirects to: m, name, is_in_chain. One row each."""
    sites = keys.filter("is_site").select("m", name="site")
    hops = lookups.filter("is_site", ~_is_marked()).select("m", "name")
    return pl.concat([sites, hops]).drop_nulls().unique().with_columns(is_in_chain=True)


def _is_marked() -> pl.Expr:
    return pl.col("tags").str.contains(r"(?:^| )service=").fill_null(value=False)


def _of_the_target(steps: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """Drop what a probe did towards its own resolvers and helpers: whether these are reached is not the site's."""
    return (
        steps.join(chain, on=["m", "name"], how="left", maintain_order="left")
        .filter(~pl.col("is_site") | ~_is_marked() | pl.col("is_in_chain"))
        .drop("is_in_chain")
    )


def _muted(handshakes: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """Find measurements in which TLS stalled with resolvers and helpers too, whose names are not the site's."""
    silent = (pl.col("kind") == Kind.TIMEOUT).fill_null(value=False)
    apart = handshakes.filter(pl.col("vantage") == "probe", "is_site", _is_marked())
    return apart.join(chain, on=["m", "name"], how="anti").group_by("m").agg(silent.all()).filter("kind").select("m")


def _opened(handshakes: pl.DataFrame, chain: pl.DataFrame, certificates: pl.DataFrame) -> pl.DataFrame:
    """Find measurements in which resolvers, helpers or an arm's innocent name came with a product's certificate."""
    is_product = pl.col("issuer").str.to_lowercase().str.contains(any_of(patterns(Place.ISSUER, Scope.PRODUCT)))
    products = certificates.filter(is_product).select(leaf_sha256="sha256")
    innocent = (
        pl.col("tags").str.contains(r"(?:^| )arm=(?:tls_)?control(?:_v6)?(?:\.\d+)?(?: |$)").fill_null(value=False)
    )
    asked = handshakes.filter(pl.col("vantage") == "probe", innocent | (pl.col("is_site") & _is_marked()))
    found = asked.join(chain, on=["m", "name"], how="anti").join(products, on="leaf_sha256", how="semi")
    return found.select("m").unique().with_columns(is_opened=True)


def _names_of_addresses(lookups: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Pair each address with the name that it was an answer for: columns m, address, name_of_address; one row a pair.

    Where one address answered several names, the name that was asked for first stands.
    """
    return (
        answers.filter(pl.col("address").is_not_null())
        .join(lookups.select("m", "step", "hostname", "hop", "vantage"), on=["m", "step"])
        .sort("m", "hop", "vantage", "step", descending=[False, False, True, False])
        .group_by("m", "address", maintain_order=True)
        .agg(name_of_address=pl.col("hostname").first())
    )
