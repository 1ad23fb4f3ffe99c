"""QUIC: one row is one handshake of the probe (:func:`trigpoint.judge.frames.quic_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_sign = pl.col("is_site") & pl.col("is_trusted") & (pl.col("sibling_successes") == 0)

QUIC = (
    Rule(
        id="quic.timeout",
        condition=_sign & has_kind(Kind.TIMEOUT) & pl.col("control_handshakes"),
        state=State.BLOCKED,
        mechanism="quic.timeout",
        reason="The QUIC handshake with a genuine address stayed unanswered while the control's completed.",
        source="sources: Q1 to Q3; Elmenhorst et al., IMC 2021",
    ),
    Rule(
        id="quic.failed_uncontrolled",
        condition=pl.col("kind").is_not_null() & pl.col("control_handshakes").is_null(),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="The QUIC handshake failed, and the control made none to compare with.",
        source="requirement R4",
    ),
)
"""Rules of QUIC, in order."""
