"""``trigpoint lab score``: verdicts of a survey beside the truth of the worlds in which it was measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.columns import aligned
from trigpoint.cli.progress import say
from trigpoint.errors import DamagedSurveyError, InputError, SurveyError
from trigpoint.lab.case import Judged, numbers
from trigpoint.lab.score import score as hold
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.texts import escaped
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.lab.case import Case, Numbers
    from trigpoint.lab.score import Score
    from trigpoint.lab.world.world import World

_MOST_LINES = 40
_MOST_NAMES = 5
_OF_VERDICTS = ("nettest", "state", "mechanisms", "interference", "rules")


@click.command()
@click.argument("survey", type=click.Path(path_type=Path))
@click.option(
    "--world",
    "files",
    multiple=True,
    metavar="FILE.toml",
    help="A world that does not come along and was measured; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON, for programs.")
@click.option("--all", "is_all", is_flag=True, help="List all rows that are wrong, not only the first.")
@options.quiet
def score(survey: Path, files: tuple[str, ...], *, as_json: bool, is_all: bool, quiet: bool) -> None:
    """Set the verdicts of a survey beside the truth of the lab's worlds.

    Counted are the rows of truth that were measured; rows that differ in the
    version of IP alone are one. The verdict on a row is blocked if any run
    says so, else ok if any does, else down. Follow-ups add mechanisms, and
    decide where nothing else does.

    \b
    Example:
      trigpoint lab score build/lab/survey
    """
    scored = scored_survey(survey, files)
    for sentence in _left_out(scored):
        say(sentence, quiet=quiet)
    click.echo(
        msgspec.json.format(msgspec.json.encode(plain_score(scored))) if as_json else score_text(scored, is_all=is_all)
    )


def scored_survey(survey: Path, files: tuple[str, ...] = ()) -> Score:
    """Hold the verdicts of a survey against the truth of worlds that come along, and of those in files.

    Raises:
        SurveyError: there is no survey, or it is not judged, or damaged.
        InputError: nothing in it was measured in the lab, or in no world that is known.

    """
    verdicts = _verdicts(survey)
    scored = hold(verdicts, _worlds({verdict.world for verdict in verdicts}, files))
    if not scored.unmeasured:
        message = f"{survey}: it was measured in worlds that are not known here: {_some(scored.unknown)}; see --world"
        raise InputError(message)
    return scored


def _verdicts(folder: Path) -> list[Judged]:
    """Read the verdicts on what was measured in the lab.

    Raises:
        SurveyError: there is no survey, or it is not judged, or damaged.
        InputError: nothing in it was measured in the lab.

    """
    import polars as pl  # noqa: PLC0415 - the other verbs of the lab need not wait for it

    from trigpoint.store.survey import Survey  # noqa: PLC0415 - as above

    survey = Survey.open(folder)
    survey.verify()
    if not survey.is_judged:
        message = f"{folder}: the survey is not judged yet; run: trigpoint judge {folder}"
        raise SurveyError(message)
    measured = survey.scan("measurements").filter(pl.col("lab_world").is_not_null())
    began = pl.col("started_at").min().over("lab_world", "probe_asn", pl.coalesce("report_id", pl.lit("")))
    keys = measured.select(
        "lab_world",
        "input",
        site="target",
        asn="probe_asn",
        run="report_id",
        measurement="id",
        elapsed=pl.col("started_at") - began,
    )
    # Truth speaks of what was measured itself, and what follows for a whole service would be counted twice.
    verdicts = survey.scan("verdicts").filter(pl.col("parts").fill_null("") == "")
    verdicts = verdicts.select("measurement", "target", *_OF_VERDICTS)
    try:
        rows = verdicts.join(keys, on="measurement").sort("measurement", "target").collect().to_dicts()
        found = [_judged(row) for row in rows]
    except (pl.exceptions.PolarsError, ValueError) as error:
        message = f"{folder}: its verdicts cannot be read: {str(error).splitlines()[0]}"
        raise DamagedSurveyError(message) from error
    if not found:
        message = f"{folder}: none of its {survey.counts.measurements:,} measurements was made in the lab"
        raise InputError(message)
    return found


def _judged(row: dict[str, Any]) -> Judged:
    mechanisms, interference, rules = (tuple((row[key] or "").split()) for key in _OF_VERDICTS[2:])
    return Judged(
        world=row["lab_world"],
        asn=row["asn"],
        nettest=row["nettest"],
        input=row["input"],
        site=row["site"],
        run=row["run"],
        elapsed=row["elapsed"],
        state=State(row["state"]),
        mechanisms=mechanisms,
        interference=interference,
        rules=rules,
    )


def _worlds(wanted: set[str], files: tuple[str, ...]) -> dict[str, World]:
    """Load worlds by the names in a survey. A name there is never taken for that of a file."""
    given = [load(file) for file in files]
    return {name: load(name) for name in names() if name in wanted} | {world.name: world for world in given}


def _left_out(scored: Score) -> Iterable[str]:
    if scored.unknown:
        count = sum(scored.unknown.values())
        yield f"Verdicts left out, since their world is not known here: {count:,} ({_some(scored.unknown)})."
    if scored.strays:
        yield f"Verdicts left out, since no row of truth speaks of what they are on: {scored.strays:,}."
    unmeasured = {name: count for name, count in scored.unmeasured.items() if count}
    if unmeasured:
        yield f"Rows of truth that were not measured: {sum(unmeasured.values()):,} ({_some(unmeasured)})."


def _some(counts: Iterable[str]) -> str:
    listed = [escaped(name)[:80] for name in counts]
    more = f" and {len(listed) - _MOST_NAMES} more" if len(listed) > _MOST_NAMES else ""
    return ", ".join(listed[:_MOST_NAMES]) + more


def plain_score(scored: Score) -> dict[str, Any]:
    """Give the numbers of each world and of all together, for JSON."""
    worlds = {name: numbers(cases) for name, cases in scored.by_world.items()}
    found: dict[str, Any] = msgspec.to_builtins({"worlds": worlds, "total": numbers(scored.cases)})
    return found


def score_text(scored: Score, *, is_all: bool) -> str:
    """Give the numbers, a matrix of states, and the rows that differ, for people."""
    parts = [_numbers(scored), _matrix(scored.cases)]
    wrong = [_row(case, str(case.expected), str(case.said)) for case in scored.cases if not case.is_right]
    other = [
        _row(case, _nodes(case.wanted), _nodes(case.named))
        for case in scored.cases
        if case.is_right and (case.wanted - case.named or (case.wanted and case.named - case.allowed))
    ]
    head = ("world", "network", "what", "true", "said", "rules")
    for title, rows in (("Wrong states", wrong), ("Mechanisms that differ", other)):
        if rows:
            shown = rows if is_all else rows[:_MOST_LINES]
            left = [f"and {len(rows) - len(shown)} more; --all lists them"] if len(rows) > len(shown) else []
            parts.append("\n".join([title, aligned([head, *shown]), *left]))
    return "\n\n".join(parts)


def _numbers(scored: Score) -> str:
    head = ("world", "rows", "states right", "false blocked", "innocent", "precision", "recall")
    worlds = [_line(escaped(name), numbers(cases)) for name, cases in scored.by_world.items()]
    return aligned([head, *worlds, _line("total", numbers(scored.cases))])


def _line(name: str, found: Numbers) -> Sequence[object]:
    shares = (found.mechanism_precision, found.mechanism_recall)
    told = ("-" if share is None else f"{share:.2f}" for share in shares)
    return (name, found.rows, found.states_right, found.false_blocked, found.innocent, *told)


def _matrix(cases: Iterable[Case]) -> str:
    counted = Counter((case.expected, case.said) for case in cases)
    head = ("true \\ said", *State)
    return aligned([head, *((true, *(counted[true, said] for said in State)) for true in State)])


def _row(case: Case, true: str, said: str) -> Sequence[str]:
    return (case.world, case.network, case.url, true, said, escaped(" ".join(case.rules)) or "-")


def _nodes(nodes: Iterable[str]) -> str:
    """Write nodes without those that stand above others of them."""
    nodes = sorted(nodes)
    deepest = [node for node in nodes if not any(other.startswith(f"{node}.") for other in nodes)]
    return escaped(" ".join(deepest)) or "-"
