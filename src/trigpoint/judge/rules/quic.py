"""QUIC: one row is one handshake of the probe (:func:`trigpoint.judge.frames.quic_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_of_site = pl.col("is_site") & pl.col("is_trusted") & pl.col("arm").is_null()
_sign = _of_site & (pl.col("sibling_successes") == 0) & has_kind(Kind.TIMEOUT) & pl.col("control_handshakes")
_by_size = pl.col("control_arms_die") & ~pl.col("is_by_version") & pl.col("is_by_size")

_LADDER = "primitive M19; Elmenhorst et al., IMC 2021; Zohaib et al., USENIX Security 2025; Xue et al., IMC 2022"

QUIC = (
    Rule(
        id="quic.timeout_by_name",
        condition=(pl.col("arm") == "target") & has_kind(Kind.TIMEOUT) & (pl.col("is_shown") | pl.col("is_unanimous")),
        state=State.BLOCKED,
        mechanism="quic.timeout.sni",
        reason="The QUIC handshake stalled with this server name and completed with another at the same server.",
        source=_LADDER,
    ),
    Rule(
        id="quic.timeout_after_name",
        condition=(pl.col("arm") == "after") & has_kind(Kind.TIMEOUT) & pl.col("is_shown"),
        state=State.BLOCKED,
        mechanism="quic.timeout.sni",
        reason="An innocent name was answered by a server until this one had been sent there.",
        source=_LADDER,
    ),
    Rule(
        id="quic.timeout_by_version",
        condition=_sign & pl.col("control_arms_die") & pl.col("is_by_version"),
        state=State.BLOCKED,
        mechanism="quic.timeout.version",
        reason="QUIC stays unanswered whatever the name, while servers answer to a version that nobody speaks.",
        source=_LADDER,
    ),
    Rule(
        id="quic.timeout_by_size",
        condition=_sign & _by_size,
        state=State.BLOCKED,
        mechanism="quic.timeout.size",
        reason="QUIC stays unanswered whatever the name, as do other datagrams of its size, but not small ones.",
        source="primitive M19; Xue et al., IMC 2022: datagrams of 1,001 bytes and more",
    ),
    Rule(
        id="quic.timeout",
        condition=_sign,
        state=State.BLOCKED,
        mechanism="quic.timeout",
        reason="The QUIC handshake with a genuine address stayed unanswered while the control's completed.",
        source="sources: Q1 to Q3; Elmenhorst et al., IMC 2021",
    ),
    Rule(
        id="quic.failed_for_control_too",
        condition=_of_site
        & (pl.col("nettest") == "quic")
        & pl.col("kind").is_not_null()
        & (pl.col("sibling_successes") == 0)
        & ~pl.col("control_handshakes_anywhere"),
        state=State.DOWN,
        explanation="site.down",
        reason="The control's QUIC handshakes failed as well.",
        source="sources: F12",
    ),
    Rule(
        id="quic.failed_uncontrolled",
        condition=(_of_site | ~pl.col("is_site"))
        & pl.col("kind").is_not_null()
        & pl.col("control_handshakes_anywhere").is_null(),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="The QUIC handshake failed, and the control made none to compare with.",
        source="requirement R4",
    ),
)
"""Rules of QUIC, in order."""
