"""The folder of a report: pages, tables, evidence, and the ledger as ``report.json``."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.figures import datapackage
from trigpoint.figures.datapackage import Resource
from trigpoint.model.figure import SHORT, computed_rows
from trigpoint.report.assembly import edition_of
from trigpoint.report.csv_files import MARKS, fields, write_csv
from trigpoint.report.figure_evidence import figure_pages
from trigpoint.report.folder import MARKER, hashes, replacing
from trigpoint.report.language import gettext as _
from trigpoint.report.language import speaking
from trigpoint.report.measured import Survey, write_evidence
from trigpoint.report.pages import page, write_page
from trigpoint.report.parts import chapters_of
from trigpoint.report.pdf import printed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import polars as pl

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure
    from trigpoint.report.assembly import Statistics
    from trigpoint.report.chart import Picture
    from trigpoint.report.edition import Edition
    from trigpoint.report.parts import Filled

FORMAT_VERSION = 3
"""Version of the layout of ``report.json``."""
_HANDS = 2
"""Charts that are drawn and packed at a time; the renderer itself takes one after the other."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    page: Path
    """The page to open."""
    files: int
    """Files in the folder."""
    measurements: int
    """Measurements of the country; none without a survey."""
    verdicts: int
    """Verdicts of the country."""
    targets_with_signs: int
    """Targets with signs of blocking."""
    rejects: int
    """Records of the survey that could not be read."""
    is_fictional: bool
    """Whether the measurements are invented."""


def write(  # noqa: PLR0913 (each is a choice of its own that a person makes)
    subject: str,
    out: Path,
    *,
    statistics: Statistics | None = None,
    survey: Survey | None = None,
    earlier: Ledger | None = None,
    language: str = "en",
    printer: str | None = None,
) -> Written:
    """Write the report on a country or the world.

    The same statistics and survey give the same bytes.

    Args:
        subject: ISO 3166-1 alpha-2, or ``world``.
        out: folder to write; an older report there is replaced.
        statistics: figures of published series. ``None``: the chapters that stand on them say what they need.
        survey: measurements. ``None``: the chapter on openness says what it needs.
        earlier: ledger of an earlier edition, which this one is compared with. ``None``: it is not.
        language: one of :data:`~trigpoint.report.language.LANGUAGES`.
        printer: browser that prints the page as ``report.pdf``. ``None``: there is no PDF.

    Raises:
        CountryError: it is neither a country code nor the world, or the survey has no measurements of it.
        InputError: the category file cannot be read, or the folder cannot be written.

    """
    with speaking(language), replacing(out) as folder:
        edition = edition_of(subject, statistics=statistics, survey=survey, earlier=earlier)
        chapters = chapters_of(edition)
        with _writing_pictures(folder, chapters):
            _write_data(folder, edition, chapters)
            _write_pages(folder, edition, chapters, printer)
            if survey is not None:
                write_evidence(folder, edition, survey)
        _write_package(folder, edition, chapters)
        count = _write_json(folder, edition)
    return _written(out / "index.html", edition, count)


def _written(place: Path, edition: Edition, files: int) -> Written:
    tables, ledger = edition.tables, edition.ledger

    def count(name: str) -> int:
        return int(ledger[name].value or 0) if name in ledger else 0

    return Written(
        page=place,
        files=files,
        measurements=tables.measurements.height if tables else 0,
        verdicts=tables.verdicts.height if tables else 0,
        targets_with_signs=count("blocking.targets"),
        rejects=count("coverage.rejects"),
        is_fictional=edition.is_fictional,
    )


def _tables(edition: Edition, chapters: Sequence[Filled]) -> dict[str, pl.DataFrame]:
    """Give every table by name: those of the survey and of sections; a chart has its numbers in a file of its own."""
    frames = dict(edition.frames)
    for part in (part for chapter in chapters for part in chapter.parts):
        for name, table in part.tables.items():
            frames.setdefault(name, table.frame)
    return frames


def _write_data(folder: Path, edition: Edition, chapters: Sequence[Filled]) -> None:
    (folder / "data").mkdir()
    frames = _tables(edition, chapters)
    for name, frame in sorted(frames.items()):
        path = folder / "data" / f"{name}.csv"
        write_csv(frame, path, is_fictional=edition.is_fictional, is_laboratory=bool(edition.lab_worlds))
    text = page("data.txt", edition, names=sorted(frames))
    (folder / "data" / "README.txt").write_text(text, encoding="utf-8")


