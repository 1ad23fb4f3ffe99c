"""Templates: everything that is printed passes through here, escaped, and with invisible characters made visible."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from trigpoint.report.language import gettext, ngettext
from trigpoint.report.matrix import GLYPHS, LABELS
from trigpoint.report.page_table import NUMBERS, number, percent
from trigpoint.report.text import measured, visible

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition


@cache
def environment() -> jinja2.Environment:
    """Give what renders every template: escaped, and strict about what is missing."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("trigpoint.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalized,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"measured": measured, "number": number, "percent": percent}
    environment.globals |= {"glyphs": GLYPHS, "labels": LABELS, "numbers": NUMBERS}
    return environment


def _finalized(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def page(template: str, edition: Edition, **values: Any) -> str:  # noqa: ANN401 (what a template reads)
    """Render one page. ``up`` in the values leads from its folder to the top of the report."""
    up = str(values.pop("up", ""))

    def figure(name: str) -> Markup:
        return _quoted(edition.ledger[name], edition.links.href(edition.ledger[name].rows), up)

    def counted(name: str, one: str, many: str) -> Markup:
        word = one if edition.ledger[name].value == 1 else many
        return Markup("{}\xa0{}").format(figure(name), word)

    def label(name: str) -> str:
        return edition.ledger[name].label

    shared = {
        "edition": edition,
        "figure": figure,
        "counted": counted,
        "label": label,
        "links": edition.links,
        "up": up,
    }
    return environment().get_template(template).render(shared | values)


def _quoted(figure: Figure, href: str, up: str) -> Markup:
    """Quote a figure of the ledger: its value, with a link to the rows behind it where there are any."""
    shown = _value(figure)
    if not figure.value:
        return Markup('<span class="figure" data-figure="{}">{}</span>').format(figure.id, shown)
    link = href if href.startswith("#") else f"{up}{href}"
    return Markup('<a class="figure" data-figure="{}" href="{}">{}</a>').format(figure.id, link, escape(shown))


def _value(figure: Figure) -> str:
    if figure.unit == "share" and isinstance(figure.value, float):
        low, high = percent(figure.low), percent(figure.high)
        return f"{percent(figure.value)} ({figure.numerator} of {figure.denominator}; 95\xa0% interval {low} to {high})"
    return number(figure.value) if isinstance(figure.value, int) else str(figure.value or "unknown")
