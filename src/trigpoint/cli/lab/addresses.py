"""``trigpoint lab addresses``: the address plan of worlds."""

from __future__ import annotations

import click

from trigpoint.cli import options
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.plan import plan
from trigpoint.reference.address_plan import written


@click.command()
@click.argument("worlds", metavar="[WORLD]...", nargs=-1)
@options.quiet
def addresses(worlds: tuple[str, ...], *, quiet: bool) -> None:
    """Print the address plan of worlds, all that come along where none is named.

    A survey of what was measured in the lab needs it (--addresses): the lab
    has the ranges for documentation as its Internet, and elsewhere they are
    nobody's. What several worlds use is listed with the AS on which they agree.

    \b
    Example:
      trigpoint lab addresses iran > plan.csv
      trigpoint survey XE measurements/ --addresses plan.csv --to iran
    """
    del quiet  # what is asked for here is output, not talk
    click.echo(written(plan(load(name) for name in worlds or names())), nl=False)
