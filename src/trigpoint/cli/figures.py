"""``trigpoint figures``: indicators, and claims set beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.progress import say
from trigpoint.cli.report import opened_survey
from trigpoint.errors import InputError
from trigpoint.figures import folder, indicator
from trigpoint.figures.claims import check, facts, read
from trigpoint.figures.data import Data
from trigpoint.figures.index.structure import own
from trigpoint.figures.openness_world import openness_world
from trigpoint.figures.statistics import compiled, gathered
from trigpoint.reference.fetching import FetchError
from trigpoint.reference.fetching import check as check_address
from trigpoint.reference.statistics.update import update as download

if TYPE_CHECKING:
    from trigpoint.figures.claims.check import Assessment
    from trigpoint.figures.claims.fit import Bearing
    from trigpoint.figures.ledger import Ledger
    from trigpoint.reference.intake import Outcome


@click.group()
@options.quiet
def figures(*, quiet: bool) -> None:
    """Indicators and indices from statistics of others, and public claims set beside them.

    \b
    Example:
      trigpoint figures compute --to figures
      trigpoint figures claims claims.json
    """
    del quiet  # for the verbs below, which take it themselves


@figures.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True, help="How to print."
)
@options.data
@options.quiet
def claims(file: Path, form: str, folders: tuple[Path, ...], *, quiet: bool) -> None:
    """Check claims: which facts bear on each, how far it is from them, and what follows.

    FILE is a JSON list of objects with id, quote, subject, metric, value, asof and kind. They are held against the
    facts that the project cites, and against figures of the same data as `trigpoint figures compute`.

    \b
    Example:
      trigpoint figures claims claims.json
    """
    found = read(file)
    statistics_read = gathered(folders)
    figures_known = indicator.compute(Data(statistics_read.series))
    known = facts.base(facts.from_ledger(figures_known))
    for claim in found.claims:
        assessment = check(claim, known)
        if form == "jsonl":
            click.echo(msgspec.json.encode(msgspec.to_builtins(assessment) | {"why": str(assessment.why)}))
        else:
            click.echo(_told(assessment))
    for reject in (*found.rejects, *statistics_read.rejects):
        click.echo(f"trigpoint: {reject}", err=True)
    if not quiet:
        click.echo(f"{len(found.claims)} claims checked, {len(found.rejects)} could not be read", err=True)
    if found.rejects and not found.claims:
        message = f"{file}: no readable claim"
        raise InputError(message)


def _told(assessment: Assessment) -> str:
    claim = assessment.claim
    why = str(assessment.why)
    lines = [
        f"{claim.id}: {assessment.verdict.replace('_', ' ')}",
        f"  “{claim.quote}” ({claim.subject}, {claim.metric}, {claim.asof})",
        f"  {why[0].upper()}{why[1:]}.",
    ]
    return "\n".join([*lines, *(f"  - {_bearing(bearing)}" for bearing in assessment.bearings), ""])


def _bearing(bearing: Bearing) -> str:
    fact = bearing.fact
    said = ", ".join(fact.names) or ("no number" if fact.value is None else f"{fact.bound} {fact.value:,.15g}".strip())
    how = "; ".join(part for part in (fact.object, fact.definition, fact.counting, *fact.flags) if part)
    off = "" if bearing.deviation is None else f"; the claim is {bearing.deviation:+.1%} off"
    kind = "" if fact.kind == "observation" else f" ({fact.kind})"
    beside = "" if bearing.decides else "; told beside"
    where = f"{fact.organisation}, {fact.title}, said {fact.published or 'at an unknown time'}"
    return f"{said}{kind} for {fact.period}{f' [{how}]' if how else ''}: {where}{off}{beside}\n    {fact.url}"


@figures.command()
@options.data
@click.option(
    "--survey", type=click.Path(path_type=Path), help="Folder of a judged survey: its shares stand there, too."
)
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="ID=NUMBER",
    help="Your own weight of a dimension or indicator of the indices, which stand beside the published ones then."
    " May be repeated.",
)
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder to write.")
@options.quiet
def compute(folders: tuple[Path, ...], survey: Path | None, weights: tuple[str, ...], to: Path, *, quiet: bool) -> None:
    """Compute all indicators and both indices into a ledger.

    They are computed from the extract that comes along, from what `trigpoint figures update` downloaded, and from the
    folders that are named. An indicator whose sources are not there is said to lack them; no number is invented. Of a
    survey there are, country by country, the shares of tested targets and of networks with signs of blocking.

    \b
    Example:
      trigpoint figures compute --data statistics --to figures
      trigpoint figures compute --weight use=2 --to weighted
    """
    indices = own([_weight(written) for written in weights])
    found = gathered(folders)
    ledger = compiled(found, indices)
    if survey:
        ledger.include(_counted(survey))
    folder.write(ledger, to, found.rejects)
    for reject in found.rejects:
        click.echo(f"trigpoint: {reject}", err=True)
    say(f"{len(ledger):,} figures in {to}", quiet=quiet)
    for name in _lacking(ledger):
        needed = ", ".join(indicator.needed(name))
        say(f"{name}: no figure; it needs {needed} (trigpoint figures update, or --data)", quiet=quiet)


def _weight(written: str) -> tuple[str, float]:
    name, _, number = written.partition("=")
    try:
        return name, float(number)
    except ValueError as error:
        message = f"--weight {written}: it is no ID=NUMBER"
        raise InputError(message) from error


def _counted(place: Path) -> Ledger:
    """Count in a survey, country by country.

    Raises:
        InputError: its measurements are invented, or of the lab: they never stand beside statistics of real countries.

    """
    counted = openness_world(opened_survey(place, None, publish=False).tables)
    if counted.is_fictional or counted.lab_worlds:
        message = (
            f"{place} holds measurements that are invented or of the lab; no statistics of others stand beside them"
        )
        raise InputError(message)
    return counted.ledger


def _lacking(ledger: Ledger) -> list[str]:
    return [name for name in indicator.all_indicators() if not ledger.of(name)]


@figures.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--from", "addresses", multiple=True, metavar="SOURCE=URL", help="Another address. May be repeated.")
@options.quiet
def update(names: tuple[str, ...], addresses: tuple[str, ...], *, quiet: bool) -> int:
    """Download statistics that are newer than what is there, all where none is named.

    They are kept in the folder `statistics` beside reference data (TRIGPOINT_REFERENCE). Where a server is busy or a
    connection breaks off it is tried three times. Of whatever fails, what was there stays, and the exit status is 1.

    \b
    Example:
      trigpoint figures update
      trigpoint figures update users population
    """
    other = dict(_address(written) for written in addresses)
    done = download([*names, *other] if names else [], other, tell=lambda outcome: say(_line(outcome), quiet=quiet))
    failed = [outcome for outcome in done if outcome.problem]
    if quiet:
        for outcome in failed:
            click.echo(_line(outcome), err=True)
    return int(bool(failed))


def _address(written: str) -> tuple[str, str]:
    name, _, url = written.partition("=")
    try:
        check_address(url)
    except FetchError as error:
        message = f"--from {written}: {error}"
        raise InputError(message) from error
    return name, url


def _line(outcome: Outcome) -> str:
    name = outcome.item.name
    if outcome.problem:
        return f"{name}: {outcome.problem}; what was there stays"
    if outcome.rows is None:
        return f"{name}: there is nothing newer"
    return f"{name}: {outcome.rows:,} values{'' if outcome.is_new else ', the same as before'}"
