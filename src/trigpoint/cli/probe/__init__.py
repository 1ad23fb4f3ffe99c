"""``trigpoint probe``: measurements of one's own."""

from __future__ import annotations

import time
from concurrent.futures import as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trigpoint.cli import options
from trigpoint.cli.probe.asked import Asked, jobs_of, names_something
from trigpoint.cli.probe.field import in_field, withdraw
from trigpoint.cli.progress import say, say_lost, showing
from trigpoint.lab.world.load import names
from trigpoint.probe.lists import HARSH
from trigpoint.rehearsal import rehearse, units_of
from trigpoint.rehearsal.labs import rehearse_in_labs
from trigpoint.workers import pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trigpoint.rehearsal import Rehearsed, Unit

_ALL = "all"


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option(
    "--list", "listed", metavar="cn|global|FILE", help="A Citizen Lab list, or its name in the reference folder."
)
@click.option(
    "--reference", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder in which lists are found by name."
)
@click.option("--category", "categories", metavar="NEWS,...", help="Only these categories of the list.")
@click.option("--without-category", "without", metavar="PORN,...", help="All but these categories of the list.")
@click.option(
    "--harsh-law",
    "is_law_harsh",
    is_flag=True,
    help=f"Leave out what is dangerous to visit where the law is harsh: {', '.join(sorted(HARSH))} of the list.",
)
@click.option("--nettest", "nettest", default="web_connectivity", show_default=True, help="What to measure.")
@click.option("--parallel", type=click.IntRange(1, 64), default=4, show_default=True, help="Measurements at a time.")
@click.option(
    "--to",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE.jsonl.gz",
    help="Where measurements go; with several worlds, a folder.",
)
@click.option("--resume", is_flag=True, help="Go on with the file: what is in it is not measured again.")
@click.option(
    "--helper",
    "helpers",
    multiple=True,
    metavar="URL",
    help="A test helper (trigpoint control); may be given several times.",
)
@click.option(
    "--resolver",
    "resolvers",
    multiple=True,
    metavar="udp://ADDRESS",
    help="A resolver to compare with; two public ones where not given.",
)
@click.option(
    "--address",
    "own",
    multiple=True,
    metavar="ADDRESS",
    help="A public address of yours, to be taken out of every record.",
)
@click.option(
    "--name", "own_names", multiple=True, metavar="NAME", help="A host name of yours, to be taken out of every record."
)
@options.addresses
@click.option("--consent", "consent", metavar="VERSION", help="For scripts: the version of the text that you agree to.")
@click.option(
    "--withdraw-consent", "withdraws", is_flag=True, help="Take back what you agreed to, and measure nothing."
)
@click.option(
    "--tier",
    type=click.IntRange(1, 3),
    default=1,
    show_default=True,
    help="Highest risk agreed to: 2 triggers filters repeatedly, 3 sends unusual packets.",
)
@click.option(
    "--most-megabytes", type=click.IntRange(1), default=512, show_default=True, help="Data volume of the run."
)
@click.option(
    "--world", metavar="WORLD|all", help="Measure in the lab instead: a world, a file of one, or all of them."
)
@click.option("--network", default="", help="With --world: one access network; all where not given.")
@click.option(
    "--fabric",
    type=click.Choice(["virtual", "kernel"]),
    default="virtual",
    show_default=True,
    help="With --world: virtual time, or real sockets in namespaces of this machine and real time.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="With --world: of every draw.")
@options.quiet
def probe(**given: Any) -> None:  # noqa: ANN401 - click hands over each option by its name
    """Measure websites and services, here or in the lab.

    Nothing is sent before you have read what measuring shows of you, and agreed to it; in the lab nobody is asked.

    \b
    Example:
      trigpoint probe https://example.org/ --helper https://helper.example/ --to mine.jsonl.gz
      trigpoint probe --list cn --category NEWS --to mine.jsonl.gz
      trigpoint probe --world iran --to iran
    """
    asked = Asked(**given)
    if asked.withdraws:
        withdraw(asked)
    elif asked.world is None:
        in_field(asked)
    else:
        _in_lab(asked)


def _in_lab(asked: Asked) -> None:
    worlds = names() if asked.world == _ALL else (asked.world or "",)
    folder = asked.path or Path("rehearsal")
    jobs = tuple(jobs_of(asked)) if names_something(asked) else ()
    fields = {"started": time.time(), "seed": asked.seed, "jobs": jobs, "fabric": asked.fabric}
    fields["parallel"] = asked.parallel if asked.fabric == "kernel" else 1  # virtual time has nothing to gain
    units = list(units_of(worlds, asked.network, path=folder, **fields))
    folder.mkdir(parents=True, exist_ok=True)
    measure_units(units, lambda _: None, quiet=asked.quiet)
    say(f"Measured: {folder}", quiet=asked.quiet)


def measure_units(units: Sequence[Unit], complete: Callable[[Unit], None], *, quiet: bool) -> None:
    """Measure networks of worlds, several at a time, and show how far it is; tell of each when its file is complete."""
    lost: list[str] = []
    with showing(len(units), quiet=quiet, unit="networks") as show:

        def done(rehearsed: Rehearsed) -> None:
            complete(rehearsed.unit)
            for word, count in rehearsed.counts.items():
                show(word, (), count=count, is_planned=False)
            show("", rehearsed.told if len(units) == 1 else ())
            lost.extend(rehearsed.lost)

        if any(unit.fabric == "kernel" for unit in units):
            rehearse_in_labs(units, done)
        else:
            _rehearse_virtually(units, done)
    say_lost(lost)


def _rehearse_virtually(units: Sequence[Unit], done: Callable[[Rehearsed], None]) -> None:
    """Measure units, one for each process; where one cannot be measured, nothing further is begun."""
    if len(units) <= 1:
        for unit in units:
            done(rehearse(unit))
        return
    with pool() as executor:
        pending = [executor.submit(rehearse, unit) for unit in units]
        try:
            for finished in as_completed(pending):
                done(finished.result())
        finally:
            executor.shutdown(cancel_futures=True)
