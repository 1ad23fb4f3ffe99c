"""Evidence: pages of rows, and for each measurement that backs a claim its raw record and what the rules read in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import polars as pl

from trigpoint.errors import TrigpointError
from trigpoint.figures.states import STATES
from trigpoint.judge.steps import TOLD_TABLES, rows, told
from trigpoint.report.rows import PAGE_ROWS, RowSet, record_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trigpoint.figures.country import CountryTables, SurveyTables
    from trigpoint.report.rows import Links

Fetch: TypeAlias = Callable[[Path, str | None, int, str], bytes]
"""Gives the raw record at a path, archive member and line, as JSON bytes, if it is still the measurement of this id."""

LONGEST_VALUE = 4_000
"""Most characters of a pointed-at value on a page; the record beside it has all."""

_NOWHERE = object()


class RowsGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Verdicts of one state on a page of rows."""

    state: str
    """The state, and the anchor of the group."""
    rows: tuple[dict[str, Any], ...]
    """Verdicts, cut to the limit."""
    total: int
    """Verdicts in all."""


class RowsPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of rows."""

    row_set: RowSet
    """What is on it."""
    groups: tuple[RowsGroup, ...]
    """Its verdicts by state, signs of blocking first; a state without any has no group."""
    total: int
    """Verdicts in all."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, and what stands where its pointer leads."""

    finding: dict[str, Any]
    """Fields of the finding."""
    value: str | None
    """What the rule read, as JSON text. Missing: the record could not be read again, or the pointer leads nowhere."""
    is_cut: bool = False
    """Whether the value is longer than the page shows."""


class MeasurementPage(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement with its verdicts and the evidence of its findings."""

    measurement: str
    """Its id."""
    path: str
    """Path of the page inside the report."""
    verdicts: tuple[dict[str, Any], ...]
    """Its verdicts."""
    steps: tuple[tuple[str, ...], ...]
    """Its steps as ``trigpoint explain`` tells them, below a row of heads."""
    readings: tuple[Reading, ...]
    """Its findings."""
    record: bytes | None
    """The raw record. Missing: it could not be read again."""
    problem: str
    """Why it could not; empty otherwise."""


def rows_pages(tables: CountryTables, links: Links) -> Iterator[RowsPage]:
    """Give the pages of rows that are not empty, in the order of the plan."""
    verdicts, wholes = _keyed(tables.verdicts), _keyed(tables.wholes)
    for row_set in links.sets.values():
        rows, keyed = wholes if row_set.is_of_wholes else verdicts
        held = keyed.select(row_set.where.arg_true()).to_series()
        own = keyed["state"].gather(held)
        numbers = {state.value: held.filter(own == state.value) for state in STATES}
        yield RowsPage(row_set=row_set, groups=_groups(rows, numbers), total=len(held))


def _keyed(verdicts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give verdicts, and the same to ask for sets of them: hundreds of sets are told apart by few texts each."""
    names = pl.col("target", "network", "nettest", "day", "state")
    return verdicts, verdicts.with_columns(names.cast(pl.Categorical()))


def _groups(verdicts: pl.DataFrame, numbers: Mapping[str, pl.Series]) -> tuple[RowsGroup, ...]:
    """Show the first rows of each state. Only these are taken: sets are many, and may each be nearly all verdicts."""
    held = {state: own for state, own in numbers.items() if own.len()}
    total = sum(own.len() for own in held.values())
    limit = PAGE_ROWS if total <= PAGE_ROWS else PAGE_ROWS // max(len(held), 1)
    return tuple(
        RowsGroup(state=state, rows=tuple(verdicts[own.head(limit)].iter_rows(named=True)), total=own.len())
        for state, own in held.items()
    )


def measurement_pages(
    survey: SurveyTables, tables: CountryTables, links: Links, fetch: Fetch
) -> Iterator[MeasurementPage]:
    """Give a page for each measurement that has one, in the order of the files that records are fetched from."""
    chosen = sorted(links.records)
    verdicts = pl.concat([tables.verdicts, tables.wholes]).filter(pl.col("measurement").is_in(chosen))
    findings = _of(survey.scan("findings", [tables.country]), chosen)
    found = _by_measurement(findings.sort("measurement", "target", "layer", "rule", "table", "step", "pointer"))
    steps = told({name: _of(survey.scan(name, [tables.country]), chosen) for name in TOLD_TABLES})
    places = verdicts.sort("path", "member", "line", "measurement", "target")
    for name, own in _by_measurement(places).items():
        yield _measurement_page(name, own, tuple(rows(steps.pop(name, ()))), found.get(name, []), fetch)


def _of(table: pl.LazyFrame, chosen: list[str]) -> pl.DataFrame:
    return table.filter(pl.col("measurement").is_in(chosen)).collect()


def _by_measurement(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    return frame.rows_by_key("measurement", named=True, include_key=True)


def pointed(record: object, pointer: str) -> object:
    """Give what a JSON pointer (RFC 6901) leads to.

    >>> pointed({"a": [{"b/c": 7}]}, "/a/0/b~1c")
    7

    Raises:
        KeyError: it leads nowhere.

    """
    value = record
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isascii() and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise KeyError(pointer)
    return value


def _measurement_page(
    name: str,
    verdicts: list[dict[str, Any]],
    steps: tuple[tuple[str, ...], ...],
    findings: list[dict[str, Any]],
    fetch: Fetch,
) -> MeasurementPage:
    record, problem = _fetched(fetch, verdicts[0])
    content = _parsed(record)
    readings = tuple(_reading(row, content) for row in findings)
    return MeasurementPage(
        measurement=name,
        path=f"evidence/m-{record_name(name)}.html",
        verdicts=tuple(verdicts),
        steps=steps,
        readings=readings,
        record=record,
        problem=problem,
    )


def _fetched(fetch: Fetch, place: dict[str, Any]) -> tuple[bytes | None, str]:
    if not place["path"] or place["line"] is None:
        return None, "the survey does not tell where the record is"
    try:
        return fetch(Path(place["path"]), place["member"] or None, place["line"], place["measurement"]), ""
    except (TrigpointError, OSError) as error:
        return None, str(error)


def _parsed(record: bytes | None) -> object:
    if record is None:
        return _NOWHERE
    try:
        return json.loads(record)
    except (ValueError, RecursionError):
        return _NOWHERE


def _reading(finding: dict[str, Any], content: object) -> Reading:
    try:
        value = pointed(content, finding["pointer"]) if content is not _NOWHERE else _NOWHERE
    except KeyError:
        value = _NOWHERE
    if value is _NOWHERE:
        return Reading(finding=finding, value=None)
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return Reading(finding=finding, value=text[:LONGEST_VALUE], is_cut=len(text) > LONGEST_VALUE)
