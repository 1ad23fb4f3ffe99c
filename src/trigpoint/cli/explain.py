"""``trigpoint explain``: the whole chain from the steps of one measurement to its verdicts."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import polars as pl

from trigpoint import archive
from trigpoint.cli import options
from trigpoint.cli.columns import aligned, plain
from trigpoint.cli.library import fingerprints_in
from trigpoint.cli.rules import says
from trigpoint.cli.words import told
from trigpoint.errors import InputError
from trigpoint.judge import steps
from trigpoint.judge.chain import chain as chain_of
from trigpoint.judge.survey import known, tables_of
from trigpoint.model.measurement import Measurement
from trigpoint.observe import tables
from trigpoint.store.manifest import MANIFEST_NAME
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trigpoint.judge.chain import Fired, Judged, Near
    from trigpoint.judge.conditions import Condition

SHORTEST = 6
"""Characters of an id that are enough, if no other measurement's begins alike."""

_SHOWN = 5
_LONGEST = 100


@click.command()
@click.argument("measurement")
@click.option(
    "--in",
    "place",
    type=click.Path(path_type=Path),
    metavar="PLACE",
    help="Survey, file or folder that holds the measurement.",
)
@click.option("--target", help="Explain the verdict on this target only.")
@options.reference
@options.quiet
def explain(measurement: str, place: Path | None, target: str | None, folder: Path | None, *, quiet: bool) -> None:
    """Explain the verdicts of one measurement: its steps, what was compared, the rules that fired, what nearly did.

    MEASUREMENT is its name in the archive, its id or how that begins, with --in; or FILE:LINE, or a FILE that holds
    no other. In a survey the other measurements inform the verdict; one from a file stands alone.

    \b
    Example:
      trigpoint explain 3f2a9c --in iran/survey
      trigpoint explain measurements.jsonl:7
    """
    fingerprints = fingerprints_in(folder, quiet=quiet)
    if place is not None and (place / MANIFEST_NAME).is_file():
        survey = Survey.open(place)
        held = _in_survey(survey, measurement)
        judged = chain_of(held, known(survey), fingerprints)
    else:
        held = tables([_in_files(place, measurement) if place else _at(measurement)])
        judged = chain_of(held, fingerprints=fingerprints)
    wanted = [verdict for verdict in judged if target in {None, verdict.verdict["target"]}]
    if not wanted:
        names = ", ".join(verdict.verdict["target"] for verdict in judged)
        message = f"{measurement} has no target {target}; it has {names}"
        raise InputError(message)
    click.echo("\n".join(chain(_head(held["measurements"].row(0, named=True)), _steps(held), *map(_verdict, wanted))))


def _in_survey(survey: Survey, name: str) -> Mapping[str, pl.DataFrame]:
    begins = pl.col("id").str.starts_with(name) if len(name) >= SHORTEST else pl.lit(value=False)
    found = survey.scan("measurements").filter((pl.col("uid") == name) | begins).select("id", "uid", "country")
    rows = found.sort("id").collect()
    _check_one(rows["id"].to_list(), name, survey.path)
    survey.verify(rows["country"][0])
    return tables_of(survey, rows["id"][0], rows["country"][0])


def _check_one(ids: list[str], name: str, place: Path) -> None:
    if len(ids) == 1:
        return
    some = ", ".join(ids[:_SHOWN])
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    none = "no measurement has this name or id" if len(name) >= SHORTEST else f"give at least {SHORTEST} characters"
    what = f"{len(ids)} measurements begin so: {some}{more}" if ids else none
    message = f"{name}, {place}: {what}"
    raise InputError(message)


def _records(path: Path) -> Iterator[Measurement]:
    records = chain.from_iterable(archive.read(file) for file in archive.expand([path])[0])
    return (record for record in records if isinstance(record, Measurement))


def _in_files(place: Path, name: str) -> Measurement:
    """Find a measurement by its name, its id or how that begins; the same record twice is one."""
    alike: dict[str, Measurement] = {}
    for record in _records(place):
        if name in {record.uid, record.id}:
            return record
        if len(name) >= SHORTEST and record.id.startswith(name):
            alike[record.id] = record
    _check_one(sorted(alike), name, place)
    return next(iter(alike.values()))


