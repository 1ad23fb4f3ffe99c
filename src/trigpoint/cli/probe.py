"""``trigpoint probe``: measurements of one's own."""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.progress import say, showing
from trigpoint.errors import InputError
from trigpoint.lab.world.load import names
from trigpoint.probe import consent as agreement
from trigpoint.probe import lists
from trigpoint.probe.budget import Budget
from trigpoint.probe.field import PUBLIC, Settings, session_of, work
from trigpoint.probe.run import Job, all_nettests, record
from trigpoint.probe.targets import Target, target_of
from trigpoint.probe.words import outcome, sentences
from trigpoint.probe.writer import Writer
from trigpoint.rehearsal import rehearse, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.probe.run import Measured
    from trigpoint.probe.session import Session
    from trigpoint.rehearsal import Rehearsed, Unit

_ALL = "all"
_MOST_PROBLEMS = 20


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
    asked = _Asked(**given)
    if asked.world is None:
        _in_field(asked)
    else:
        _in_lab(asked)


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The options, as click hands them over."""

    urls: tuple[str, ...]
    listed: str | None
    reference: Path | None
    categories: str | None
    without: str | None
    nettest: str
    parallel: int
    path: Path | None
    resume: bool
    helpers: tuple[str, ...]
    resolvers: tuple[str, ...]
    own: tuple[str, ...]
    own_names: tuple[str, ...]
    addresses: Path | None
    consent: str | None
    tier: int
    most_megabytes: int
    world: str | None
    network: str
    fabric: str
    seed: int
    quiet: bool


# In the field -----------------------------------------------------------------------------------------------------


def _in_field(asked: _Asked) -> None:
    jobs = _jobs(asked)
    path = _path(asked)
    version = agreement.required(
        agreement.location(),
        asked.consent,
        is_terminal=sys.stdin.isatty(),
        say=lambda text: click.echo(text, err=True),
        answer=lambda prompt: str(click.prompt(prompt, prompt_suffix="", default="", show_default=False, err=True)),
    )
    settings = Settings(
        consent=version,
        helpers=asked.helpers,
        resolvers=asked.resolvers or PUBLIC,
        addresses=asked.own,
        names=asked.own_names,
        database=asked.addresses,
        tiers=frozenset(range(asked.tier + 1)),
    )
    budget = Budget(most_bytes=asked.most_megabytes << 20)
    session = session_of(settings, budget)
    if not session.helpers:
        say("No --helper is given: without a look from outside, failures stay undecided.", quiet=asked.quiet)
    with Writer(path, is_resumed=asked.resume) as writer:
        left = [job for job in jobs if not writer.done[job.nettest, job.input]]
        say(f"{len(jobs) - len(left)} of {len(jobs)} are done already.", quiet=asked.quiet or len(left) == len(jobs))
        if left:
            _measure(asked, session, budget, left, writer)
    if budget.is_spent:
        say(f"The data volume is used up; --resume goes on, --most-megabytes allows more: {path}", quiet=False)
    say(f"Measured: {path}", quiet=asked.quiet)


def _measure(asked: _Asked, session: Session, budget: Budget, jobs: Sequence[Job], writer: Writer) -> None:
    planned = {(job.nettest, job.input) for job in jobs}
    with showing(len(jobs), quiet=asked.quiet) as show:

        def done(measured: Measured) -> None:
            writer.write(record(session, measured))
            budget.charge(measured.measuring.diary)
            job = measured.job
            is_planned = (job.nettest, job.input) in planned and "follow_up_of" not in job.annotations
            show(outcome(measured), tuple(sentences(measured)), is_planned=is_planned)

        within = (job for job in jobs if not budget.is_spent)
        try:
            asyncio.run(work(session, within, done, lambda text: say(text, quiet=asked.quiet), parallel=asked.parallel))
        except KeyboardInterrupt:
            say(f"Stopped: what was measured is in {writer.path}; the same command with --resume goes on.", quiet=False)
            raise


def _jobs(asked: _Asked) -> list[Job]:
    """Give what is measured, each thing once.

    Raises:
        InputError: nothing is asked for, or what is asked for cannot be measured.

    """
    nettest = all_nettests().get(asked.nettest)
    if nettest is None:
        message = f"there is no nettest {asked.nettest!r}; there are {', '.join(all_nettests())}"
        raise InputError(message)
    if nettest.tier > asked.tier:
        tier = nettest.tier
        message = f"{asked.nettest} is of tier {tier}: read the page on risks, and if you agree, say --tier {tier}"
        raise InputError(message)
    if nettest.takes == "nothing":
        return [Job(nettest=nettest.name)]
    targets = [*map(target_of, asked.urls), *_listed(asked)]
    if not targets:
        message = "nothing to measure: give URLs, --list or --world"
        raise InputError(message)
    inputs = {target.url if nettest.takes == "url" else target.name: target.category for target in targets}
    return [
        Job(nettest=nettest.name, input=url, annotations={"category": category} if category else {})
        for url, category in inputs.items()
    ]


def _listed(asked: _Asked) -> Sequence[Target]:
    if asked.listed is None:
        return ()
    found = lists.read_list(lists.find(asked.listed, asked.reference))
    for problem in found.problems[:_MOST_PROBLEMS]:
        say(f"{asked.listed}: line {problem.line} is left out: {problem.reason}", quiet=asked.quiet)
    if found.problems or found.refused:
        say(
            f"{asked.listed}: {len(found.problems)} lines cannot be measured, {found.refused} never are.",
            quiet=asked.quiet,
        )
    return found.of(_codes(asked.categories), _codes(asked.without))


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def _path(asked: _Asked) -> Path:
    if asked.path is not None:
        return asked.path
    if asked.resume:
        message = "--resume needs the file to go on with: --to FILE"
        raise InputError(message)
    return Path(time.strftime("measurements-%Y%m%dT%H%M%SZ.jsonl.gz", time.gmtime()))


# In the lab -------------------------------------------------------------------------------------------------------


def _in_lab(asked: _Asked) -> None:
    worlds = names() if asked.world == _ALL else (asked.world or "",)
    folder = asked.path or Path("rehearsal")
    jobs = tuple(_jobs(asked)) if asked.urls or asked.listed else ()
    fields = {"started": time.time(), "seed": asked.seed, "jobs": jobs, "parallel": 1, "fabric": asked.fabric}
    units = list(units_of(worlds, asked.network, path=folder, **fields))
    folder.mkdir(parents=True, exist_ok=True)
    measure_units(units, quiet=asked.quiet)
    say(f"Measured: {folder}", quiet=asked.quiet)


def measure_units(units: Sequence[Unit], *, quiet: bool) -> None:
    """Measure networks of worlds, several at a time, and show how far it is."""
    with showing(len(units), quiet=quiet, unit="networks") as show:
        for rehearsed in _rehearsed(units):
            for word, count in rehearsed.counts.items():
                show(word, (), count=count, is_planned=False)
            show("", rehearsed.told if len(units) == 1 else ())


def _rehearsed(units: Sequence[Unit]) -> Iterator[Rehearsed]:
    """Measure units, several at a time; where one cannot be measured, nothing further is begun."""
    if len(units) == 1:
        yield rehearse(units[0])
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        pending = [pool.submit(rehearse, unit) for unit in units]
        try:
            for finished in as_completed(pending):
                yield finished.result()
        finally:
            pool.shutdown(cancel_futures=True)
