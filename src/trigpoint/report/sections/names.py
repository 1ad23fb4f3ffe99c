"""Top-level domains: those of the root, and a country's own with the public suffixes below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.figure import WORLD
from trigpoint.report.figure_table import figure_table
from trigpoint.report.needs import DOMAINS
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import newest, newest_first, ranking

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_ROOT = ("tlds", "cctlds", "idn_tlds")
_OWN = ("country_domains", "country_suffixes")


def _domains(edition: Edition) -> list[Figure]:
    """Give the figures of a country's top-level domains, those with most suffixes below them first."""
    count = edition.newest("country_domains")
    found = [edition.ledger[name] for name in count.inputs] if count else []
    return sorted(found, key=lambda one: (-float(one.value or 0), one.id))


def _of_root(edition: Edition) -> list[Figure]:
    """Give what is known of the root as of one time, the newest."""
    found = [figure for metric in _ROOT if (figure := edition.newest(metric, WORLD))]
    return [one for one in found if one.period == found[0].period]


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    if edition.is_world:
        return (
            newest_first(edition, "names", "Top-level domains, newest first", _ROOT),
            ranking(edition, "names_countries", "Countries with most top-level domains of their own", _OWN[0]),
        )
    own = [figure for metric in _OWN if (figure := edition.newest(metric))]
    figures = [*own, *_domains(edition), *_of_root(edition)]
    return (
        figure_table(
            "names", "Top-level domains of the country, public suffixes below each, and the root", edition, figures
        ),
    )


def _values(edition: Edition) -> Values:
    root = {one.metric: one for one in _of_root(edition)}
    return {"root": dict.fromkeys(_ROOT) | root, "own": newest(edition, _OWN), "domains": _domains(edition)}


def _has(edition: Edition) -> bool:
    return bool(_of_root(edition)) or edition.newest(_OWN[0]) is not None


SECTION = Section(
    order=30,
    id="names",
    chapter="resources",
    title="Names",
    template="names.html",
    tables=_tables,
    values=_values,
    has=_has,
    needs=(DOMAINS,),
)
