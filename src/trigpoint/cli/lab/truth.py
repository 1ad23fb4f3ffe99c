"""``trigpoint lab truth``: acts beside the truth of a world."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.progress import say
from trigpoint.errors import InputError
from trigpoint.lab import log
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load

_MOST_LINES = 40


@click.command()
@click.argument("world")
@click.option(
    "--events",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Acts, as `trigpoint lab run --events` writes them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@options.quiet
def truth(world: str, events: Path, *, as_json: bool, quiet: bool) -> int:
    """Hold what the censors did against what is true in the world.

    The exit status is 1 where something was done that the truth does not foresee.

    \b
    Example:
      trigpoint lab run --events acts.jsonl iran -- curl https://facebook.example/
      trigpoint lab truth iran --events acts.jsonl
    """
    found = load(world)
    read = log.load(events)
    if read.rejects and not read.entries:
        first = read.rejects[0]
        message = f"{events}: none of {len(read.rejects)} lines can be read; line {first.line} is {first.reason}"
        raise InputError(message)
    for reject in read.rejects[:_MOST_LINES]:
        say(f"{events}:{reject.line}: {reject.reason}", quiet=quiet)
    say(f"{len(read.entries)} acts, {len(read.rejects)} lines that are none.", quiet=quiet)
    comparison = compare(found, read.entries)
    click.echo(msgspec.json.format(msgspec.json.encode(comparison.plain())) if as_json else comparison.text())
    return 0 if comparison.holds else 1
