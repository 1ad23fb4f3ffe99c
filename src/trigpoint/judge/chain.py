"""The whole chain behind the verdicts of one measurement: its steps, what fired and on what, and what nearly did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from trigpoint.judge.cascade import CASCADE, RULES
from trigpoint.judge.conditions import Condition, checked, parts
from trigpoint.judge.decide import conclude, frames
from trigpoint.judge.keys import prepare
from trigpoint.judge.rule import Layer, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trigpoint.judge.knowledge import Knowledge
    from trigpoint.reference.matching import Fingerprints

NEAREST = 3
"""Rules told of that would have said something else and did not fire."""

_RULES = {rule.id: rule for rule in RULES}
_COUNT = "unmet"


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that fired, and what it compared."""

    rule: Rule
    """The rule."""
    finding: dict[str, Any]
    """Fields of the finding: table, step and pointer of the row, endpoint, detail."""
    conditions: tuple[Condition, ...]
    """Parts of its condition with the values of the row; all hold."""


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that did not fire and would have said something else."""

    rule: Rule
    """The rule."""
    step: int | None
    """Step of the row on which least was missing. Missing: the row is no step."""
    unmet: tuple[Condition, ...]
    """What would have had to be different on that row."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One target's verdict with its reasons."""

    verdict: dict[str, Any]
    """Fields of the verdict."""
    fired: tuple[Fired, ...]
    """Rules that fired, as they are quoted: those that argue for the state first."""
    nearest: tuple[Near, ...]
    """At most :data:`NEAREST` others, the one that missed least first."""


def chain(
    tables: Mapping[str, pl.DataFrame], knowledge: Knowledge | None = None, fingerprints: Fingerprints | None = None
) -> tuple[Judged, ...]:
    """Judge one measurement and keep why.

    Args:
        tables: observation tables with one measurement.
        knowledge: what the rest of its survey knows. Missing: it stands alone.
        fingerprints: lists of others. Missing: only the built-in table is known.

    Returns:
        One value a target, sorted by target.

    """
    chunk = prepare(tables, None if knowledge is None else knowledge.page_marks)
    findings, verdicts, seen = conclude(chunk, frames(chunk, knowledge, fingerprints))
    return tuple(
        _judged(verdict, findings.filter(target=verdict["target"]), _of_target(seen, verdict["target"]))
        for verdict in verdicts.iter_rows(named=True)
    )


def _of_target(seen: Mapping[Layer, pl.DataFrame], target: str) -> dict[Layer, pl.DataFrame]:
    return {layer: frame.filter(target=target) for layer, frame in seen.items()}


def _judged(verdict: dict[str, Any], findings: pl.DataFrame, seen: Mapping[Layer, pl.DataFrame]) -> Judged:
    quoted = {rule: place for place, rule in enumerate(verdict["rules"].split())}
    rows = sorted(findings.iter_rows(named=True), key=lambda row: quoted[row["rule"]])
    return Judged(
        verdict=verdict,
        fired=tuple(_fired(row, seen) for row in rows),
        nearest=tuple(_nearest(verdict, quoted, seen)),
    )


def _fired(finding: dict[str, Any], seen: Mapping[Layer, pl.DataFrame]) -> Fired:
    rule = _RULES[finding["rule"]]
    where = [pl.col(name).eq_missing(finding[name]) for name in ("step", "pointer", "endpoint", "detail")]
    row = seen[rule.layer].filter(*where, rule.expression).head(1)
    return Fired(rule=rule, finding=finding, conditions=checked(rule.condition, row))


def _nearest(verdict: Mapping[str, Any], quoted: Iterable[str], seen: Mapping[Layer, pl.DataFrame]) -> Iterator[Near]:
    """Give the rules of another state that missed least; of those that missed as much, the deciding layer's first."""
    others = (
        (rule, seen[layer])
        for layer, rules in CASCADE.items()
        for rule in rules
        if rule.state is not None
        and not rule.yields
        and rule.is_for(verdict["nettest"])
        and rule.state != verdict["state"]
        and rule.id not in quoted
        and seen[layer].height
    )
    found = (_closest(rule, frame) for rule, frame in others)
    closest = sorted(found, key=lambda near: (near[0], near[1].layer != verdict["layer"]))
    for _, rule, row in closest[:NEAREST]:
        unmet = tuple(condition for condition in checked(rule.condition, row) if not condition.holds)
        yield Near(rule=rule, step=row["step"][0], unmet=unmet)


def _closest(rule: Rule, frame: pl.DataFrame) -> tuple[int, Rule, pl.DataFrame]:
    """Find the row of a frame on which the fewest parts of a rule's condition do not hold."""
    unmet = pl.sum_horizontal((~part.fill_null(value=False)).cast(pl.Int64) for part in parts(rule.condition))
    row = frame.with_columns(unmet.alias(_COUNT)).sort(_COUNT, "step", maintain_order=True).head(1)
    return row[_COUNT][0], rule, row.drop(_COUNT)
