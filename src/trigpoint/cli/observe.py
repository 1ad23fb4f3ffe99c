"""``trigpoint observe``: measurement files into the observation tables of a survey."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import polars as pl

from trigpoint import archive
from trigpoint.cli import options
from trigpoint.cli.columns import place_of, plain
from trigpoint.cli.fetching import local, wanted
from trigpoint.cli.library import addresses_in_use
from trigpoint.cli.progress import reading, say, say_observed
from trigpoint.errors import InputError
from trigpoint.observe import observe as observe_files
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.observe import Observed
    from trigpoint.workers import Workers

_SHOWN = 5


@click.command()
@options.sources
@click.option("--to", "survey", required=True, type=click.Path(path_type=Path), help="Folder of the survey.")
@options.processes
@options.cluster
@options.addresses
@options.reference
@options.since
@options.until
@options.countries
@options.nettests
@options.mirror
@options.signed
@options.quiet
def observe(  # noqa: PLR0913 - one parameter for each option of the command
    sources: tuple[Path | str, ...],
    survey: Path,
    processes: int | None,
    cluster: str | None,
    addresses: Path | None,
    folder: Path | None,
    *,
    quiet: bool,
    **archives: Any,  # noqa: ANN401 - one for each option of archives
) -> None:
    """Read measurement files, folders of them, or archives in buckets (s3://BUCKET/PREFIX), into a survey.

    Files are recognised by content: OONI's JSON, JSON Lines and postcans, and Censored Planet's scans (Hyperquack,
    Satellite), all of them also packed with gzip or zstd. A second run with the same files adds nothing.

    \b
    Example:
      trigpoint observe measurements/ more.jsonl.gz --to iran
      trigpoint observe s3://ooni-data-eu-fra/raw --since 2026-11-01 --until 2026-11-01 --country IR --to iran
    """
    files = local(sources, survey, wanted(**archives), quiet=quiet)
    with options.hired(processes, cluster) as workers:
        read_into(survey, files, workers, addresses_in_use(addresses, folder), quiet=quiet)


def _say_rejects(survey: Survey, files: Sequence[Path]) -> None:
    """Name the first records of files that could not be read; the survey's table ``rejects`` has all."""
    paths = [str(path) for path in files]
    found = survey.scan("rejects").filter(pl.col("path").is_in(paths)).sort("path", "member", "line").collect()
    for row in found.head(_SHOWN).iter_rows(named=True):
        say(f"Rejected: {plain(place_of(**row))}: {plain(row['reason'])}", quiet=False)
    if found.height > _SHOWN:
        say(f"Rejected: {found.height - _SHOWN:,} more, in the table “rejects” of {survey.path}", quiet=False)


def read_into(
    survey: Path, sources: Sequence[Path], workers: Workers | None, addresses: Path | None, *, quiet: bool
) -> Observed:
    """Observe files, tell what was read, and refuse sources in which nothing can be read.

    Raises:
        InputError: nothing could be read: no path leads to a file, or no file has a measurement.

    """
    files, passed = archive.expand(sources)
    with reading(quiet=quiet) as progress:
        observed = observe_files(
            files,
            survey,
            archive.read,
            identify=archive.identify,
            workers=workers,
            address_database=addresses,
            progress=progress,
        )
    observed = msgspec.structs.replace(observed, unreadable=(*passed, *observed.unreadable))
    say_observed(observed, quiet=quiet)
    if observed.rejects and not quiet:
        _say_rejects(Survey.open(survey), files)
    is_new = observed.measurements or observed.duplicates
    if not is_new and not (observed.known and Survey.open(survey).counts.measurements):
        some = ", ".join(str(source) for source in sources[:_SHOWN])
        more = f" and {len(sources) - _SHOWN} more" if len(sources) > _SHOWN else ""
        message = f"{some}{more}: no readable measurement"
        raise InputError(message)
    return observed
