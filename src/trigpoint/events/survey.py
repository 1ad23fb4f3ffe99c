"""Aggregating a survey: one day and country at a time, so that memory does not grow with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.errors import SurveyError
from trigpoint.events.cells import cells, probe_votes, resolver_votes, words
from trigpoint.judge import RULES
from trigpoint.judge.rule import Layer
from trigpoint.model.verdict import State
from trigpoint.store.cells import commit_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.store.cells import Partition
    from trigpoint.store.survey import Survey

_SIGNS = [rule.id for rule in RULES if rule.layer is Layer.DNS and rule.state is State.BLOCKED]


def _own_text() -> str:
    """Read the program text of this folder, so that no change of how cells are made goes unseen (R7)."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))


CELLS_VERSION = hashlib.sha256(_own_text().encode()).hexdigest()[:12]
"""Names how cells are made."""


def aggregate_survey(path: Path | str) -> Survey:
    """Write the cells of a judged survey; nothing is done where they are there.

    Raises:
        SurveyError: there is no survey, it is not judged, in use, damaged, or written by a newer version.

    """

    def partitions(survey: Survey) -> Iterator[Partition]:
        if not survey.is_judged:
            message = f"{survey.path} is not judged yet: run `trigpoint judge {survey.path}`"
            raise SurveyError(message)
        for date, country, _ in survey.partitions():
            yield date, country, _partition(survey, date, country)

    return commit_cells(path, partitions, CELLS_VERSION)


def _partition(survey: Survey, date: str, country: str) -> dict[str, pl.DataFrame]:
    """Make the cells of one day and country."""

    def rows(table: str, *columns: str) -> pl.DataFrame:
        chosen = survey.scan(table, [country]).filter(pl.col("date") == date)
        return chosen.select("date", "country", *columns).collect()

    measurements = rows("measurements", "id", "report_id", "target", "started_at")
    verdicts = rows(
        "verdicts", "measurement", "target", "probe_asn", "started_at", "state",
        "mechanisms", "interference", "explanations", "rules", "parts",
    )  # fmt: skip
    lookups = rows(
        "dns_lookups", "measurement", "step", "vantage", "hostname", "resolver_asn", "failure", "answer_count"
    )
    signs = rows("findings", "measurement", "step", "rule").filter(pl.col("rule").is_in(_SIGNS))
    votes = (probe_votes(verdicts, measurements), resolver_votes(lookups, signs, measurements))
    runs = pl.concat([vote.tallied() for vote in votes])
    return {"cells": cells(runs), "cell_runs": runs, "cell_words": words(verdicts)}
