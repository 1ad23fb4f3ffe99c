"""Judging measurements with two looks: the first at all of them, the second at those that it does not decide.

The second look costs much whatever it holds, and the first takes room for each measurement. So measurements come to the
first look in small parts, and what it leaves of them is gathered for the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.judge.chains import members
from trigpoint.judge.decide import conclude, conclude_pages, frames
from trigpoint.judge.keys import completed, prepare
from trigpoint.judge.knowledge import Knowledge
from trigpoint.judge.marks import page_marks
from trigpoint.judge.plain import plain_sites
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORTH_A_LOOK = 1_000
"""Measurements of a part from which on the first look spares more than it costs; fewer take the second one at once."""

GATHERED = 8_000
"""Measurements that are gathered for the second look before it is taken, so that memory need not hold more."""


def judge(
    tables: Mapping[str, pl.DataFrame], knowledge: Knowledge | None = None, fingerprints: Fingerprints | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge the measurements of one part, as :func:`judge_parts` does those of several."""
    return judge_parts([tables], knowledge, fingerprints)


def judge_parts(
    parts: Iterable[Mapping[str, pl.DataFrame]],
    knowledge: Knowledge | None = None,
    fingerprints: Fingerprints | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge measurements.

    Args:
        parts: observation tables by name (:data:`trigpoint.store.schemas.TABLES`) of some of them, and of others, at
            least one; missing tables count as empty.
        knowledge: what the rest of a survey knows. Missing: each measurement stands alone.
        fingerprints: lists of others. Missing: only the built-in table is known.

    Returns:
        Findings and verdicts, with the columns of their tables, sorted.

    """
    told = _told(parts, knowledge or Knowledge.nothing(), fingerprints or Fingerprints())
    findings, verdicts = map(list, zip(*told, strict=True))
    return _in_order(findings), _in_order(verdicts)


def _in_order(told: list[pl.DataFrame]) -> pl.DataFrame:
    """Put rows in order, and let go of what they came in."""
    rows = pl.concat(told)
    told.clear()
    return rows.sort("measurement", maintain_order=True)


class _Left(msgspec.Struct, frozen=True):
    """What the first look leaves of a part."""

    tables: Mapping[str, pl.DataFrame]
    """Observation tables of the measurements that it does not decide."""
    marks: pl.DataFrame
    """What was found in the bodies of the part."""

    @property
    def measurements(self) -> int:
        """How many measurements are left."""
        return self.tables["measurements"].height


def _told(
    parts: Iterable[Mapping[str, pl.DataFrame]], known: Knowledge, lists: Fingerprints
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    left: list[_Left] = []
    for told, others in map(partial(_first, known=known, lists=lists), parts):  # which holds no part when it is done
        yield from told
        left.append(others)
        if sum(part.measurements for part in left) >= GATHERED:
            yield _second(left, known, lists)
            left.clear()
    if left:
        yield _second(left, known, lists)


def _first(
    tables: Mapping[str, pl.DataFrame], known: Knowledge, lists: Fingerprints
) -> tuple[list[tuple[pl.DataFrame, pl.DataFrame]], _Left]:
    """Tell what the first look decides, and give what it leaves."""
    full = completed(tables)
    marks = page_marks(full["bodies"]) if known.page_marks is None else known.page_marks
    if full["measurements"].height < WORTH_A_LOOK:
        return [], _Left(full, marks)
    plain = plain_sites(full, marks, known, lists)
    return [conclude_pages(plain, full["measurements"])], _Left(_others(full, plain.targets), marks)


def _second(left: Sequence[_Left], known: Knowledge, lists: Fingerprints) -> tuple[pl.DataFrame, pl.DataFrame]:
    marks = left[0].marks  # of the whole survey, where it is known
    if known.page_marks is None:
        marks = pl.concat([part.marks for part in left]).unique("body_sha256", maintain_order=True)
    chunk = prepare(_together([part.tables for part in left]), marks)
    return conclude(chunk, frames(chunk, known, lists))[:2]


def _others(tables: Mapping[str, pl.DataFrame], decided: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Keep what belongs to the measurements that the first look did not decide."""
    numbers = decided.select("m")
    left = {
        name: table.join(numbers, on="m", how="anti", maintain_order="left") if "m" in table.columns else table
        for name, table in tables.items()
    }
    shown = {
        "certificates": members(left["tls_handshakes"]),
        "bodies": left["http_round_trips"]["body_sha256"].drop_nulls().unique().to_list(),
    }
    return left | {name: left[name].filter(pl.col("sha256").is_in(hashes)) for name, hashes in shown.items()}


def _together(parts: Sequence[Mapping[str, pl.DataFrame]]) -> Mapping[str, pl.DataFrame]:
    """Put parts together: measurements are numbered on, and what parts share is there once."""
    if len(parts) == 1:
        return parts[0]
    last = pl.col("m").max().fill_null(0)
    numbers = [int(tables["measurements"].select(last).item()) + 1 for tables in parts]
    firsts = [0, *accumulate(numbers[:-1])]
    return {name: _one([tables[name] for tables in parts], firsts) for name in parts[0]}


def _one(tables: Sequence[pl.DataFrame], firsts: Sequence[int]) -> pl.DataFrame:
    if "m" in tables[0].columns:
        return pl.concat(
            table.with_columns(pl.col("m") + first) for table, first in zip(tables, firsts, strict=True)
        ).rechunk()
    rows = pl.concat(tables)
    return rows.unique("sha256", keep="first", maintain_order=True) if "sha256" in rows.columns else rows
