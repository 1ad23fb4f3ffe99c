"""``trigpoint judge``: verdicts of a survey, or of measurement files one by one."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from trigpoint import archive
from trigpoint.cli import options
from trigpoint.cli.columns import place_of, plain
from trigpoint.cli.library import fingerprints_in
from trigpoint.cli.progress import say
from trigpoint.cli.words import told
from trigpoint.errors import InputError
from trigpoint.events import aggregate_survey
from trigpoint.judge.lines import verdict_lines
from trigpoint.judge.survey import judge_survey
from trigpoint.store.manifest import MANIFEST_NAME

if TYPE_CHECKING:
    from trigpoint.reference.matching import Fingerprints
    from trigpoint.store.survey import Survey
    from trigpoint.workers import Workers


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    help="For measurement files: a table for people (where not given), or one JSON object a line.",
)
@options.processes
@options.cluster
@options.reference
@options.quiet
def judge(
    paths: tuple[Path, ...],
    form: str | None,
    processes: int | None,
    cluster: str | None,
    folder: Path | None,
    *,
    quiet: bool,
) -> None:
    """Judge a survey, or print the verdicts of measurement files.

    In a survey, verdicts and cells are written beside the observations. Measurements in files are each judged alone,
    and by one process: --processes and --cluster are for surveys.

    \b
    Example:
      trigpoint judge iran
      trigpoint judge measurements/ --format jsonl
    """
    fingerprints = fingerprints_in(folder, quiet=quiet)
    surveys = [path for path in paths if (path / MANIFEST_NAME).is_file()]
    if not surveys:
        _refuse_workers(processes=processes, cluster=cluster)
        _print(paths, form or "table", fingerprints)
    elif len(paths) > 1:
        message = f"{surveys[0]} is a survey: judge one survey at a time, and measurement files apart from it"
        raise InputError(message)
    elif form is not None:
        message = (
            "--format is for measurement files: verdicts of a survey lie in it, and `trigpoint cells` adds them up"
        )
        raise InputError(message)
    else:
        with options.hired(processes, cluster) as workers:
            judged = judge_and_aggregate(surveys[0], fingerprints, workers)
        say(
            f"Judged {judged.counts.measurements:,} measurements: {judged.counts.rows.get('verdicts', 0):,} verdicts.",
            quiet=quiet,
        )


def judge_and_aggregate(path: Path, fingerprints: Fingerprints | None = None, workers: Workers | None = None) -> Survey:
    """Write verdicts and cells of a survey; what is there already stays.

    Args:
        path: folder of the survey.
        fingerprints: lists of others.
        workers: who does the work. Missing: this process.

    Raises:
        SurveyError: there is no survey, it is in use, damaged, or written by a newer version.

    """
    judge_survey(path, fingerprints=fingerprints, workers=workers)
    return aggregate_survey(path, workers)


def _refuse_workers(**given: object) -> None:
    """Say that files take no workers, where somebody asked for some."""
    asked = " and ".join(f"--{name}" for name, value in given.items() if value is not None)
    if asked:
        message = f"{asked} can be given for a survey only: measurement files are judged one by one, by this process"
        raise InputError(message)


def _print(paths: tuple[Path, ...], form: str, fingerprints: Fingerprints | None) -> None:
    files, passed = archive.expand(paths)
    records = chain(passed, chain.from_iterable(archive.read(path) for path in files))
    found = False
    lines = _jsonl if form == "jsonl" else _table
    for verdict in verdict_lines(records, fingerprints):
        found = found or "state" in verdict
        click.echo(lines(verdict))
    if not found:
        message = f"{', '.join(str(path) for path in paths)}: no readable measurement"
        raise InputError(message)


def _jsonl(verdict: dict[str, Any]) -> str:
    return msgspec.json.encode(verdict).decode()


def _table(verdict: dict[str, Any]) -> str:
    place = plain(place_of(**verdict))
    if "rejected" in verdict:
        return f"{'rejected':12}  {place}  {verdict['rejected']}"
    seen = [f"({name})" for name in verdict["interference"]]
    why = told(verdict["state"], " ".join(verdict["mechanisms"]), seen, " ".join(verdict["explanations"]))
    return f"{verdict['state']:12}  {plain(verdict['target']):32}  {why:36}  {plain(verdict['reason'])}  [{place}]"
