"""Verdicts and findings: what an analyst would conclude, and the rules that fired."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """What is concluded of one target of one measurement."""

    OK = "ok"
    """Reached."""
    DOWN = "down"
    """Not working, no sign of interference."""
    BLOCKED = "blocked"
    """Interference by a determinate rule, and not reached."""
    INSUFFICIENT = "insufficient"
    """The evidence does not decide. Never drawn as ``ok``."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One row that a rule read."""

    table: str
    """Observation table, such as ``tls_handshakes``."""
    step: int
    """Number of the step inside its measurement."""
    pointer: str
    """JSON pointer into the raw record."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that fired on one row."""

    measurement: str
    """Id of the measurement."""
    target: str
    """What was assessed."""
    layer: str
    """``dns``, ``tcp``, ``tls``, ``http``, ``quic``, ``whole`` or ``service``."""
    rule: str
    """Id of the rule."""
    table: str
    """Observation table of the evidence."""
    step: int
    """Number of the step that the rule read; of the first step where it read the measurement as a whole."""
    pointer: str
    """JSON pointer of that step into the raw record."""
    endpoint: str | None = None
    """Resolver, or address and port, that the finding is about. Missing: none recorded."""
    detail: str | None = None
    """What was compared, in short: the failure, the answer, the fingerprint. Missing: nothing to add."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The conclusion for one target of one measurement. List-like fields are sorted and joined by one space."""

    measurement: str
    """Id of the measurement."""
    target: str
    """A site (A-label), a part of a service such as ``telegram/chat``, or a service as a whole such as ``telegram``."""
    nettest: str
    """Name of the nettest."""
    probe_asn: int | None = None
    """AS number of the probe's network. Missing: unknown."""
    started_at: float | None = None
    """Start of the measurement, seconds since 1970-01-01 UTC. Missing: unknown."""
    state: str
    """:class:`State`."""
    layer: str | None = None
    """Layer of the decisive rule. Missing: no layer decided, or it is a service as a whole."""
    mechanisms: str = ""
    """Nodes of :mod:`trigpoint.model.mechanism`. Where ``blocked``: how. Where ``insufficient``: what was seen would be
    if it were interference, which is not known and counts as blocking nowhere. Else none."""
    interference: str = ""
    """Nodes of interference seen although the target was reached."""
    explanations: str = ""
    """Explanations: why not blocked, or why not decided."""
    rules: str = ""
    """Ids of all rules that fired, the decisive one first, then in the order of the rules."""
    reason: str = ""
    """One sentence for a person."""
    reached: bool | None = None
    """Whether the target was reached through the probe's normal path. Missing: not attempted."""
    parts: str = ""
    """Targets whose verdicts it follows from, where the target is a service as a whole. Counts that add up over targets
    leave it out, since its parts are counted."""
