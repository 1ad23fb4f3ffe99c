"""The report on a country."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint import __version__
from trigpoint.discovery import declared
from trigpoint.figures import categories as category_files
from trigpoint.figures.country import SMALLEST_NETWORK, coarsened, load
from trigpoint.figures.openness import openness
from trigpoint.reference.countries import FICTIONAL, country_code, country_name
from trigpoint.report import sections
from trigpoint.report.chart import pictures
from trigpoint.report.csv_files import write_csv
from trigpoint.report.edition import Edition
from trigpoint.report.evidence import measurement_pages, rows_pages
from trigpoint.report.folder import MARKER, hashes, replacing
from trigpoint.report.matrix import grid
from trigpoint.report.pages import page
from trigpoint.report.rows import MOST_RECORDS, RECORD_RULE, plan, record_name
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.figures.country import CountryTables, SurveyTables
    from trigpoint.figures.openness import Openness
    from trigpoint.report.chart import Picture
    from trigpoint.report.evidence import Fetch

FORMAT_VERSION = 1
"""Version of the layout of ``report.json``."""

_COARSE = (
    "Raw records, pages of single measurements, and hashes of measurements and of source files are left out.",
    "Times are given as days.",
    f"Networks with fewer than {SMALLEST_NETWORK} distinct runs are shown together as “other networks”.",
    "Response bodies, the paths of source files, and the texts of reasons are left out.",
)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    page: Path
    """The page to open."""
    files: int
    """Files in the folder."""
    measurements: int
    """Measurements of the country."""
    verdicts: int
    """Verdicts of the country."""
    targets_with_signs: int
    """Targets with signs of blocking."""
    rejects: int
    """Records of the survey that could not be read."""
    is_fictional: bool
    """Whether the data are invented."""


def write(  # noqa: PLR0913 (each is a choice of its own that a person makes)
    country: str,
    survey: SurveyTables,
    out: Path,
    *,
    fetch: Fetch | None,
    categories: Path | None = None,
    publish: bool = False,
    fictional: bool | None = None,
) -> Written:
    """Write the report on a country.

    The same survey gives the same bytes.

    Args:
        country: ISO 3166-1 alpha-2.
        survey: the tables.
        out: folder to write; an older report there is replaced.
        fetch: gives the raw record at a path, member and line, checked against the measurement's id. ``None``: no
            records are copied.
        categories: CSV with the category of each site. ``None``: no categories are shown.
        publish: withhold or coarsen what could point at a person (R10).
        fictional: mark the data as invented. ``None``: where the software that measured says so.

    Raises:
        CountryError: it is not a country code, or the survey has no measurements of it.
        InputError: the category file cannot be read, or the folder cannot be written.

    """
    code = country_code(country)
    tables = load(survey, code)
    is_fictional = fictional if fictional is not None else tables.is_fictional or code == FICTIONAL
    tables = coarsened(tables) if publish else tables
    named = category_files.read(categories) if categories else None
    chapter = openness(survey, tables, named, is_fictional=is_fictional)
    records = None if publish else fetch
    edition = _edition(survey, chapter, has_records=records is not None, is_fictional=is_fictional)
    if named:
        edition = msgspec.structs.replace(edition, references=(*edition.references, named.file))
    with replacing(out) as folder:
        _write_data(folder, edition)
        _write_pages(folder, edition)
        _write_evidence(folder, edition)
        if records is not None:
            _write_measurements(folder, edition, survey, records)
        count = _write_json(folder, edition)
    ledger = edition.ledger
    return Written(
        page=out / "index.html",
        files=count,
        measurements=tables.measurements.height,
        verdicts=tables.verdicts.height,
        targets_with_signs=int(ledger["blocking.targets"].value or 0),
        rejects=int(ledger["coverage.rejects"].value or 0),
        is_fictional=is_fictional,
    )


def _edition(survey: SurveyTables, chapter: Openness, *, has_records: bool, is_fictional: bool) -> Edition:
    tables = chapter.tables
    shown = grid(chapter.frames["matrix"])
    links = plan(tables, shown.targets, _days(chapter), has_records=has_records)
    return Edition(
        country=tables.country,
        name=country_name(tables.country, is_laboratory=bool(tables.lab_worlds)),
        is_fictional=is_fictional,
        is_published=tables.is_coarse,
        chapter=chapter,
        grid=shown,
        links=links,
        versions=tuple(sorted({**survey.versions, "report": __version__}.items())),
        references=tuple(sorted(survey.references, key=lambda file: (file.name, file.sha256))),
        withheld=_withheld(tables, has_records=has_records),
    )


def _days(chapter: Openness) -> tuple[str, ...]:
    """Days that the page names: the latest ones are in the matrix and in the table of days."""
    days: list[str] = chapter.frames["days"]["day"].to_list()
    return tuple(days[-_MOST_DAY_PAGES:])


_MOST_DAY_PAGES = 62


def _withheld(tables: CountryTables, *, has_records: bool) -> tuple[str, ...]:
    if tables.is_coarse:
        return (*_COARSE, *_withheld_wholly(tables))
    if not has_records:
        return ("Raw records are not copied into this report; each row names the file and line of its record.",)
    judged = tables.verdicts["measurement"].n_unique()
    if judged > MOST_RECORDS:
        copied = f"Raw records are copied, each with a page, for {MOST_RECORDS} of {judged} measurements"
        return (f"{copied}: {RECORD_RULE}. Each other row names its file.",)
    return ()


def _withheld_wholly(tables: CountryTables) -> tuple[str, ...]:
    count = tables.measurements_withheld
    if not count:
        return ()
    words = f"{count} measurement{'s were' if count > 1 else ' was'} withheld wholly"
    return (f"{words}: their networks have fewer than {SMALLEST_NETWORK} distinct runs even together.",)


def _write_data(folder: Path, edition: Edition) -> None:
    (folder / "data").mkdir()
    for name, frame in sorted(edition.chapter.frames.items()):
        path = folder / "data" / f"{name}.csv"
        write_csv(frame, path, is_fictional=edition.is_fictional, is_laboratory=bool(edition.lab_worlds))
    text = page("data.txt", edition, names=sorted(edition.chapter.frames))
    (folder / "data" / "README.txt").write_text(text, encoding="utf-8")


def _write_pages(folder: Path, edition: Edition) -> None:
    drawn = pictures(edition)
    _write_pictures(folder, drawn)
    parts = [
        {
            "section": section,
            "tables": {table.name: table for table in section.tables(edition)},
            "charts": drawn.get(section.id, []),
            "values": section.values(edition),
        }
        for section in sorted(declared(sections, "SECTION", Section).values(), key=lambda section: section.order)
    ]
    _write(folder / "index.html", page("index.html", edition, parts=parts))


def _write_pictures(folder: Path, drawn: Mapping[str, Sequence[Picture]]) -> None:
    (folder / "charts").mkdir()
    for picture in (picture for of_section in drawn.values() for picture in of_section):
        for name, content in picture.files.items():
            (folder / "charts" / name).write_bytes(content)


def _write_evidence(folder: Path, edition: Edition) -> None:
    (folder / "evidence").mkdir()
    for rows in rows_pages(edition.chapter.tables, edition.links):
        _write(folder / rows.row_set.path, page("rows.html", edition, rows=rows, up="../"))


def _write_measurements(folder: Path, edition: Edition, survey: SurveyTables, fetch: Fetch) -> None:
    (folder / "records").mkdir()
    for measurement in measurement_pages(survey, edition.chapter.tables, edition.links, fetch):
        name = f"records/{record_name(measurement.measurement)}.json"
        if measurement.record is not None:
            (folder / name).write_bytes(measurement.record)
        _write(folder / measurement.path, page("measurement.html", edition, it=measurement, record=name, up="../"))


def _write_json(folder: Path, edition: Edition) -> int:
    files_written = hashes(folder)
    basis = edition.ledger.basis
    content: dict[str, Any] = {
        "kind": MARKER,
        "format": FORMAT_VERSION,
        "country": edition.country,
        "name": edition.name,
        "is_fictional": edition.is_fictional,
        "lab_worlds": list(edition.lab_worlds),
        "is_published": edition.is_published,
        "period": basis.period,
        "vintage": basis.vintage,
        "versions": dict(edition.versions),
        "references": msgspec.to_builtins(edition.references),
        "sources": edition.frame("sources").to_dicts(),
        "withheld": list(edition.withheld),
        "figures": msgspec.to_builtins(list(edition.ledger)),
        "files": files_written,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / "report.json").write_text(f"{text}\n", encoding="utf-8", errors="replace")
    return len(files_written) + 1


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="replace")
