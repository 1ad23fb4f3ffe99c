"""Templates: everything that is printed passes through here, escaped, and with invisible characters made visible."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from trigpoint.report.amounts import bracketed, flags_of, quoted
from trigpoint.report.language import gettext, locale, ngettext, phrase, spoken
from trigpoint.report.matrix import COUNTED, GLYPHS, LABELS, TOGETHER
from trigpoint.report.page_table import NUMBERS, number, percent
from trigpoint.report.rows import is_counted
from trigpoint.report.text import measured, visible

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition

_WORDS = re.compile(r"[A-Za-z]{2}")
_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"([A-Za-z][\w.'’/-]*(?:[ ,]+[\w.'’/-]+){0,40}[ ,]+[A-Za-z][\w'’/-]*)", re.ASCII)  # noqa: RUF001 - both apostrophes


@cache
def environment() -> jinja2.Environment:
    """Give what renders every template: escaped, and strict about what is missing."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("trigpoint.report"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalized,
        auto_reload=False,  # a report has thousands of pages, and none is rendered twice
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.policies["ext.i18n.trimmed"] = True  # line ends of a template are no part of its sentences
    environment.filters |= {"measured": measured, "number": number, "percent": percent, "translated": gettext}
    environment.filters |= {"told": _told, "phrase": phrase, "code": _code, "tight": _tight}
    environment.globals |= {"glyphs": GLYPHS, "labels": LABELS, "counted_in": COUNTED, "together": TOGETHER}
    environment.globals |= {"numbers": NUMBERS}
    return environment


def _tight(css: str) -> Markup:
    """Leave out what a browser does not read of a style sheet: every page holds its own."""
    words = re.sub(r"\s+", " ", css)
    return Markup(re.sub(r"(?<=:) | ?([{};,]) ?", r"\1", words).strip())  # noqa: S704 (our own file)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(visible(text))


def _told(text: str) -> Markup | str:
    """Show a text of a data file in the language of the page; what has no translation is marked as English.

    So are the names and titles in what has one, two words and more (WCAG 2.2, criterion 3.1.2).
    """
    shown = phrase(text)
    if spoken().tag == "en" or not _WORDS.search(shown):
        return measured(shown)
    if not _IDEOGRAPHS.search(shown):
        return Markup('<bdi lang="en">{}</bdi>').format(visible(shown))
    parts = _ENGLISH.split(visible(shown))
    marked = (Markup('<span lang="en">{}</span>').format(part) if at % 2 else part for at, part in enumerate(parts))
    return Markup("<bdi>{}</bdi>").format(Markup("").join(marked))


def _finalized(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def page(template: str, edition: Edition, **values: Any) -> str:  # noqa: ANN401 (what a template reads)
    """Render one page. ``up`` in the values leads from its folder to the top of the report."""
    up = str(values.pop("up", ""))

    def figure(name: str) -> Markup:
        found = edition.ledger[name]
        return _quoted(found, edition.links.evidence(found), up)

    def plain(name: str) -> Markup:
        found = edition.ledger[name]
        return _quoted(found, edition.links.evidence(found), up, is_marked=False)

    def counted(name: str, one: str, many: str) -> Markup:
        value = edition.ledger[name].value
        word = ngettext(one, many, value if isinstance(value, int) else 0)
        return Markup("{}\xa0{}").format(figure(name), word)

    def label(name: str) -> str:
        return phrase(edition.ledger[name].label)

    shared = {
        "edition": edition,
        "figure": figure,
        "plain": plain,
        "counted": counted,
        "label": label,
        "language": spoken().tag,
        "direction": locale().text_direction,
        "gap": spoken().gap,
        "links": edition.links,
        "up": up,
    }
    return environment().get_template(template).render(shared | values)


def write_page(path: Path, text: str) -> None:
    """Write a page; what UTF-8 cannot hold is replaced."""
    path.write_text(text, encoding="utf-8", errors="replace")


def _quoted(figure: Figure, href: str, up: str, *, is_marked: bool = True) -> Markup:
    """Quote a figure of the ledger: its value, with a link to what is behind it where there is anything.

    Interval and flags stand beside it, but for a count of figures: it is exact, whatever flags those have.
    """
    shown = quoted(figure)
    if not figure.value and is_counted(figure):
        return Markup('<span class="figure" data-figure="{}">{}</span>').format(figure.id, shown)
    link = href if href.startswith("#") else f"{up}{href}"
    marks = _marks(figure) if is_marked and not is_counted(figure) else ""
    return Markup('<a class="figure" data-figure="{}" href="{}">{}</a>{}').format(figure.id, link, escape(shown), marks)


def _marks(figure: Figure) -> Markup:
    """Print interval and flags beside a quoted number of statistics; a survey's flags stand at the head of the page."""
    words = filter(None, (bracketed(figure), *flags_of(figure)))
    return Markup("").join(Markup(' <small class="mark">{}</small>').format(word) for word in words)
