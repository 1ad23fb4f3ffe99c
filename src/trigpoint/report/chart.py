"""Charts: one file each in ``charts/``, as Vega-Lite specifications that are drawn to SVG without a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import polars as pl
from markupsafe import Markup

from trigpoint.discovery import declared
from trigpoint.model.figure import WORLD
from trigpoint.report import charts
from trigpoint.report.citation import Citation, cite
from trigpoint.report.csv_files import csv_bytes
from trigpoint.report.drawing import drawn, drawn_narrow, standalone
from trigpoint.report.figure_table import figure_table
from trigpoint.report.language import country, gettext, phrase, sentences
from trigpoint.report.page_table import PageTable
from trigpoint.report.text import visible
from trigpoint.report.treatment import affecting, told

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure
    from trigpoint.report.rows import Links
    from trigpoint.report.treatment import Treatments


class Material(Protocol):
    """What charts are drawn from; an edition of a report is it."""

    @property
    def ledger(self) -> Ledger:
        """Figures by id."""

    @property
    def subject(self) -> str:
        """Country (ISO 3166-1 alpha-2) or :data:`~trigpoint.model.figure.WORLD`."""

    @property
    def name(self) -> str:
        """Its name in the language of the report."""

    @property
    def treatments(self) -> Treatments:
        """How sources treat what some count with China."""

    @property
    def links(self) -> Links:
        """Where the rows behind each number of the survey are."""

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """Tables of the survey, by name. Empty: there is none."""


_MOST_ROWS = 30  # on the page; the CSV has all
Rows = Callable[[Material], pl.DataFrame]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One chart. Its name is that of its file."""

    order: int
    """Place among the charts of a section."""
    section: str
    """Anchor of its section."""
    title: Callable[[pl.DataFrame, str], str]
    """What it shows of a place, in a sentence without a full stop, from the rows and the name of the place."""
    table: str
    """Name of the table beside it: of its section's where it shows a survey, else one of the figures that it shows."""
    is_patterned: bool = False
    """Whether its marks are filled with the patterns of states, which a legend of the page then explains."""
    rows: Rows
    """What is drawn; nothing where the figures are missing."""
    spec: Callable[[pl.DataFrame], dict[str, Any]]
    """Vega-Lite specification of those rows."""
    describe: Callable[[pl.DataFrame], str]
    """What a person sees in it, in a sentence or two: its text alternative."""
    keys: Callable[[pl.DataFrame], Sequence[tuple[str, str]]] = lambda _: ()
    """Of a map, the patterns of its steps with their meaning; other charts are drawn again where room is short."""
    note: Callable[[pl.DataFrame], str] = lambda _: ""
    """What a reader must know to read it rightly, printed below it. Empty: nothing."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A chart of one place, drawn."""

    name: str
    """Name of the chart: of its files, and of the anchor ``chart-NAME`` in a page."""
    chart: Chart
    """Its declaration."""
    title: str
    """Its title."""
    description: str
    """Its text alternative."""
    note: str
    """What must be known beside it. Empty: nothing."""
    svg: Markup
    """To stand in a page, whose colours it takes."""
    narrow: Markup
    """The same for a telephone. Empty: the other is scaled there."""
    keys: Sequence[tuple[str, str]]
    """Patterns of its marks with their meaning, where a scaled legend would be too small to read."""
    rows: pl.DataFrame
    """Its numbers."""
    table: PageTable | None
    """The figures that it shows. Missing: its section has the table."""
    citation: Citation
    """How to cite it."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Give the same chart as files of its own, by name: pictures with title, note and citation, and its numbers."""
        drawn_alone = standalone(self.name, self.svg, self.title, (self.note, self.citation.line))
        return {**drawn_alone, f"{self.name}.csv": csv_bytes(self.rows)}


@cache
def all_charts() -> Mapping[str, Chart]:
    """Collect the charts, by name, in the order of a page."""
    entries = declared(charts, "CHART", Chart)
    return dict(sorted(entries.items(), key=lambda entry: (entry[1].order, entry[0])))


def pictures(material: Material, sections: Container[str]) -> dict[str, list[Picture]]:
    """Draw every chart of these sections that there are figures for, by section."""
    found: dict[str, list[Picture]] = {}
    for name, chart in all_charts().items():
        picture = draw(name, chart, material) if chart.section in sections else None
        if picture is not None:
            found.setdefault(chart.section, []).append(picture)
    return found


def draw(name: str, chart: Chart, material: Material) -> Picture | None:
    """Draw one chart; ``None`` where there is nothing to draw. Nothing is fetched, and no address stands in it."""
    rows = chart.rows(material)
    if rows.is_empty():
        return None
    figures = figures_in(rows)
    title, description = visible(chart.title(rows, material.name)), visible(chart.describe(rows))
    return Picture(
        name=name,
        chart=chart,
        title=title,
        description=description,
        note=visible(sentences(chart.note(rows), _treatment(material, figures))),
        svg=Markup(drawn(name, chart.spec(rows), title, description)),  # noqa: S704 (escaped there)
        narrow=Markup(drawn_narrow(name, chart.spec(rows))),  # noqa: S704 (escaped there)
        keys=chart.keys(rows),
        rows=rows,
        table=_table(name, chart.table, title, material, figures) if figures else None,
        citation=cite(f"{name}.{material.subject}", title, rows, material.ledger, figures),
    )


def _treatment(material: Material, figures: Sequence[str]) -> str:
    chosen = [material.ledger[figure] for figure in figures]
    return told(affecting(material.treatments, chosen, material.ledger))


def _table(chart: str, name: str, caption: str, material: Material, figures: Sequence[str]) -> PageTable:
    chosen = [material.ledger[figure] for figure in figures]
    table = figure_table(name, caption, material, chosen, what=_called, limit=_MOST_ROWS)
    return msgspec.structs.replace(table, file=f"charts/{chart}.csv")


def _called(figure: Figure) -> str:
    place = gettext("The world") if figure.subject == WORLD else country(figure.subject)
    return gettext("{what}: {rest}").format(what=place, rest=phrase(figure.label))


def of_figures(rows: Callable[[Ledger, str], pl.DataFrame]) -> Rows:
    """Make the rows of a chart over the ledger: of a ledger and a subject, with the ids of figures in ``figure``."""
    return lambda material: rows(material.ledger, material.subject)


def of_table(name: str, rows: Callable[[pl.DataFrame], pl.DataFrame]) -> Rows:
    """Make the rows of a chart over one table of a survey; there are none where there is no survey."""
    return lambda material: rows(material.frames[name]) if name in material.frames else pl.DataFrame()


def figures_in(rows: pl.DataFrame) -> Sequence[str]:
    """Give the ids of the figures that rows stand on: the words of their column ``figure``, sorted."""
    if "figure" not in rows.columns:
        return ()
    return sorted({word for text in rows["figure"].to_list() for word in (text or "").split()})