def _at(name: str) -> Measurement:
    """Find a measurement by FILE:LINE, or by FILE where it holds one."""
    path, _, line = name.rpartition(":")
    if path and line.isdecimal() and not Path(name).exists():
        found = next((record for record in _records(Path(path)) if record.line == int(line)), None)
        if found is None:
            message = f"{path} has no readable measurement at line {line}"
            raise InputError(message)
        return found
    first = list(islice(_records(Path(name)), 2))
    if len(first) != 1:
        what = "more than one measurement: say which as FILE:LINE, or by name with --in" if first else "no measurement"
        message = f"{name} holds {what}"
        raise InputError(message)
    return first[0]


def _head(row: Mapping[str, Any]) -> Iterator[str]:
    began = "unknown time" if row["started_at"] is None else f"{_utc(row['started_at'])}"
    network = "unknown network" if row["probe_asn"] is None else f"AS{row['probe_asn']}"
    test = " ".join(part for part in (row["nettest"], row["nettest_version"]) if part)
    member = f", member {row['member']}" if row["member"] else ""
    yield f"Measurement {row['uid'] or row['id']}"
    pairs = (
        ("id", row["id"]),
        ("test", f"{test} by {row['software'] or 'an unknown program'}"),
        ("input", row["input"] or "none"),
        ("when", began),
        ("where", f"{network}, {row['probe_cc'] or 'unknown country'}"),
        ("raw record", f"{row['path']}{member}, line {row['line']}, in a file with SHA-256 {row['source']}"),
    )
    yield aligned(("", name, plain(str(value))) for name, value in pairs)


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")


def _steps(held: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    yield "\nSteps, in seconds since the measurement began"
    told_steps = steps.told(held).get(held["measurements"]["id"][0], ())
    yield aligned(("", *map(_cut, row)) for row in steps.rows(told_steps))


def _cut(text: str) -> str:
    kept = plain(text)
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 1]}…"


def _verdict(judged: Judged) -> Iterator[str]:
    verdict = judged.verdict
    words = told(verdict["state"], verdict["mechanisms"], verdict["interference"].split(), verdict["explanations"])
    yield f"\n{plain(verdict['target'])}: {verdict['state']}{' · ' if words else ''}{words}"
    yield f"  {plain(verdict['reason'])}"
    yield "\n  Rules that fired" if judged.fired else "\n  No rule fired"
    for fired in judged.fired:
        yield from _fired(fired)
    yield "\n  Rules that would have said something else, and what they missed"
    for near in judged.nearest:
        yield from _near(near)


def _fired(fired: Fired) -> Iterator[str]:
    rule, row = fired.rule, fired.finding
    seen = ": ".join(plain(text) for text in (row["endpoint"], row["detail"]) if text)
    yield f"  {rule.id} ({_says(fired)}){' — ' if seen else ''}{seen}"
    yield f"    {rule.reason}"
    yield f"    read: {row['table']}, step {row['step']}, {row['pointer'] or '/'}"
    yield f"    compared: {'; '.join(map(_compared, fired.conditions))}"
    yield f"    source: {rule.source}"


def _says(told: Fired | Near) -> str:
    rule = told.rule
    return says(rule, ", ")


def _near(near: Near) -> Iterator[str]:
    where = "" if near.step is None else f", at step {near.step}"
    yield f"  {near.rule.id} ({_says(near)}){where}: {'; '.join(map(_missed, near.unmet))}"


def _compared(condition: Condition) -> str:
    """Say what a part of a condition asks and, where that is more than yes or no, what was there."""
    values = [(name, value) for name, value in condition.values if not isinstance(value, bool)]
    return condition.text + _values(values)


def _missed(condition: Condition) -> str:
    return f"needs {condition.text}{_values(condition.values)}"


def _values(values: Iterable[tuple[str, Any]]) -> str:
    told = ", ".join(f"{name} is {_value(value)}" for name, value in values)
    return f" [{told}]" if told else ""


def _value(value: Any) -> str:  # noqa: ANN401 - of any column
    if value is None:
        return "missing"
    return str(value).lower() if isinstance(value, bool) else plain(repr(value))
