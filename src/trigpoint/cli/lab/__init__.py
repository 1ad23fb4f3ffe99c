"""``trigpoint lab``: the virtual Internet."""

from __future__ import annotations

import click

from trigpoint.cli import options
from trigpoint.cli.lab.addresses import addresses
from trigpoint.cli.lab.run import run
from trigpoint.cli.lab.score import score
from trigpoint.cli.lab.truth import truth
from trigpoint.cli.lab.worlds import list_, show


@click.group()
@options.quiet
def lab(*, quiet: bool) -> None:
    """A virtual Internet on this machine, with censors of known behaviour: what is true in it is known.

    \b
    Example:
      trigpoint lab run iran -- curl https://facebook.example/
    """
    del quiet  # for the verbs below, which take it themselves


for _verb in (addresses, list_, run, score, show, truth):
    lab.add_command(_verb)
