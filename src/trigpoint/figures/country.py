"""The tables of one country, as figures are computed from them: verdicts joined with their measurements."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import msgspec
import polars as pl

from trigpoint.errors import CountryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.model.provenance import ReferenceFile, Source

SMALLEST_NETWORK = 5
"""A network with fewer distinct runs is merged into :data:`OTHER_NETWORKS` where a report is published (E6)."""
UNKNOWN_NETWORK = "unknown network"
"""Networks of measurements that do not tell their AS number; not counted as a network."""
OTHER_NETWORKS = "other networks"
"""Small networks together, where a report is published; not counted as a network."""
UNKNOWN_DAY = "unknown"
"""Day of measurements without a start."""
FICTIONAL_SOFTWARE = "trigpoint-sample"
"""Beginning of the ``software`` of measurements that the sample generator wrote."""

_UNNUMBERED = "unnumbered"
_MEASUREMENT = (
    "id", "report_id", "nettest", "software", "lab_world", "probe_asn", "probe_network", "source", "path", "member",
    "line", "date",
)  # fmt: skip
_VERDICT = (
    "measurement", "target", "nettest", "probe_asn", "started_at", "state", "layer", "mechanisms", "interference",
    "explanations", "rules", "reason", "parts", "date",
)  # fmt: skip
_NAMED = ~pl.col("network").is_in([UNKNOWN_NETWORK, OTHER_NETWORKS])


class SurveyTables(Protocol):
    """What figures need of a survey; :class:`trigpoint.store.survey.Survey` has it."""

    @property
    def sources(self) -> Sequence[Source]:
        """Files that were read into the survey."""

    @property
    def versions(self) -> Mapping[str, str]:
        """What wrote the tables: name to version."""

    @property
    def references(self) -> Sequence[ReferenceFile]:
        """Files of reference data that a stage read."""

    def scan(self, table: str, countries: Sequence[str] | None = None) -> pl.LazyFrame:
        """Give a table, with columns ``date`` and ``country`` where it is partitioned."""


class CountryTables(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Measurements and verdicts of one country, in one fixed order."""

    country: str
    """ISO 3166-1 alpha-2."""
    measurements: pl.DataFrame
    """One row a measurement: ``measurement``, ``run``, ``network``, ``network_name``, ``day``, ``nettest``,
    ``software``, ``lab_world`` (empty: the real network), ``source``, ``path``, ``member``, ``line``."""
    verdicts: pl.DataFrame
    """One row a verdict: its fields, ``time`` (ISO 8601, UTC), and those of its measurement. Services as a whole are
    apart, so that every count has each thing once."""
    wholes: pl.DataFrame
    """The same of services as a whole, whose parts are among the verdicts."""
    by_source: Mapping[str, int]
    """Measurements by SHA-256 of the file that they came from."""
    networks_merged: int = 0
    """Small networks that were merged into :data:`OTHER_NETWORKS`, or withheld with it."""
    measurements_withheld: int = 0
    """Measurements withheld wholly: the small networks have too few runs even together."""
    is_coarse: bool = False
    """Whether what could point at a person was withheld (R10)."""

    @property
    def networks(self) -> tuple[str, ...]:
        """Known networks that measured, sorted by AS number."""
        return network_order(self.measurements.filter(_NAMED)["network"].unique().to_list())

    @property
    def days(self) -> tuple[str, ...]:
        """Known days with a measurement, sorted."""
        return tuple(sorted(set(self.measurements["day"].to_list()) - {UNKNOWN_DAY}))

    @property
    def period(self) -> str:
        """First and last day joined by ``/``; empty where no day is known."""
        days = self.days
        return f"{days[0]}/{days[-1]}" if days else ""

    @property
    def is_fictional(self) -> bool:
        """Whether any measurement was invented by the sample generator."""
        software = self.measurements["software"].fill_null("")
        return bool(software.str.starts_with(FICTIONAL_SOFTWARE).any())

    @cached_property
    def lab_worlds(self) -> tuple[str, ...]:
        """Worlds of the lab in which measurements were made, sorted. Every page asks."""
        return tuple(sorted({*self.measurements["lab_world"].unique()} - {""}))

    @cached_property
    def lab_measurements(self) -> int:
        """How many measurements were made in the lab."""
        return int((self.measurements["lab_world"] != "").sum())


def network_order(networks: Sequence[str]) -> tuple[str, ...]:
    """Sort networks by AS number, those without one last.

    >>> network_order(["AS100", "unknown network", "AS9"])
    ('AS9', 'AS100', 'unknown network')
    """
    return tuple(sorted(networks, key=lambda name: (not name.startswith("AS"), len(name), name)))


def load(survey: SurveyTables, country: str) -> CountryTables:
    """Read what is known of one country.

    Raises:
        CountryError: the survey has no measurements of it; names the countries that there are.

    """
    measurements = survey.scan("measurements", [country]).select(_MEASUREMENT).collect()
    if measurements.is_empty():
        there = survey.scan("measurements").select(pl.col("country").unique().sort()).collect()["country"].to_list()
        known = f"it has {', '.join(there)}" if there else "it has none at all"
        message = f"the survey has no measurements of {country}; {known}"
        raise CountryError(message)
    measurements = _prepared(measurements)
    verdicts = survey.scan("verdicts", [country]).select(_VERDICT).collect()
    is_whole = pl.col("parts").fill_null("") != ""
    return CountryTables(
        country=country,
        measurements=measurements,
        verdicts=_joined(verdicts.filter(~is_whole).drop("parts"), measurements),
        wholes=_joined(verdicts.filter(is_whole).drop("parts"), measurements),
        by_source=_by_source(measurements),
    )


