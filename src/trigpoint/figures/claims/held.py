"""Claims in a ledger: the number that each claims, and how far it is from each figure that bears on it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.claims.check import check, metric_of, number_of, shipped, subject_of
from trigpoint.figures.claims.facts import base, from_ledger
from trigpoint.figures.ledger import Topic
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from trigpoint.figures.claims.check import Assessment
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.claim import Claim

CLAIM = "claim"
"""First part of the ids of figures of claims."""


def assessed(ledger: Ledger) -> tuple[Assessment, ...]:
    """Check the project's claims against its cited facts and the figures of a ledger."""
    metrics = {metric for claim in shipped() for metric in (claim.metric, metric_of(claim))}
    known = base(from_ledger(ledger, metrics))
    return tuple(check(claim, known) for claim in shipped())


def name_of(claim: Claim) -> str:
    """Give the id of the figure that a claim claims."""
    return f"{CLAIM}.{claim.id}"


def deviation_of(claim: Claim, figure: str) -> str:
    """Give the id of how far a claim is from a figure."""
    return f"{name_of(claim)}.off.{figure}"


def publish(ledger: Ledger) -> None:
    """Add them; the cited facts are in the ledger. A claim without a number has no figure.

    A claimed number is said by whoever claims it, and nothing here says that it is so.
    """
    metrics = base().metrics
    for assessment in assessed(ledger):
        claim = assessment.claim
        number = number_of(claim)
        if number is None:
            continue
        topic = Topic(
            id=name_of(claim),
            label=f"claimed: {metrics[claim.metric].meaning}",
            unit=metrics[claim.metric].unit,
            subject=subject_of(claim),
            period=claim.asof,
            flags=("claimed", claim.kind.value),
        )
        ledger.publish(topic, number, _record(claim))
        _deviations(ledger, assessment)


def _deviations(ledger: Ledger, assessment: Assessment) -> None:
    claim = assessment.claim
    for bearing in assessment.bearings:
        if bearing.fact.figure not in ledger or bearing.deviation is None:
            continue
        topic = Topic(
            id=deviation_of(claim, bearing.fact.figure),
            label="the claim against the figure",
            unit="share",
            subject=subject_of(claim),
            period=claim.asof,
        )
        ledger.derive(topic, "growth", [name_of(claim), bearing.fact.figure])


def _record(claim: Claim) -> SourceRecord:
    content = msgspec.json.encode(claim, order="deterministic")
    return SourceRecord(
        organisation=claim.source or "",
        series=f"“{claim.quote}”",
        url="",
        licence=None,
        sha256=hashlib.sha256(content).hexdigest(),
        vintage=(claim.source or "").rpartition(", ")[2],
    )
