"""``trigpoint sample``: measurements of a country that does not exist."""

from __future__ import annotations

from pathlib import Path

import click

from trigpoint import sample as fictional
from trigpoint.cli import options
from trigpoint.cli.progress import say


@click.command()
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--seed", type=int, default=2014, show_default=True, help="The same seed gives the same bytes.")
@options.quiet
def sample(folder: Path, seed: int, *, quiet: bool) -> None:
    """Write a few hundred measurements of the fictional country XL, in OONI's data format.

    They show every mechanism and every explanation. Nothing in them was measured.

    \b
    Example:
      trigpoint sample --to sample && trigpoint survey XL sample/measurements --to report
    """
    fictional.write(folder, seed=seed)
    say(f"Wrote measurements of the fictional country XL to {folder}.", quiet=quiet)
