"""``trigpoint figures``: indicators, and claims set beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from trigpoint.cli import options
from trigpoint.figures.claims import check, read

if TYPE_CHECKING:
    from trigpoint.figures.claims.check import Assessment
    from trigpoint.figures.claims.fit import Bearing


@click.group()
@options.quiet
def figures(*, quiet: bool) -> None:
    """Set public claims beside figures and cited facts.

    \b
    Example:
      trigpoint figures claims claims.json
    """
    del quiet  # for the verbs below, which take it themselves


@figures.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True, help="How to print."
)
@options.quiet
def claims(file: Path, form: str, *, quiet: bool) -> None:
    """Check claims: which facts bear on each, how far it is from them, and what follows.

    FILE is a JSON list of objects with id, quote, subject, metric, value, asof and kind.

    \b
    Example:
      trigpoint figures claims claims.json
    """
    found = read(file)
    for claim in found.claims:
        assessment = check(claim)
        if form == "jsonl":
            click.echo(msgspec.json.encode(assessment))
        else:
            click.echo(_told(assessment))
    for reject in found.rejects:
        click.echo(f"trigpoint: {reject}", err=True)
    if not quiet:
        click.echo(f"{len(found.claims)} claims checked, {len(found.rejects)} could not be read", err=True)


def _told(assessment: Assessment) -> str:
    claim = assessment.claim
    lines = [
        f"{claim.id}: {assessment.verdict.replace('_', ' ')}",
        f"  “{claim.quote}” ({claim.subject}, {claim.metric}, {claim.asof})",
        f"  {assessment.why[0].upper()}{assessment.why[1:]}.",
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