def coarsened(tables: CountryTables) -> CountryTables:
    """Withhold what could point at a person: exact times, paths, small networks, names of runs, reasons (R10, E6).

    Measurements without the number of their run count together as one run here: nothing shows that they are more.
    Small networks that have too few runs even together are withheld.

    Raises:
        CountryError: nothing is left.

    """
    is_numbered = ~pl.col("run").str.starts_with(_UNNUMBERED)
    run = pl.when(is_numbered).then(pl.col("run")).otherwise(pl.lit(_UNNUMBERED))
    runs = tables.measurements.filter(_NAMED).group_by("network").agg(run.n_unique())
    large = sorted(runs.filter(pl.col("run") >= SMALLEST_NETWORK)["network"].to_list())
    is_small = _NAMED & ~pl.col("network").is_in(large)
    is_kept = pl.lit(value=True)
    if tables.measurements.filter(is_small).select(run.n_unique()).item() < SMALLEST_NETWORK:
        is_kept = ~is_small
    measurements = tables.measurements.filter(is_kept)
    if measurements.is_empty():
        few = f"its networks have fewer than {SMALLEST_NETWORK} distinct runs even together"
        message = f"nothing of {tables.country} can be published: {few}"
        raise CountryError(message)
    return msgspec.structs.replace(
        tables,
        measurements=_sorted(_anonymous(measurements, tables, is_small)),
        verdicts=_without_persons(tables.verdicts.filter(is_kept), tables, is_small),
        wholes=_without_persons(tables.wholes.filter(is_kept), tables, is_small),
        by_source=_by_source(measurements),
        networks_merged=runs.height - len(large),
        measurements_withheld=tables.measurements.height - measurements.height,
        is_coarse=True,
    )


def _without_persons(verdicts: pl.DataFrame, tables: CountryTables, is_small: pl.Expr) -> pl.DataFrame:
    told = _anonymous(verdicts, tables, is_small)
    return _ordered(told.with_columns(pl.lit("").alias("reason"), pl.col("day").alias("time")))


def _anonymous(frame: pl.DataFrame, tables: CountryTables, is_small: pl.Expr) -> pl.DataFrame:
    names = {column: {*tables.measurements[column], *tables.verdicts[column]} for column in ("run", "measurement")}
    return frame.with_columns(
        pl.when(is_small).then(pl.lit(OTHER_NETWORKS)).otherwise(pl.col("network")).alias("network"),
        pl.when(is_small).then(pl.lit("")).otherwise(pl.col("network_name")).alias("network_name"),
        *(pl.lit("").alias(name) for name in ("path", "member", "source")),
        pl.lit(None, pl.Int64()).alias("line"),
        *(pl.col(column).replace_strict(_numbers(column, names[column])) for column in names),
    )


def _numbers(word: str, names: set[str]) -> dict[str, str]:
    """Number names in the order of their hashes: they tell time and network, or find the record in an archive."""
    ordered = sorted(names, key=lambda name: hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest())
    return {name: f"{word} {number}" for number, name in enumerate(ordered, start=1)}


def _by_source(measurements: pl.DataFrame) -> dict[str, int]:
    return dict(measurements.group_by("source").len().sort("source").iter_rows())


def _prepared(measurements: pl.DataFrame) -> pl.DataFrame:
    asn = pl.col("probe_asn")
    network = pl.when(asn.is_null()).then(pl.lit(UNKNOWN_NETWORK)).otherwise(pl.format("AS{}", asn))
    frame = (
        measurements.sort("id", "source", "member", "line")
        .unique("id", keep="first", maintain_order=True)
        .with_columns(
            pl.col("member", "lab_world").fill_null(""), network=network, day=pl.col("date").cast(pl.String())
        )
        # without a number of its run a measurement cannot prove to be one of its own
        .with_columns(run=pl.coalesce("report_id", pl.format(f"{_UNNUMBERED} {{}} {{}}", "network", "day")))
        .rename({"id": "measurement"})
    )
    names = (
        frame.filter(pl.col("probe_network").is_not_null(), pl.col("network") != UNKNOWN_NETWORK)
        .group_by("network", "probe_network")
        .len()
        .sort("network", "len", "probe_network", descending=[False, True, False])
        .unique("network", keep="first", maintain_order=True)
        .select("network", network_name="probe_network")
    )
    joined = frame.join(names, on="network", how="left").with_columns(pl.col("network_name").fill_null(""))
    return _sorted(joined.drop("report_id", "probe_asn", "probe_network", "date"))


def _joined(verdicts: pl.DataFrame, measurements: pl.DataFrame) -> pl.DataFrame:
    asn = pl.col("probe_asn")
    network = pl.when(asn.is_null()).then(pl.lit(UNKNOWN_NETWORK)).otherwise(pl.format("AS{}", asn))
    time = pl.from_epoch((pl.col("started_at") * 1000).cast(pl.Int64()), "ms").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    day = pl.col("date").cast(pl.String())
    frame = verdicts.with_columns(own_network=network, day=day, time=time.fill_null(UNKNOWN_DAY)).drop("date")
    facts = measurements.drop("nettest", "day", "software")
    joined = frame.join(facts, on="measurement", how="left").with_columns(
        pl.coalesce("network", "own_network").alias("network"),
        pl.col("network_name", "lab_world", "path", "member", "source").fill_null(""),
        pl.col("run").fill_null(_UNNUMBERED),
        pl.col("layer").fill_null(""),
    )
    return _ordered(joined.drop("own_network", "probe_asn", "started_at"))


def _sorted(measurements: pl.DataFrame) -> pl.DataFrame:
    return measurements.sort("day", "network", "measurement")


def _ordered(verdicts: pl.DataFrame) -> pl.DataFrame:
    return verdicts.sort("target", "time", "network", "measurement")
