"""Bring the catalogues of translated texts up to date: ``src/trigpoint/report/locale/``.

What templates and code of reports say is collected: what is marked for translation, the captions of tables and labels
of columns, what chapters and sections declare, and labels and units of figures. What is new stands in the catalogue
without a translation, what is gone is dropped, what is translated stays; a translator fills in what is empty::

    python tools/catalogue.py
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from trigpoint.discovery import declared
from trigpoint.figures import default
from trigpoint.figures.claims.facts import base
from trigpoint.figures.claims.why import because
from trigpoint.figures.country import OTHER_NETWORKS, UNKNOWN_DAY, UNKNOWN_NETWORK
from trigpoint.figures.indicator import all_indicators
from trigpoint.figures.record import load
from trigpoint.figures.record.edition import About, Standing
from trigpoint.figures.statistics import compiled
from trigpoint.figures.transformations import TRANSFORMATIONS
from trigpoint.judge.cascade import references
from trigpoint.judge.steps import rows
from trigpoint.model.claim import ClaimVerdict
from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.figure import WORLD
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.model.provenance import SourceRecord
from trigpoint.model.series import Intake, Point, Series
from trigpoint.report import sections
from trigpoint.report.chapters import CHAPTERS
from trigpoint.report.language import LANGUAGES, catalogue_of, split_numbers
from trigpoint.report.matrix import LABELS
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.figures.ledger import Ledger

Message = str | tuple[str, str]
_MARKS = ("_", "gettext", "ngettext", "N_", because.__name__)
_PLACES = {
    "Column": 1,
    "figure_table": 1,
    "page_table": 1,
    "side_by_side": 1,
    "newest_first": 2,
    "ranking": 2,
    "by_period": 2,
    "told": 1,
}
"""Functions whose argument at this place is a text that the page translates."""
_OWN_WORDS = {About.NAME, About.ORGANISER, About.OUTCOME, About.EDITION}
"""Of editions; themes are quotes."""
_OF_SURVEYS = (
    *("all", "all targets", "category", "mechanism", "one run", "repeated"),
    *("targets with signs of blocking", "known networks with signs of blocking", "distinct targets assessed"),
    *("known networks (AS numbers) measured", "measurements read of this country"),
    *("verdicts that could not be decided", UNKNOWN_DAY, UNKNOWN_NETWORK, OTHER_NETWORKS, "not told", "none"),
    *("fictional", "laboratory", "coarsened"),
    "measurement {0}",
)
"""Words of tables of a survey, and labels of the figures that head it."""
_COUNTED = "counted"
"""A function of templates: id of a figure, then the word for one and for many."""
_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
_REPORT = Path(str(files("trigpoint.report")))
_CLAIMS = Path(str(files("trigpoint.figures.claims")))


def messages() -> dict[Message, str]:
    """Collect every text that is translated, by text, with the file that says it first."""
    found: dict[Message, str] = {}
    for message, place in (*_of_templates(), *_of_code(), *_declared(), *_figures(), *_of_data()):
        if message:
            found.setdefault(message, place)
    counted = {message[0] for message in found if isinstance(message, tuple)}
    return {message: place for message, place in found.items() if message not in counted}  # gettext finds it there


def _of_data() -> Iterator[tuple[Message, str]]:
    """Give our words in data files, and what the embedded figures say of themselves; quotes and titles stay."""
    yield from ((text, "record") for text in (*_of_findings(), *_of_members(), *_of_editions()))
    yield from ((source.organisation, "sources.toml") for source in load.sources().values())
    yield from ((text, "claims") for text in _of_claims())
    yield from ((node.meaning, "mechanism.py") for node in MECHANISMS.values())
    yield from ((node.meaning, "explanation.py") for node in EXPLANATIONS.values())
    yield from ((split_numbers(file.name)[0], "cascade.py") for file in references())
    yield from ((head.capitalize(), "steps.py") for head in next(iter(rows(()))))
    yield from ((text, "survey") for text in _OF_SURVEYS)
    for name, entry in all_indicators().items():
        texts = (f"{entry.question}?", entry.method, *entry.caveats)
        yield from ((text, f"{name}.py") for text in texts)
    yield from ((function.meaning, "transformations.py") for function in TRANSFORMATIONS.values())
    ledger = _embedded()
    yield from ((record.organisation, "default") for record in ledger.records)
    for figure in ledger:
        texts = (figure.label, figure.unit, *figure.flags)
        yield from ((split_numbers(text)[0], "default") for text in texts if not _is_name(text))


def _is_name(text: str) -> bool:
    """Tell whether a label is the name of a top-level domain, which is the same in every language."""
    return text.startswith(".")


def _of_findings() -> Iterator[str]:
    for finding in load.findings().finding:
        yield from (finding.what, finding.how, finding.by)
    yield from (one.what for one in load.findings().unmeasurable)


def _of_members() -> Iterator[str]:
    yield from (one.text for one in load.members().fact)
    yield from (one.name for one in load.members().initiator)
    yield from (one.why for one in load.members().category_error)


def _of_editions() -> Iterator[str]:
    yield from (one.value for one in (*About, *Standing))
    for edition in load.editions():
        yield from (said.text for said in edition.said if said.about in _OWN_WORDS)


def _of_claims() -> Iterator[str]:
    yield from (verdict.value.replace("_", " ") for verdict in ClaimVerdict)
    yield from (metric.meaning for metric in base().metrics.values())
    for fact in base().facts:
        yield from (split_numbers(text)[0] for text in (fact.definition, fact.counting, *fact.flags))
    yield from (kind for metric in base().metrics.values() for kind in metric.members.values())


@cache
def _embedded() -> Ledger:
    return compiled(Intake(series=default.series()))


def _of_templates() -> Iterator[tuple[Message, str]]:
    for path in sorted(path for path in (_REPORT / "templates").rglob("*") if path.suffix in {".html", ".txt"}):
        for _, name, message, _ in babel_extract(io.BytesIO(path.read_bytes()), [*_MARKS, _COUNTED], [], _OPTIONS):
            yield _message(message[1:] if name == _COUNTED else message), path.name


def _of_code() -> Iterator[tuple[Message, str]]:
    for path in sorted((*_REPORT.rglob("*.py"), *_CLAIMS.glob("*.py"))):
        for _, name, message, _ in extract_python(io.BytesIO(path.read_bytes()), [*_MARKS, *_PLACES], [], {}):
            if name in _MARKS:
                is_reason = name == because.__name__ and isinstance(message, tuple)  # its values follow
                yield _message(message[0] if is_reason else message), path.name
            elif isinstance(message, tuple) and len(message) > _PLACES[name]:
                yield message[_PLACES[name]] or "", path.name


def _declared() -> Iterator[tuple[Message, str]]:
    for chapter in CHAPTERS:
        yield from ((text, "chapters.py") for text in (chapter.title, chapter.question))
    for name, section in declared(sections, "SECTION", Section).items():
        yield section.title, f"{name}.py"
        yield from ((text, f"{name}.py") for need in section.needs for text in (need.what, need.source))
    yield from ((label, "matrix.py") for label in LABELS.values())


def _figures() -> Iterator[tuple[Message, str]]:
    """Give label and unit of each figure of the indicators, from made series; a label with a number is no text."""
    record = SourceRecord(organisation="", series="", url="", licence=None, sha256="", vintage="2024-01-01")
    points = tuple(
        Point(subject, str(year), 0.1 + at / 10 + (year - 2010) / 100)
        for at, subject in enumerate((WORLD, "CN", "US", "IN", "DE", "KE"))
        for year in range(2010, 2024)
    )
    metrics = sorted({metric for entry in all_indicators().values() for metric in entry.sources} - {"internet_users"})
    made = [
        Series(metric=metric, points=points, record=msgspec.structs.replace(record, sha256=metric))
        for metric in metrics
    ]
    ledger = compiled(Intake(series=tuple(made)))
    for figure in ledger:
        if not _is_name(figure.label):
            yield split_numbers(figure.label)[0], f"{figure.metric}.py"
        yield split_numbers(figure.unit)[0], f"{figure.metric}.py"
    yield from ((text, "index") for text in _of_indices(set(ledger.metrics)))


def _of_indices(metrics: set[str]) -> Iterator[str]:
    """Give the parts of the indices, and the labels of what made data may not vary."""
    parts = {metric.split(".", 2)[2] for metric in metrics if metric.startswith("index.")} | {"explained.scale"}
    yield from (part.rpartition(".")[2].replace("_", " ") for part in parts)
    for part in sorted(one for one in parts if one.startswith("explained.")):
        words = part.replace("_", " ").replace(".", ": ")
        yield from (f"{words}, index {name}" for name in ("per head", "total", "both"))


def _message(found: str | tuple[str | None, ...] | None) -> Message:
    """Give the literal texts of a call; an empty one where it has none."""
    if found is None or isinstance(found, str):
        return found or ""
    texts = [text for text in found if text is not None]
    return (texts[0], texts[1]) if len(texts) > 1 else "".join(texts)


def updated(content: bytes, locale: str) -> bytes:
    """Give a catalogue with the messages of today."""
    old = {message.id: message.string for message in read_po(io.BytesIO(content), locale=locale) if message.id}
    catalogue = Catalog(locale=locale, project="Trigpoint", fuzzy=False)
    for message, place in sorted(messages().items(), key=str):
        catalogue.add(message, old.get(message, ""), locations=[(place, None)])
    written = io.BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, include_lineno=False)
    return _HEAD.format(locale=locale, plurals=catalogue.plural_forms).encode() + written.getvalue()


_HEAD = """# Texts of the reports; tools/catalogue.py collects them.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""


def main() -> None:
    """Write each catalogue."""
    for name, language in LANGUAGES.items():
        path = catalogue_of(name)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(updated(path.read_bytes() if path.exists() else b"", language.locale))
            empty = [one for one in read_po(io.BytesIO(path.read_bytes())) if one.id and not one.string]
            print(f"{path.name} of {language.locale}: {len(empty)} texts without a translation")


if __name__ == "__main__":
    main()
