"""``trigpoint report``: the report on a country, from a judged survey."""

from __future__ import annotations

from pathlib import Path

import click

from trigpoint import archive
from trigpoint.cli import options
from trigpoint.cli.progress import say
from trigpoint.errors import SurveyError
from trigpoint.reference.countries import country_code
from trigpoint.report import write
from trigpoint.store.survey import Survey


@click.command()
@click.argument("country", metavar="CC")
@click.option("--survey", required=True, type=click.Path(path_type=Path), help="Folder of the survey.")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the report.")
@options.categories
@options.publish
@options.quiet
def report(country: str, survey: Path, folder: Path, categories: Path | None, *, publish: bool, quiet: bool) -> None:
    """Write the report on one country (ISO 3166-1 alpha-2, such as IR) from a judged survey.

    \b
    Example:
      trigpoint report IR --survey iran --to iran/report
    """
    write_report(country, survey, folder, categories, publish=publish, quiet=quiet)


def write_report(
    country: str, survey: Path, folder: Path, categories: Path | None, *, publish: bool, quiet: bool
) -> None:
    """Write a report and say where it is.

    Raises:
        SurveyError: the survey is not judged, damaged, or cannot be read.
        CountryError: the country is none, or has no measurements.

    """
    opened = Survey.open(survey)
    opened.verify(country_code(country))
    if not opened.is_judged:
        message = f"{survey}: the survey is not judged yet; run: trigpoint judge {survey}"
        raise SurveyError(message)
    written = write(country, opened, folder, fetch=archive.Finder(), categories=categories, publish=publish)
    say(f"Wrote the report: {written.page}", quiet=quiet)
