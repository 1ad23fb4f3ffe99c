"""``trigpoint survey``: observe, judge and report in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trigpoint.cli import options
from trigpoint.cli.fetching import local, wanted
from trigpoint.cli.judge import judge_and_aggregate
from trigpoint.cli.library import addresses_in_use, fingerprints_in
from trigpoint.cli.observe import read_into
from trigpoint.cli.progress import say
from trigpoint.cli.report import write_report
from trigpoint.figures import categories as category_files
from trigpoint.reference.countries import country_code


@click.command()
@click.argument("country", metavar="CC")
@options.sources
@click.option("--to", "place", required=True, type=click.Path(path_type=Path), help="Folder for survey/ and report/.")
@options.processes
@options.cluster
@options.addresses
@options.reference
@options.categories
@options.publish
@options.since
@options.until
@options.nettests
@options.mirror
@options.signed
@options.quiet
def survey(  # noqa: PLR0913, PLR0917 - one parameter for each option of the command
    country: str,
    sources: tuple[Path | str, ...],
    place: Path,
    processes: int | None,
    cluster: str | None,
    addresses: Path | None,
    folder: Path | None,
    categories: Path | None,
    *,
    publish: bool,
    quiet: bool,
    **archives: Any,  # noqa: ANN401 - one for each option of archives
) -> None:
    """Read measurements, judge them, and write the report on one country.

    Of an archive in a bucket (s3://BUCKET/PREFIX) the measurements of that country are read.

    \b
    Example:
      trigpoint survey IR measurements/ --to iran
      trigpoint survey IR s3://ooni-data-eu-fra/raw --since 2026-11-01 --until 2026-11-01 --to iran
    """
    code = country_code(country)  # before anything is read: what is mistyped is told at once
    if categories is not None:
        category_files.read(categories)
    fingerprints = fingerprints_in(folder, quiet=quiet)
    where = place / "survey"
    remote = any(isinstance(source, str) for source in sources)
    chosen = wanted(countries=[code] if remote else [], **archives)
    files = local(sources, where, chosen, quiet=quiet)
    with options.hired(processes, cluster) as workers:
        read_into(where, files, workers, addresses_in_use(addresses, folder), quiet=quiet)
        judged = judge_and_aggregate(where, fingerprints, workers)
    say(
        f"Judged {judged.counts.measurements:,} measurements: {judged.counts.rows.get('verdicts', 0):,} verdicts.",
        quiet=quiet,
    )
    write_report(country, where, place / "report", categories, publish=publish, quiet=quiet)
