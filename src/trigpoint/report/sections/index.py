"""The index: for each person and in total side by side, with the ranks that other choices would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.index.structure import published
from trigpoint.model.figure import WORLD
from trigpoint.report.figure_table import Line, side_by_side
from trigpoint.report.language import N_, country, gettext, phrase
from trigpoint.report.needs import DELEGATIONS, ROOTS, USERS
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Need, Values

SCALES = ("per_head", "total")
"""The two indices, which are never mixed."""
_HEADS = (("per_head", N_("For each person")), ("total", N_("In total")))
_PLACES = (
    ("score", N_("Score")),
    ("rank", N_("Rank")),
    ("median_rank", N_("Median rank, with the range of nine draws in ten")),
    ("in_top_ten", N_("Share of draws among the first ten")),
)
_CHOICES = {
    "aggregation": N_("how indicators and dimensions are joined"),
    "errors_of_figures": N_("the intervals of the figures"),
    "imputation": N_("whether an older figure may stand in"),
    "normalisation": N_("how values become scores"),
    "screening": N_("how much of a country must be known"),
    "treatment": N_("what is done about outliers"),
    "weights": N_("the weights of the dimensions"),
}
"""Switches of the draws."""
_RANK = "median_rank"
_MOST_COUNTRIES = 40
_NEEDS = {
    "internet_users_share": USERS,
    "internet_users": USERS,
    "ipv4_per_head": DELEGATIONS,
    "ipv4_addresses": DELEGATIONS,
    "asns_per_head": DELEGATIONS,
    "asns": DELEGATIONS,
    "root_instances_per_head": ROOTS,
    "root_instances": ROOTS,
}
"""What brings each indicator."""


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    places = [Line(gettext(words), _both(edition, part)) for part, words in _PLACES]
    return (
        side_by_side("index", "Place by each index", edition, _HEADS, places if not edition.is_world else []),
        side_by_side("index_choices", "Share of the variance of the rank by choice of method", edition, _HEADS,
                     _parts(edition, "explained.")),
        side_by_side("index_without", "Rank without one of the indicators", edition, _HEADS,
                     _parts(edition, "rank_without.")),
        side_by_side("index_countries", "Median rank of the countries that are first in either, with the range of nine "
                     "draws in ten", edition, _HEADS, _countries(edition), _MOST_COUNTRIES),
    )  # fmt: skip


def _both(edition: Edition, part: str) -> tuple[Figure | None, ...]:
    return tuple(edition.newest(f"index.{scale}.{part}") for scale in SCALES)


def _parts(edition: Edition, prefix: str) -> Sequence[Line]:
    """Give a row for each part of the indices whose name begins so."""
    names = {
        metric.split(".", 2)[2]
        for metric in edition.ledger.metrics
        for scale in SCALES
        if metric.startswith(f"index.{scale}.{prefix}")
    }
    lines = [Line(_words(edition, name.removeprefix(prefix)), _both(edition, name)) for name in sorted(names)]
    return [line for line in lines if any(line.figures)]


def _words(edition: Edition, part: str) -> str:
    """Say what a part is of: a choice, or an indicator by its label."""
    figure = edition.newest(part)
    return phrase(_CHOICES.get(part) or (figure.label if figure else part.replace("_", " ")))


def _countries(edition: Edition) -> list[Line]:
    """Give a row for each country that is ranked, the first in total first."""
    ranks = [{one.subject: one for one in edition.countries(f"index.{scale}.{_RANK}")} for scale in SCALES]
    places = {
        code: [float(found[code].value or 0) for found in reversed(ranks) if code in found]
        for found in ranks
        for code in found
    }
    order = sorted(places, key=lambda code: (code not in ranks[1], places[code], code))
    return [Line(country(code), tuple(found.get(code) for found in ranks)) for code in order]


def _values(edition: Edition) -> Values:
    found = {scale: edition.newest(f"index.{scale}.{_RANK}") for scale in SCALES}
    ranked = {f"ranked_{scale}": edition.newest(f"index.{scale}.ranked", WORLD) for scale in SCALES}
    scale = edition.newest("index.both.explained.scale")
    return found | ranked | {"scale": scale, "missing": _missing(edition)}


def _missing(edition: Edition) -> tuple[Need, ...]:
    """Say what would bring the indicators that were left out, since no country has a figure of them."""
    ranks = [figure for scale in SCALES for figure in edition.ledger.of(f"index.{scale}.{_RANK}")]
    used = {edition.ledger[name].metric for figure in ranks for name in figure.inputs}
    leaves = [leaf.id for structure in published() for leaf in structure.leaves]
    return tuple(dict.fromkeys(_NEEDS[leaf] for leaf in leaves if leaf not in used))


def _has(edition: Edition) -> bool:
    if edition.is_world:
        return any(edition.ledger.of(f"index.{scale}.{_RANK}") for scale in SCALES)
    return any(_both(edition, _RANK))


SECTION = Section(
    order=10,
    id="index",
    chapter="index",
    title="For each person and in total",
    template="index.html",
    tables=_tables,
    values=_values,
    has=_has,
    needs=(DELEGATIONS, ROOTS),
)