def _write_pages(folder: Path, edition: Edition, chapters: Sequence[Filled], printer: str | None) -> None:
    text = page("index.html", edition, chapters=chapters)
    write_page(folder / "index.html", text)
    if printer is not None:
        (folder / "report.pdf").write_bytes(printed(text, printer))
    (folder / "evidence").mkdir()
    for name, text in figure_pages(edition):
        write_page(folder / name, text)


@contextmanager
def _writing_pictures(folder: Path, chapters: Sequence[Filled]) -> Iterator[None]:
    """Draw the files of charts meanwhile: what draws and packs them does not hold the interpreter."""
    (folder / "charts").mkdir()
    with ThreadPoolExecutor(_HANDS) as hands:
        drawn = [hands.submit(copy_context().run, _write_picture, folder, one) for one in _pictures(chapters)]
        yield
        for one in drawn:
            one.result()


def _write_picture(folder: Path, picture: Picture) -> None:
    for name, content in picture.files.items():
        (folder / "charts" / name).write_bytes(content)


def _pictures(chapters: Sequence[Filled]) -> list[Picture]:
    return [picture for chapter in chapters for part in chapter.parts for picture in part.charts]


def _write_package(folder: Path, edition: Edition, chapters: Sequence[Filled]) -> None:
    """Describe the tables; ``report.json``, which holds the hash of every file, is written after it."""
    resources = [
        *(
            Resource(name=name, path=f"data/{name}.csv", fields=fields(frame) | dict.fromkeys(MARKS, "boolean"))
            for name, frame in sorted(_tables(edition, chapters).items())
        ),
        *(
            Resource(name=f"chart-{one.name}", path=f"charts/{one.name}.csv", fields=fields(one.rows), title=one.title)
            for one in _pictures(chapters)
        ),
    ]
    place = "world" if edition.is_world else edition.subject.lower()
    title = _("{what}: {rest}").format(what=_("Trigpoint status report"), rest=edition.name)
    datapackage.write(folder, f"trigpoint-report-{place}", title, resources, edition.ledger.records)


def _write_json(folder: Path, edition: Edition) -> int:
    """Write the ledger and what the report was made from, a figure a line; give the number of files."""
    files_written = hashes(folder)
    content: dict[str, Any] = {
        "kind": MARKER,
        "format": FORMAT_VERSION,
        "subject": edition.subject,
        "name": edition.name,
        "is_fictional": edition.is_fictional,
        "lab_worlds": list(edition.lab_worlds),
        "is_published": edition.is_published,
        "period": edition.ledger.basis.period,
        "vintage": edition.state,
        "versions": dict(edition.versions),
        "references": msgspec.to_builtins(edition.references),
        "sources": edition.frame("sources").to_dicts() if edition.openness else [],
        "counted_from": list(edition.ledger.basis.sources),
        "records": msgspec.to_builtins(edition.ledger.records),
        "rejects": list(edition.rejects),
        "withheld": list(edition.withheld),
        "files": files_written,
    }
    known = {record.sha256 for record in edition.ledger.records}
    lines = (
        json.dumps(_told(one, content["counted_from"], known), ensure_ascii=False, separators=(",", ":"))
        for one in edition.ledger
    )
    head = json.dumps(content, indent=1, ensure_ascii=False).removesuffix("\n}")
    figures = ",\n  ".join(lines)
    text = f'{head},\n "figures": [\n  {figures}\n ]\n}}\n'
    (folder / "report.json").write_text(text, encoding="utf-8", errors="replace")
    return len(files_written) + 1


def _told(figure: Figure, sources: Sequence[str], records: Collection[str]) -> dict[str, Any]:
    """Give a figure as a line of ``report.json``; its value stays, known or not.

    What is missing is left out, and so are sources that are those of the whole survey, and the rows of what was
    computed from other figures, which are its inputs. A source that has a record is named by the first digits of its
    hash, as on the pages. Together that halves the file.
    """
    named = [name[:SHORT] if name in records else name for name in figure.sources]
    given = msgspec.structs.asdict(figure) | {"sources": None if sources and named == list(sources) else named}
    given |= {"rows": None if figure.rows == computed_rows(figure.id) else figure.rows}
    return {name: msgspec.to_builtins(value) for name, value in given.items() if value is not None or name == "value"}
