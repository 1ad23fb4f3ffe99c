"""Openness of every country of a survey, side by side: what was tested, and where signs of blocking were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.errors import CountryError
from trigpoint.figures import blocking, coverage, shares
from trigpoint.figures.country import coarsened, load
from trigpoint.figures.ledger import Basis, Ledger, vintage
from trigpoint.model.figure import WORLD, Figure

if TYPE_CHECKING:
    from trigpoint.figures.country import CountryTables, SurveyTables

COUNTED = (
    "coverage.targets",
    "blocking.targets",
    "coverage.networks",
    "blocking.networks",
    "coverage.runs",
    "blocking.share",
    "openness.targets.all",
    "openness.networks.all",
)
"""Figures of each country, as :mod:`~trigpoint.figures.coverage`, :mod:`~trigpoint.figures.blocking` and
:mod:`~trigpoint.figures.shares` count them."""
TABLE = "openness_countries"
"""Name of the table in which they stand."""


class WorldOpenness(msgspec.Struct, frozen=True, kw_only=True):
    """What a survey says of all its countries."""

    ledger: Ledger
    """Figures of :data:`COUNTED`, with the country after their name in the id, and the name as their metric."""
    countries: tuple[str, ...]
    """Countries that are in it, sorted."""
    is_fictional: bool
    """Whether any measurement is invented."""
    lab_worlds: tuple[str, ...]
    """Worlds of the lab in which measurements were made, sorted."""
    is_coarse: bool
    """Whether what could point at a person was withheld (R10)."""


def openness_world(survey: SurveyTables, *, is_coarse: bool = False) -> WorldOpenness:
    """Count, country by country; where it is coarse, a country of too few runs is left out."""
    codes = survey.scan("measurements").select(pl.col("country").unique().sort()).collect()["country"].to_list()
    found = [tables for code in codes if (tables := _tables(survey, code, is_coarse=is_coarse)) is not None]
    state = vintage(survey.sources, survey.versions, survey.references)
    ledger = Ledger(Basis(subject=WORLD, period=_period(found), vintage=state, sources=()))
    for tables in found:
        for figure in _counted(survey, tables, state):
            ledger.add(figure)
    return WorldOpenness(
        ledger=ledger,
        countries=tuple(tables.country for tables in found),
        is_fictional=any(tables.is_fictional for tables in found),
        lab_worlds=tuple(sorted({world for tables in found for world in tables.lab_worlds})),
        is_coarse=is_coarse,
    )


def _tables(survey: SurveyTables, code: str, *, is_coarse: bool) -> CountryTables | None:
    try:
        tables = load(survey, code)
        return coarsened(tables) if is_coarse else tables
    except CountryError:
        return None


def _period(found: list[CountryTables]) -> str:
    days = sorted({day for tables in found for day in tables.days})
    return f"{days[0]}/{days[-1]}" if days else ""


def _counted(survey: SurveyTables, tables: CountryTables, state: str) -> list[Figure]:
    sources = () if tables.is_coarse else tuple(sorted(tables.by_source))
    facts = {"fictional": tables.is_fictional, "laboratory": bool(tables.lab_worlds), "coarsened": tables.is_coarse}
    flags = tuple(flag for flag, holds in facts.items() if holds)
    basis = Basis(subject=tables.country, period=tables.period, vintage=state, sources=sources, flags=flags)
    own = Ledger(basis)
    coverage.add(own, tables, survey.sources, pl.DataFrame())
    blocking.add(own, tables)
    shares.add(own, shares.frame(tables))
    return [
        msgspec.structs.replace(own[name], id=f"{name}.{tables.country}", metric=name, rows=f"data:{TABLE}")
        for name in COUNTED
    ]
