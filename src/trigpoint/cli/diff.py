"""``trigpoint diff``: which verdicts of two surveys differ, and by which rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.columns import aligned, plain
from trigpoint.cli.words import told
from trigpoint.errors import InputError
from trigpoint.judge.difference import SAYS, Difference, difference
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOWN = 50
"""Changed verdicts that are listed for a person; programs get all."""

_GROUP = ("old_state", "old_rule", "new_state", "new_rule")


@click.command()
@click.argument("old", type=click.Path(path_type=Path), metavar="SURVEY_A")
@click.argument("new", type=click.Path(path_type=Path), metavar="SURVEY_B")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="A summary for people, or one JSON object for each verdict that changed.",
)
@options.quiet
def diff(old: Path, new: Path, form: str, *, quiet: bool) -> None:
    """Say which verdicts of two surveys differ, and by which rule.

    Both have to be judged. A verdict is compared with the one on the same target of the same measurement: state,
    mechanisms, interference and explanations.

    \b
    Example:
      trigpoint diff iran-2026.1 iran-2026.2
    """
    del quiet  # what is asked for here is output, not talk
    before, after = _judged(old), _judged(new)
    found = difference(before, after)
    if form == "jsonl":
        for row in found.changed.iter_rows(named=True):
            click.echo(msgspec.json.encode(row))
        return
    click.echo(f"Rules {before.versions['rules']} and {after.versions['rules']}")
    click.echo("\n".join(_summary(found)))


def _judged(path: Path) -> Survey:
    survey = Survey.open(path)
    survey.verify()
    if not survey.is_judged:
        message = f"{path} is not judged yet: run `trigpoint judge {path}`"
        raise InputError(message)
    return survey


def _summary(found: Difference) -> Iterator[str]:
    yield (
        f"{found.changed.height:,} verdicts differ, {found.same:,} are the same, "
        f"{found.only_old:,} are in the first only, {found.only_new:,} in the second only."
    )
    if found.changed.is_empty():
        return
    groups = found.changed.group_by(_GROUP).len("verdicts").sort("verdicts", *_GROUP, descending=[True, *[False] * 4])
    rows = ((f"{row['verdicts']:,}", _side(row, "old"), "→", _side(row, "new")) for row in groups.iter_rows(named=True))
    yield "\nBy the rules that decide"
    yield aligned(("", *row) for row in rows)
    yield "\nVerdicts"
    yield aligned(("", *_changed(row)) for row in found.changed.head(SHOWN).iter_rows(named=True))
    if found.changed.height > SHOWN:
        yield f"  and {found.changed.height - SHOWN:,} more; --format jsonl has all"


def _side(row: Mapping[str, Any], side: str) -> str:
    return f"{row[f'{side}_state']} by {row[f'{side}_rule'] or 'no rule'}"


def _changed(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["measurement"][:12], plain(row["target"]), _words(row, "old"), "→", _words(row, "new"))


def _words(row: Mapping[str, Any], side: str) -> str:
    state, mechanisms, interference, explanations = (row[f"{side}_{name}"] for name in SAYS)
    return f"{state} {told(state, mechanisms, interference.split(), explanations)}".rstrip()
