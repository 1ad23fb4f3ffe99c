"""``trigpoint cells``: what the runs of a selection say together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import polars as pl

from trigpoint import events
from trigpoint.cli import options
from trigpoint.cli.columns import aligned, plain
from trigpoint.errors import InputError, SurveyError
from trigpoint.model.cell import Viewer
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HEADS = ("state", "blocked", "95 %", "runs", "verdicts", "largest run", "disagreement")


@click.command()
@click.argument("survey", type=click.Path(path_type=Path))
@click.option(
    "--by",
    default="country,target",
    show_default=True,
    metavar="KEY,...",
    help="What to keep apart: any of date, country, target, asn. Everything else is taken together.",
)
@click.option("--country", "countries", multiple=True, metavar="CC", help="Only this country; may be repeated.")
@click.option("--target", "targets", multiple=True, help="Only this target; may be repeated.")
@click.option("--asn", "numbers", multiple=True, type=int, help="Only the network of this number; may be repeated.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Up to this day, inclusive (UTC).")
@click.option(
    "--viewer",
    type=click.Choice([str(viewer) for viewer in Viewer]),
    default=str(Viewer.PROBE),
    show_default=True,
    help=(
        "Networks of the probes, or of the resolvers that they asked (name resolution alone); or services as a whole, "
        "whose parts the probes' cells count."
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@options.quiet
def cells(survey: Path, by: str, form: str, *, quiet: bool, **chosen: Any) -> None:  # noqa: ANN401 - one for each option
    """Print cells: what all runs of a selection say of a target, with a Jeffreys interval.

    Each run counts once. A cell is blocked where at least three distinct runs saw it blocked, in a share that errors do
    not explain; how much of the time, the share says. Fewer runs, or a single sign among few, decide nothing.

    \b
    Example:
      trigpoint cells iran/survey --by target,asn --since 2026-11-01
    """
    del quiet  # what is asked for here is output, not talk
    keys = _keys(by)
    opened = Survey.open(survey)
    opened.verify()
    if not opened.has_cells:
        message = f"{survey} has no cells yet: run `trigpoint judge {survey}`"
        raise SurveyError(message)
    runs = opened.scan("cell_runs").filter(*_selected(**chosen))
    found = events.cells(runs, keys)
    if found.is_empty():
        message = f"{survey} has no cell that fits the selection"
        raise InputError(message)
    if "asn" not in keys:
        found = (
            found.join(events.networks(runs, keys), on=keys, how="left")
            if keys
            else _beside(found, events.networks(runs, keys))
        )
    if form == "csv":
        click.echo(found.write_csv(), nl=False)
    elif form == "jsonl":
        for row in found.iter_rows(named=True):
            click.echo(msgspec.json.encode(row))
    else:
        click.echo(_table(found, keys))


def _keys(by: str) -> list[str]:
    keys = [key.strip() for key in by.split(",") if key.strip()]
    known = [key for key in events.CELL_KEYS if key != "viewer"]
    if strange := [key for key in keys if key not in known]:
        message = f"--by: there is no key {strange[0]}; there are {', '.join(known)}"
        raise InputError(message)
    return [key for key in known if key in keys]


def _selected(
    *,
    countries: Sequence[str],
    targets: Sequence[str],
    numbers: Sequence[int],
    since: Any,  # noqa: ANN401 - a day or none
    until: Any,  # noqa: ANN401 - as above
    viewer: str,
) -> Iterator[pl.Expr]:
    yield pl.col("viewer") == viewer
    for name, wanted in (("country", countries), ("target", targets), ("asn", numbers)):
        if wanted:
            yield pl.col(name).is_in(list(wanted))
    # days are text, and one that is unknown is in no period
    if since or until:
        yield pl.col("date") != "unknown"
    if since:
        yield pl.col("date") >= f"{since:%Y-%m-%d}"
    if until:
        yield pl.col("date") <= f"{until:%Y-%m-%d}"


def _beside(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([one, other], how="horizontal")


def _table(found: pl.DataFrame, keys: Sequence[str]) -> str:
    heads = (*keys, *_HEADS, *(() if "asn" in keys else ("networks",)))
    return aligned([heads, *(tuple(_row(row, keys)) for row in found.iter_rows(named=True))])


def _row(row: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        yield "unknown" if row[key] is None else plain(str(row[key]))
    yield row["state"]
    yield "-" if row["share"] is None else f"{row['share']:.0%}"
    yield f"{row['share_low']:.0%} to {row['share_high']:.0%}"
    yield f"{row['decided_runs']} of {row['runs']} decided"
    yield f"{row['blocked']} blocked, {row['ok']} ok, {row['down']} down, {row['insufficient']} undecided"
    yield f"{row['largest_run']:.0%}"
    yield row["disagreement"] or "-"
    if "asn" not in keys:
        signs = row["networks_with_signs"] or 0
        yield f"blocked on {row['networks_blocked'] or 0}, signs on {signs} of {row['networks'] or 0}"
