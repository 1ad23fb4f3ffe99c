"""One thing measured in the lab: what is true of it, what verdicts say, and how good they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.world.truth import Truth
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from collections.abc import Iterable

_OF_FAMILIES = (State.OK, State.BLOCKED, State.DOWN, State.INSUFFICIENT)
_OF_RUNS = (State.BLOCKED, State.OK, State.DOWN, State.INSUFFICIENT)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict of a survey, with what its measurement says of itself."""

    world: str
    """As annotated."""
    asn: int | None
    """AS number of the probe's network. Missing: not recorded."""
    nettest: str
    input: str | None
    """What was measured. Missing: nothing in particular."""
    run: str | None = None
    """The run that it was part of. Missing: not recorded."""
    elapsed: float | None = None
    """Seconds since its run began. Missing: not recorded."""
    site: str | None
    """Host of the input. Missing: as above."""
    state: State
    mechanisms: tuple[str, ...] = ()
    interference: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of one URL in one network, and what the survey says of it.

    Rows of truth that differ in the version of IP alone are one case, since one measurement tries both.
    """

    world: str
    network: str
    url: str
    rows: tuple[Truth, ...]
    own: tuple[Judged, ...]
    """Verdicts on it."""
    others: tuple[Judged, ...]
    """Verdicts of follow-ups."""

    @property
    def state(self) -> State:
        """What is true: reached, where one version of IP reaches it."""
        return _first(_OF_FAMILIES, (row.state for row in self.rows))

    @property
    def expected(self) -> State:
        """What is to be said: what is true, or of a single run what it can say at most.

        Where a single run need not know, to say that the evidence does not decide is right as well. Where it cannot
        know, to say what is true is a guess, and wrong; several runs may know.
        """
        alone = (
            State.OK if self.is_slipped_through else _first(_OF_FAMILIES, (row.alone or row.state for row in self.rows))
        )
        right = {self.state} if alone == self.state else {alone, State.INSUFFICIENT}
        if alone != State.INSUFFICIENT or len({verdict.run for verdict in self.own}) > 1:
            right.add(self.state)
        return self.said if self.said in right else alone

    @property
    def is_slipped_through(self) -> bool:
        """Whether a censor of chance let a flow pass, and the verdict says so: reached, with what is done named.

        Measurements try several flows, and of a row with a share below 1 not all are met.
        """
        done = _with_ancestors(node for row in self.rows for node in row.mechanisms)
        met = [verdict for verdict in self.own if verdict.state == State.OK and done.intersection(verdict.interference)]
        return all(row.share[0] < 1 for row in self.rows) and self.said == State.OK and bool(met)

    @property
    def said(self) -> State:
        """What the survey says: blocked if any run says so, else ok, else down, else insufficient.

        Where the verdicts on it do not decide, a follow-up does that shows how it is blocked.
        """
        said = _first(_OF_RUNS, (verdict.state for verdict in self.own))
        is_shown = any(verdict.state == State.BLOCKED for verdict in self.others)
        return State.BLOCKED if said == State.INSUFFICIENT and is_shown else said

    @property
    def is_right(self) -> bool:
        """Whether the state is the expected one."""
        return self.said == self.expected

    @property
    def wanted(self) -> frozenset[str]:
        """Nodes that a right verdict names, with all above them. None where it cannot be ``blocked``."""
        if self.state != State.BLOCKED or self.expected != State.BLOCKED:
            return frozenset()
        return _with_ancestors(node for row in self.rows for node in row.mechanisms)

    @property
    def allowed(self) -> frozenset[str]:
        """Nodes that are true of it, with all above them."""
        return _with_ancestors(node for row in self.rows for node in (*row.mechanisms, *row.interference, *row.unseen))

    @property
    def named(self) -> frozenset[str]:
        """Nodes that verdicts name, with all above them; of follow-ups also what did not keep them from the target."""
        return _with_ancestors(
            node
            for verdicts, keys in ((self.own, ("mechanisms",)), (self.others, ("mechanisms", "interference")))
            for verdict in verdicts
            for key in keys
            if key != "mechanisms" or verdict.state == State.BLOCKED  # else a sign, undecided
            for node in getattr(verdict, key)
        )

    @property
    def rules(self) -> tuple[str, ...]:
        """Rules that fired, each once."""
        return tuple(dict.fromkeys(rule for verdict in (*self.own, *self.others) for rule in verdict.rules))


class Numbers(msgspec.Struct, frozen=True):
    """How good verdicts are."""

    rows: int
    """Cases that were measured."""
    states_right: int
    false_blocked: int
    """Innocent cases that are called blocked."""
    innocent: int
    """Cases that are not blocked."""
    mechanism_precision: float | None
    """Of the nodes named for what is blocked, each with all above it, the share that is true. Missing: none named."""
    mechanism_recall: float | None
    """Of the nodes that are true of what is blocked, the share that is named. Missing: none true."""


def numbers(cases: Iterable[Case]) -> Numbers:
    """Count. A node stands for itself and all above it: ``tls.reset`` is two thirds of ``tls.reset.sni``."""
    cases = list(cases)
    innocent = [case for case in cases if case.state != State.BLOCKED]
    blocked = [case for case in cases if case.state == State.BLOCKED and case.allowed]
    named, true = (sum(len(getattr(case, key)) for case in blocked) for key in ("named", "wanted"))
    hits = sum(len(case.named & case.allowed) for case in blocked)
    found = sum(len(case.named & case.wanted) for case in blocked)
    return Numbers(
        rows=len(cases),
        states_right=sum(case.is_right for case in cases),
        false_blocked=sum(case.said == State.BLOCKED for case in innocent),
        innocent=len(innocent),
        mechanism_precision=round(hits / named, 4) if named else None,
        mechanism_recall=round(found / true, 4) if true else None,
    )


def _first(order: Iterable[State], states: Iterable[State]) -> State:
    there = set(states)
    return next(state for state in order if state in there)


def _with_ancestors(nodes: Iterable[str]) -> frozenset[str]:
    labels = [node.split(".") for node in nodes]
    return frozenset(".".join(parts[:depth]) for parts in labels for depth in range(1, len(parts) + 1))
