"""``trigpoint report``: the status report on a country or the world."""

from __future__ import annotations

from pathlib import Path

import click

from trigpoint import report as reports
from trigpoint.cli import options
from trigpoint.cli.progress import say
from trigpoint.collecting import rare_collection
from trigpoint.errors import SurveyError
from trigpoint.figures.statistics import compiled, gathered
from trigpoint.figures.stored import read as read_edition
from trigpoint.model.figure import WORLD
from trigpoint.report import Statistics
from trigpoint.report.assembly import subject_of
from trigpoint.report.language import LANGUAGES
from trigpoint.report.pdf import browser
from trigpoint.store.survey import Survey


@click.command()
@click.argument("subject", metavar="CC|world")
@click.option("--survey", type=click.Path(path_type=Path), help="Folder of a judged survey.")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the report.")
@click.option(
    "--compare",
    "earlier",
    type=click.Path(path_type=Path),
    metavar="PREVIOUS",
    help="Folder or report.json of an earlier edition: say what changed since, and why.",
)
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="Language of the report."
)
@click.option("--pdf", is_flag=True, help="Print the page as report.pdf, too, by an installed Chromium.")
@options.data
@options.categories
@options.publish
@options.quiet
def report(  # noqa: PLR0913 (each is a choice of its own that a person makes)
    subject: str,
    survey: Path | None,
    folder: Path,
    earlier: Path | None,
    folders: tuple[Path, ...],
    categories: Path | None,
    *,
    language: str,
    pdf: bool,
    publish: bool,
    quiet: bool,
) -> None:
    """Write the status report on a country (ISO 3166-1 alpha-2, such as IR) or the world.

    It is made from the extract that comes along, from what `trigpoint figures update` downloaded, from folders of
    statistics, and from a survey where one is given. What it lacks it says, with the command that fills it.

    \b
    Example:
      trigpoint report CN --to china
      trigpoint report IR --survey iran/survey --to iran/report
      trigpoint report world --language zh --pdf --to world
    """
    printer = browser() if pdf else None
    before = read_edition(earlier) if earlier else None
    with rare_collection():
        found = gathered(folders)
        statistics = Statistics(ledger=compiled(found), rejects=found.rejects)
        opened = opened_survey(survey, categories, publish=publish, subject=subject) if survey else None
        written = reports.write(
            subject, folder, statistics=statistics, survey=opened, earlier=before, language=language, printer=printer
        )
    for reject in found.rejects:
        click.echo(f"trigpoint: {reject}", err=True)
    say(f"Wrote the report: {written.page}", quiet=quiet)


def opened_survey(place: Path, categories: Path | None, *, publish: bool, subject: str = "world") -> reports.Survey:
    """Open a survey to report on.

    Raises:
        SurveyError: it is not judged, damaged, or cannot be read.

    """
    from trigpoint import archive  # noqa: PLC0415 - a tenth of a second, which a report without a survey need not wait

    opened = Survey.open(place)
    code = subject_of(subject)
    opened.verify(None if code == WORLD else code)
    if not opened.is_judged:
        message = f"{place}: the survey is not judged yet; run: trigpoint judge {place}"
        raise SurveyError(message)
    return reports.Survey(tables=opened, fetch=archive.Finder(), categories=categories, publish=publish)


def write_report(
    country: str, survey: Path, folder: Path, categories: Path | None, *, publish: bool, quiet: bool
) -> None:
    """Write a report on a country of a survey alone, and say where it is.

    Raises:
        SurveyError: the survey is not judged, damaged, or cannot be read.
        CountryError: the country is none, or has no measurements.

    """
    opened = opened_survey(survey, categories, publish=publish, subject=country)
    written = reports.write(country, folder, survey=opened)
    say(f"Wrote the report: {written.page}", quiet=quiet)
