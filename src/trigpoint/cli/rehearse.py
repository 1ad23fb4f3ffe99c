"""``trigpoint rehearse``: the whole way in the lab, from packets to reports and to the score."""

from __future__ import annotations

import time
from concurrent.futures import as_completed
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.judge import judge_and_aggregate
from trigpoint.cli.lab.score import plain_score, score_text, scored_survey
from trigpoint.cli.observe import read_into
from trigpoint.cli.probe import measure_units
from trigpoint.cli.progress import say, showing
from trigpoint.cli.report import write_report
from trigpoint.errors import InputError
from trigpoint.lab.fabrics.folders import temporary_folder
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.plan import plan
from trigpoint.reference.address_plan import written
from trigpoint.rehearsal import file_name, units_of
from trigpoint.rehearsal.unfinished import MEASUREMENTS, asked_of, unfinished
from trigpoint.report.overview import Line, overview
from trigpoint.workers import hired, pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.rehearsal.unfinished import Asked, Unfinished

_SCORE = "score.json"
_PARALLEL = {"virtual": 1, "kernel": 4}
"""Measurements at a time, by fabric: virtual time has nothing to gain. Real time is mostly waiting, but what a busy
machine makes late looks like a filter."""
_PLAN = "addresses.csv"
"""Address plan of what was measured; it tells that a folder is a rehearsal."""


@click.command()
@click.argument("worlds", nargs=-1, metavar="[WORLD]...")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="Folder for everything; made anew."
)
@click.option(
    "--fabric",
    type=click.Choice(["virtual", "kernel"]),
    default="virtual",
    show_default=True,
    help="Virtual time, or real sockets in namespaces of this machine and real time.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of every draw.")
@options.quiet
def rehearse(worlds: tuple[str, ...], folder: Path, fabric: str, seed: int, *, quiet: bool) -> None:
    """Measure worlds of the lab with the probe, all where none is named, and publish what came of it.

    What it measures is observed, judged, and held against what is true; each
    world gets the report on its country. The folder has measurements/,
    survey/, the score, reports/, and index.html, which leads to them. What is
    stopped goes on with the same command: networks that were measured are kept.

    \b
    Example:
      trigpoint rehearse --to build/lab
      trigpoint rehearse open gfw-2024 --to build/lab
    """
    chosen = worlds or names()
    asked = asked_of(chosen, fabric, seed)  # before anything is measured: what is mistyped is told at once
    _check(folder)
    with unfinished(folder.absolute(), asked, time.time()) as made:
        _measure(asked, made, quiet=quiet)
        # What is derived from measurements names their paths, and so is made when they are where they stay.
        made.publish(folder.absolute())
    _score(chosen, folder, quiet=quiet)
    lines = _publish(chosen, folder, quiet=quiet)
    (folder / "index.html").write_text(overview(lines), encoding="utf-8")
    say(f"The reports: {(folder / 'index.html').absolute()}", quiet=quiet)


def _measure(asked: Asked, made: Unfinished, *, quiet: bool) -> None:
    """Measure what is not measured yet; whatever ends that, what is complete stays."""
    worlds = [name for name, _ in asked.worlds]
    fields = {"started": made.started, "seed": asked.seed, "fabric": asked.fabric, "parallel": _PARALLEL[asked.fabric]}
    units = tuple(units_of(worlds, "", path=made.folder / MEASUREMENTS, **fields))
    left = made.left(units)
    say(
        f"{len(units) - len(left)} of {len(units)} networks are measured already.",
        quiet=quiet or len(left) == len(units),
    )
    try:
        measure_units(left, made.keep, quiet=quiet)
    except BaseException:
        if not made.is_empty():
            say("Stopped: what was measured is kept, and the same command goes on with it.", quiet=False)
        raise
    (made.folder / _PLAN).write_text(written(plan(load(name) for name in worlds)), encoding="utf-8")


def _score(worlds: Sequence[str], folder: Path, *, quiet: bool) -> None:
    survey = folder / "survey"
    with hired() as workers:
        read_into(survey, (folder / MEASUREMENTS,), workers, folder / _PLAN, quiet=quiet)
        judge_and_aggregate(survey, workers=workers)
    scored = scored_survey(survey, tuple(worlds))  # those in files are known by no other way
    text = score_text(scored, is_all=True)
    (folder / "score.txt").write_text(text + "\n", encoding="utf-8")
    (folder / _SCORE).write_bytes(msgspec.json.format(msgspec.json.encode(plain_score(scored))) + b"\n")
    say(text.split("\n\n", 1)[0], quiet=quiet)


def _publish(worlds: Sequence[str], folder: Path, *, quiet: bool) -> list[Line]:
    """Write the report on the country of each world, from that world's measurements alone."""
    numbers = msgspec.json.decode((folder / _SCORE).read_bytes())["worlds"]
    with pool() as executor:
        pending = [executor.submit(publish_world, name, folder) for name in worlds]
        with showing(len(pending), unit="reports", quiet=quiet) as show:
            for finished in as_completed(pending):
                finished.result()
                show("", ())
    return [_line(name, numbers.get(load(name).name, {})) for name in worlds]


def publish_world(name: str, folder: Path) -> None:
    """Observe, judge and report one world's measurements: a piece of work for one process."""
    world = load(name)
    stem = file_name(world.name)
    files = tuple(sorted((folder / MEASUREMENTS).glob(f"{stem}.*.jsonl.gz")))
    files = tuple(file for file in files if file.name.removeprefix(f"{stem}.").count(".") == 2)  # noqa: PLR2004 - a network, and no variant
    with temporary_folder() as elsewhere:
        addresses, survey = elsewhere / _PLAN, elsewhere / "survey"
        addresses.write_text(written(plan([world])), encoding="utf-8")
        read_into(survey, files, None, addresses, quiet=True)
        judge_and_aggregate(survey)
        write_report(world.country, survey, folder / "reports" / stem, None, publish=False, quiet=True)


def _line(name: str, numbers: dict[str, float | None]) -> Line:
    world = load(name)
    return Line(
        href=f"reports/{file_name(world.name)}/index.html",
        world=world.name,
        country=world.country,
        title=world.title,
        rows=int(numbers.get("rows") or 0),
        states_right=int(numbers.get("states_right") or 0),
        false_blocked=int(numbers.get("false_blocked") or 0),
    )


def _check(folder: Path) -> None:
    """See that nothing but a rehearsal is replaced.

    Raises:
        InputError: something else is there.

    """
    if folder.exists() and not (folder / _PLAN).is_file() and any(folder.iterdir()):
        message = f"{folder} is no rehearsal and is not replaced; give another folder"
        raise InputError(message)
