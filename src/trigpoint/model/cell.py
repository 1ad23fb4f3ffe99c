"""Cells: what all runs of one day on one network say of one target. Every number of them adds up."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Viewer(StrEnum):
    """Whose network a cell belongs to."""

    PROBE = "probe"
    """The probe's: what a person there would meet."""
    RESOLVER = "resolver"
    """That of the resolver that was asked: name resolution alone, whoever asked."""
    SERVICE = "service"
    """The probe's, of a service as a whole: its parts have cells of their own, so that no sum counts it twice."""


class WordKind(StrEnum):
    """What a word of a cell is."""

    MECHANISM = "mechanism"
    """How it is blocked: of verdicts ``blocked`` alone."""
    SIGN = "sign"
    """What was seen would be if it were interference: of verdicts ``insufficient`` alone."""
    INTERFERENCE = "interference"
    EXPLANATION = "explanation"
    RULE = "rule"


class CellKey(msgspec.Struct, frozen=True, kw_only=True):
    """What names a cell, besides its day and country, by which the tables are partitioned."""

    target: str
    """What was assessed."""
    viewer: str
    """:class:`Viewer`."""
    asn: int | None = None
    """AS number of the viewer's network. Missing: unknown."""


class Tally(CellKey, frozen=True, kw_only=True):
    """Verdicts by state, and when. Tallies add: the counts by sum, the times by the least and the greatest."""

    blocked: int
    """Verdicts ``blocked``; of a resolver: measurements in which a rule saw it lie or refuse."""
    ok: int
    """Verdicts ``ok``; of a resolver: measurements in which it answered without a sign."""
    down: int
    """Verdicts ``down``; of a resolver always 0."""
    insufficient: int
    """Verdicts ``insufficient``; of a resolver: measurements in which it did not answer, without a sign."""
    first_blocked: float | None = None
    """Start of the first measurement with ``blocked``, seconds since 1970-01-01 UTC. Missing: none, or unknown."""
    last_blocked: float | None = None
    """Start of the last one. Missing: as above."""
    first_ok: float | None = None
    """Start of the first measurement with ``ok``. Missing: none, or unknown."""
    last_ok: float | None = None
    """Start of the last one. Missing: as above."""


class CellRun(Tally, frozen=True, kw_only=True):
    """What one run adds to a cell."""

    run: str
    """The archive's number of the run. Runs without one count as one for each network and day."""


class CellWord(CellKey, frozen=True, kw_only=True):
    """How often one word was said in a cell."""

    kind: str
    """:class:`WordKind`."""
    word: str
    """Mechanism, explanation, or id of a rule."""
    verdicts: int
    """Verdicts that say it."""


class Cell(Tally, frozen=True, kw_only=True):
    """One cell: what its runs say together."""

    runs: int
    """Distinct runs: an upper bound of how many independent observations there are."""
    decided_runs: int
    """Runs with a verdict that is not ``insufficient``."""
    blocked_runs: int
    """Runs with a verdict that is ``blocked``."""
    largest_run: float
    """Share of the verdicts that the largest run made, 0 to 1: near 1, one run says it all."""
    share: float | None = None
    """Share blocked, 0 to 1, each decided run counting once. Missing: nothing is decided."""
    share_low: float
    """Lower end of the Jeffreys interval of the share at 95 %."""
    share_high: float
    """Upper end."""
    state: str
    """:class:`trigpoint.model.verdict.State`. ``blocked``: so many runs saw it blocked that errors do not explain it,
    for a part of the time at least (the share says how much). ``ok`` or ``down``: enough runs, and at most a stray one
    of them saw it blocked. ``insufficient``: anything else."""
    disagreement: str = ""
    """States that decided runs disagree on, sorted, separated by one space; empty where they agree."""
