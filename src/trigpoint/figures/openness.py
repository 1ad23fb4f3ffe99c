"""The chapter *openness* of a country: its frames and its ledger, computed in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.figures import blocking, cells, coverage, matrix, networks, shares, uncounted
from trigpoint.figures.country import CountryTables
from trigpoint.figures.ledger import Basis, Ledger, vintage

if TYPE_CHECKING:
    from trigpoint.figures.categories import Categories
    from trigpoint.figures.country import SurveyTables


class Openness(msgspec.Struct, frozen=True, kw_only=True):
    """What a report on a country prints."""

    tables: CountryTables
    """What it was computed from."""
    ledger: Ledger
    """Its figures."""
    frames: Mapping[str, pl.DataFrame]
    """Its tables by name; each becomes one CSV."""


def openness(
    survey: SurveyTables, tables: CountryTables, categories: Categories | None = None, *, is_fictional: bool = False
) -> Openness:
    """Compute every frame and figure."""
    references = [*survey.references, *([categories.file] if categories else [])]
    facts = {"fictional": is_fictional, "laboratory": bool(tables.lab_worlds), "coarsened": tables.is_coarse}
    basis = Basis(
        subject=tables.country,
        period=tables.period,
        vintage=vintage(survey.sources, survey.versions, references),
        sources=() if tables.is_coarse else tuple(sorted(tables.by_source)),
        flags=tuple(flag for flag, holds in facts.items() if holds),
    )
    rejects = _rejects(survey, is_coarse=tables.is_coarse)
    ledger = Ledger(basis)
    coverage.add(ledger, tables, survey.sources, rejects)
    blocking.add(ledger, tables)
    uncounted.add(ledger, tables)
    of_targets = shares.frame(tables, categories)
    shares.add(ledger, of_targets)
    seen = cells.together(tables)
    frames = {
        "blocked_targets": blocking.targets(tables, categories),
        "cell_targets": cells.targets(seen),
        "cells": seen,
        "days": coverage.days(tables),
        "interference": blocking.interference(tables),
        "matrix": matrix.cells(tables),
        "measurements": tables.measurements,
        "mechanisms": blocking.mechanisms(tables),
        "nettests": coverage.nettests(tables),
        "networks": networks.compared(tables),
        "openness_shares": of_targets,
        "rejects": rejects,
        "service_verdicts": tables.wholes,
        "services": cells.services(tables),
        "sources": _sources(survey, tables),
        "uncounted": uncounted.explanations(tables),
        "verdicts": tables.verdicts,
    }
    return Openness(tables=tables, ledger=ledger, frames=frames)


def _rejects(survey: SurveyTables, *, is_coarse: bool) -> pl.DataFrame:
    rejects = survey.scan("rejects").select("path", "member", "line", "reason").collect()
    if is_coarse:  # paths and reasons may name people and places of the machine that measured
        rejects = rejects.with_columns(
            path=pl.lit(""), member=pl.lit(""), line=pl.lit(None, pl.Int64()), reason=pl.lit("withheld")
        )
    return rejects.with_columns(pl.col("member").fill_null("")).sort("path", "member", "line", "reason")


def _sources(survey: SurveyTables, tables: CountryTables) -> pl.DataFrame:
    rows = [
        {
            "sha256": source.sha256,
            "path": "" if tables.is_coarse else source.path,
            "format": source.format,
            "bytes": source.bytes,
            "measurements_of_country": tables.by_source.get(source.sha256, 0),
            "measurements": source.measurements,
            "duplicates": source.duplicates,
            "rejects": source.rejects,
        }
        for source in survey.sources
    ]
    schema: dict[str, pl.DataType] = {"sha256": pl.String(), "path": pl.String(), "format": pl.String()}
    numbers = ("bytes", "measurements_of_country", "measurements", "duplicates", "rejects")
    schema |= dict.fromkeys(numbers, pl.Int64())
    frame = pl.DataFrame(rows, schema=schema).sort(
        "measurements_of_country", "path", "sha256", descending=[True, False, False]
    )
    return frame.with_columns(sha256=pl.lit("")) if tables.is_coarse else frame
