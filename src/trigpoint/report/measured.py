"""The part of a report that a survey fills: its frames, figures, links, and pages of evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures import categories as category_files
from trigpoint.figures.country import SMALLEST_NETWORK, SurveyTables, coarsened, load
from trigpoint.figures.ledger import Ledger
from trigpoint.figures.openness import Openness, openness
from trigpoint.figures.openness_world import WorldOpenness, openness_world
from trigpoint.model.figure import WORLD
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.countries import FICTIONAL
from trigpoint.report.evidence import Fetch, measurement_pages, rows_pages
from trigpoint.report.language import N_, ngettext
from trigpoint.report.language import gettext as _
from trigpoint.report.matrix import Grid, grid
from trigpoint.report.pages import page, write_page
from trigpoint.report.rows import MOST_RECORDS, RECORD_RULE, Links, plan, record_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.figures.country import CountryTables
    from trigpoint.report.edition import Edition

_COARSE = (
    N_("Raw records, pages of single measurements, and hashes of measurements and of source files are left out."),
    N_("Times are given as days."),
    N_("Networks with fewer than {fewest} distinct runs are shown together as “other networks”."),
    N_("Response bodies, the paths of source files, and the texts of reasons are left out."),
)


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """A survey, and how a person wants it reported."""

    tables: SurveyTables
    fetch: Fetch | None = None
    """Gives the raw record at a path, member and line, checked against the measurement's id. Missing: no records are
    copied."""
    categories: Path | None = None
    """CSV with the category of each site. Missing: no categories are shown."""
    publish: bool = False
    """Whether to withhold or coarsen what could point at a person (R10)."""
    fictional: bool | None = None
    """Whether the data are invented. Missing: as the software that measured says."""

    @property
    def records(self) -> Fetch | None:
        """What copies raw records. Missing: none are copied."""
        return None if self.publish else self.fetch


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a survey gives an edition."""

    ledger: Ledger
    """Figures that were counted."""
    lab_worlds: tuple[str, ...]
    """Worlds of the lab in which measurements were made."""
    is_fictional: bool
    is_published: bool
    """Whether what could point at a person was withheld (R10)."""
    references: tuple[ReferenceFile, ...]
    """Reference files that any stage read, sorted by name."""
    openness: Openness | None = None
    """Of a country. Missing: it is the world."""
    world: WorldOpenness | None = None
    """Of the world. Missing: it is a country."""
    grid: Grid | None = None
    links: Links = Links({}, frozenset())
    withheld: tuple[str, ...] = ()
    """What the report leaves out, one sentence each."""


def measured(code: str, survey: Survey) -> Measured:
    """Compute the frames and figures of one country of a survey, or of the world.

    Raises:
        CountryError: the survey has no measurements of the country.
        InputError: the category file cannot be read.

    """
    return _of_world(survey) if code == WORLD else _of_country(code, survey)


def _of_world(survey: Survey) -> Measured:
    found = openness_world(survey.tables, is_coarse=survey.publish)
    return Measured(
        ledger=found.ledger,
        lab_worlds=found.lab_worlds,
        is_fictional=found.is_fictional if survey.fictional is None else survey.fictional,
        is_published=survey.publish,
        references=_references(survey.tables.references),
        world=found,
    )


def _of_country(code: str, survey: Survey) -> Measured:
    tables = load(survey.tables, code)
    is_fictional = survey.fictional if survey.fictional is not None else tables.is_fictional or code == FICTIONAL
    tables = coarsened(tables) if survey.publish else tables
    named = category_files.read(survey.categories) if survey.categories else None
    found = openness(survey.tables, tables, named, is_fictional=is_fictional)
    shown = grid(found.frames["matrix"])
    has_records = survey.records is not None
    return Measured(
        ledger=found.ledger,
        lab_worlds=tables.lab_worlds,
        is_fictional=is_fictional,
        is_published=tables.is_coarse,
        references=_references([*survey.tables.references, *([named.file] if named else [])]),
        openness=found,
        grid=shown,
        links=plan(tables, shown.targets, _days(found), has_records=has_records),
        withheld=_withheld(tables, has_records=has_records),
    )


def _references(files: Iterable[ReferenceFile]) -> tuple[ReferenceFile, ...]:
    return tuple(sorted(files, key=lambda file: (file.name, file.sha256)))


def _days(chapter: Openness) -> tuple[str, ...]:
    """Days that the page names: the latest ones are in the matrix and in the table of days."""
    days: list[str] = chapter.frames["days"]["day"].to_list()
    return tuple(days[-_MOST_DAY_PAGES:])


_MOST_DAY_PAGES = 62


def _withheld(tables: CountryTables, *, has_records: bool) -> tuple[str, ...]:
    if tables.is_coarse:
        return (*(_(text).format(fewest=SMALLEST_NETWORK) for text in _COARSE), *_withheld_wholly(tables))
    if not has_records:
        return (_("Raw records are not copied into this report; each row names the file and line of its record."),)
    judged = tables.verdicts["measurement"].n_unique()
    if judged > MOST_RECORDS:
        text = _(
            "Raw records are copied, each with a page, for {copied} of {whole} measurements: {rule}. "
            "Each other row names its file."
        )
        return (text.format(copied=MOST_RECORDS, whole=judged, rule=_(RECORD_RULE)),)
    return ()


def _withheld_wholly(tables: CountryTables) -> tuple[str, ...]:
    count = tables.measurements_withheld
    if not count:
        return ()
    text = ngettext(
        "{count} measurement was withheld wholly: small networks have fewer than {fewest} distinct runs even together.",
        "{count} measurements were withheld wholly: small networks have fewer than {fewest} distinct runs even "
        "together.",
        count,
    )
    return (text.format(count=count, fewest=SMALLEST_NETWORK),)


def write_evidence(folder: Path, edition: Edition, survey: Survey) -> None:
    """Write the rows behind each number of the survey, and a page and the raw record of each measurement."""
    if edition.openness is None:
        return
    tables = edition.openness.tables
    for rows in rows_pages(tables, edition.links):
        write_page(folder / rows.row_set.path, page("rows.html", edition, rows=rows, up="../"))
    if survey.records is None:
        return
    (folder / "records").mkdir()
    for measurement in measurement_pages(survey.tables, tables, edition.links, survey.records):
        name = f"records/{record_name(measurement.measurement)}.json"
        if measurement.record is not None:
            (folder / name).write_bytes(measurement.record)
        write_page(folder / measurement.path, page("measurement.html", edition, it=measurement, record=name, up="../"))
