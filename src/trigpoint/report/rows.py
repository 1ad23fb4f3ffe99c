"""Rows behind a number: sets of verdicts, each a page of its own, and the links that lead there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.figures.country import network_order
from trigpoint.figures.states import HAS_SIGNS, STATES
from trigpoint.report.language import N_, gettext, phrase
from trigpoint.report.matrix import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.figures.country import CountryTables
    from trigpoint.model.figure import Figure

PAGE_ROWS = 200
"""Most rows on one page, shared by the states where there are more; all are in ``data/verdicts.csv``."""
MOST_SETS = 1_500
"""Most pages of rows in a report; beyond, a number leads to the CSV."""
MOST_NETTESTS = 50
"""Most tests with a page of rows: their names come from the records."""
MOST_NETWORKS = 300
"""Most networks with a page of rows."""
MOST_RECORDS = 2_000
"""Most raw records that are copied beside a report."""
RECORD_RULE = N_(
    "signs of blocking first, then down and not decided, then reached with an explanation or interference, "
    "then plainly reached; by target and time within each"
)
"""Which measurements have a page and a raw record where :data:`MOST_RECORDS` cuts."""
ALL_ROWS = "data/verdicts.csv"
"""Where every verdict of a report stands."""
PAGE_TABLES = frozenset(
    {"blocked_targets", "cell_targets", "cells", "days", "interference", "matrix", "mechanisms", "nettests", "networks",
     "openness_countries", "openness_shares", "rejects", "services", "sources", "uncounted"}
)  # fmt: skip
"""Tables that stand on the page itself, each with the anchor ``table-NAME``."""

_UNSAFE = re.compile(r"[^a-z0-9_.-]+")
_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 60
_KINDS = {
    "state": N_("Verdicts by state: {name}"),
    "mechanism": N_("Verdicts with the mechanism {name}"),
    "interference": N_("Verdicts with interference without blocking: {name}"),
    "explanation": N_("Verdicts not counted as blocking: {name}"),
    "network": N_("Verdicts on {name}"),
    "nettest": N_("Verdicts of the test {name}"),
    "day": N_("Verdicts of {name}"),
    "service": N_("Verdicts of {name} as a whole"),
    "target": N_("Verdicts of {name}"),
}
_OWN_WORDS = frozenset({"state", "mechanism", "interference", "explanation", "network", "day"})
"""Kinds whose names are ours, not measured."""


class RowSet(msgspec.Struct, frozen=True, kw_only=True):
    """Verdicts behind a number."""

    ref: str
    """Kind and name joined by ``:``."""
    title: str
    """Heading of the page."""
    where: pl.Expr
    """Which verdicts."""
    is_of_wholes: bool = False
    """Whether they are those of services as a whole."""

    @property
    def path(self) -> str:
        """Path of the page inside the report."""
        kind, name = self.ref.split(":", 1)
        return f"evidence/{kind}-{slug(name)}.html"


def family_of(figure: Figure) -> str:
    """Give the name of the page on which the evidence of a figure of statistics stands: the first word of its metric.

    Figures of one family stand on the same sources, and each page has a head of its own: ``internet``, ``ipv4``,
    ``index``, ``cited``.
    """
    return re.split(r"[._]", figure.metric or figure.id, maxsplit=1)[0]


def evidence_of(figure: Figure) -> str:
    """Give the link to the evidence of a figure of statistics, from the top folder of the report."""
    return f"evidence/figures-{slug(family_of(figure))}.html#{figure.id}"


def is_counted(figure: Figure) -> bool:
    """Tell whether a figure was counted from rows of the survey, not published or computed from figures."""
    return not figure.rows.startswith(("record:", "figures:"))


class Links(msgspec.Struct, frozen=True):
    """Where the rows behind each number are."""

    sets: Mapping[str, RowSet]
    """Sets that have a page, by ref."""
    records: frozenset[str]
    """Measurements that have a page of their own."""

    def href(self, ref: str) -> str:
        """Give the link to the rows behind a number, from the top folder of the report."""
        if ref in self.sets:
            return self.sets[ref].path
        kind, name = ref.split(":", 1)
        if kind != "data":
            return ALL_ROWS
        return f"#table-{name}" if name in PAGE_TABLES else f"data/{name}.csv"

    def evidence(self, figure: Figure) -> str:
        """Give the link to what is behind a figure, from the top folder of the report."""
        return self.href(figure.rows) if is_counted(figure) else evidence_of(figure)

    def group(self, ref: str, state: str) -> str:
        """Give the link to the rows of one state behind a number, from the top folder of the report."""
        return f"{self.sets[ref].path}#{state}" if ref in self.sets else self.href(ref)

    def measurement(self, measurement: str) -> str | None:
        """Give the link to the page of a measurement, from the top folder. ``None``: it has none."""
        return f"evidence/m-{record_name(measurement)}.html" if measurement in self.records else None


def slug(name: str) -> str:
    """Give a safe file name, different for different names.

    >>> slug("tls.reset"), slug("../x")
    ('tls.reset', 'x-d6b96a97d147')
    """
    safe = _UNSAFE.sub("-", name.lower())[:_LONGEST_NAME].strip("-.")
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return safe if safe == name and safe else f"{safe}-{mark}"


def record_name(measurement: str) -> str:
    """Give the file name of a measurement: its id, or the hash of one that is not a hash itself."""
    return measurement if _HEX.fullmatch(measurement) else hashlib.sha256(measurement.encode()).hexdigest()


def plan(tables: CountryTables, matrix_targets: tuple[str, ...], days: tuple[str, ...], *, has_records: bool) -> Links:
    """Decide which sets of rows and which measurements get a page, in one fixed order up to the limits."""
    sets: dict[str, RowSet] = {}
    for row_set in chain(_services(tables.wholes), _sets(tables.verdicts, matrix_targets, days)):
        if len(sets) == MOST_SETS:
            break
        sets.setdefault(row_set.ref, row_set)
    return Links(sets, frozenset(_records(tables.verdicts)) if has_records else frozenset())


def _is_noted() -> pl.Expr:
    """Tell which verdicts give their target a page: all but a target reached without interference."""
    return (pl.col("state") != "ok") | (pl.col("interference") != "")


def _records(verdicts: pl.DataFrame) -> list[str]:
    wanted = verdicts.with_columns(rank=_record_rank()).sort("rank", "target", "time", "measurement")
    return wanted.unique("measurement", keep="first", maintain_order=True)["measurement"].head(MOST_RECORDS).to_list()


def _record_rank() -> pl.Expr:
    """Rank verdicts as :data:`RECORD_RULE` tells."""
    is_explained = (pl.col("explanations") != "") | (pl.col("interference") != "")
    return pl.when(HAS_SIGNS).then(0).when(pl.col("state") != "ok").then(1).when(is_explained).then(2).otherwise(3)


def _sets(verdicts: pl.DataFrame, matrix_targets: tuple[str, ...], days: tuple[str, ...]) -> Iterator[RowSet]:
    for state in STATES:
        yield _row_set("state", state.value, pl.col("state") == state.value)
    yield _row_set("interference", "all", ~HAS_SIGNS & (pl.col("interference") != ""))
    for name in _words(verdicts.filter(HAS_SIGNS), "mechanisms"):
        yield _row_set("mechanism", name, HAS_SIGNS & _has_word("mechanisms", name))
    yield _row_set("mechanism", "not told", HAS_SIGNS & (pl.col("mechanisms") == ""))
    for name in _words(verdicts, "interference"):
        yield _row_set("interference", name, ~HAS_SIGNS & _has_word("interference", name))
    for name in _words(verdicts.filter(~HAS_SIGNS), "explanations"):
        yield _row_set("explanation", name, ~HAS_SIGNS & _has_word("explanations", name))
    bare = ~HAS_SIGNS & (pl.col("explanations") == "") & (pl.col("state") != "ok")
    yield _row_set("explanation", "none", bare)
    for nettest in sorted(verdicts["nettest"].unique().to_list())[:MOST_NETTESTS]:
        yield _row_set("nettest", nettest, pl.col("nettest") == nettest)
    for day in days:
        yield _row_set("day", day, pl.col("day") == day)
    for network in network_order(verdicts["network"].unique().to_list())[:MOST_NETWORKS]:
        yield _row_set("network", network, pl.col("network") == network)
    noted = verdicts.filter(_is_noted())["target"].unique().to_list()
    for target in [*matrix_targets, *sorted(noted)]:
        yield _row_set("target", target, pl.col("target") == target)


def _services(wholes: pl.DataFrame) -> Iterator[RowSet]:
    for service in sorted(wholes["target"].unique().to_list()):
        yield _row_set("service", service, pl.col("target") == service, is_of_wholes=True)


def _row_set(kind: str, name: str, where: pl.Expr, *, is_of_wholes: bool = False) -> RowSet:
    shown = phrase(LABELS.get(name, name)) if kind in _OWN_WORDS else name
    title = gettext(_KINDS[kind]).format(name=shown)
    return RowSet(ref=f"{kind}:{name}", title=title, where=where, is_of_wholes=is_of_wholes)


def _words(verdicts: pl.DataFrame, column: str) -> list[str]:
    return sorted({word for text in verdicts[column].unique().to_list() for word in text.split()})


def _has_word(column: str, word: str) -> pl.Expr:
    return (pl.lit(" ") + pl.col(column) + pl.lit(" ")).str.contains(f" {word} ", literal=True)
