"""What all censors of a path do to one packet, taken together."""

from __future__ import annotations

from trigpoint.lab.engine.outcome import NOTHING, PASSED, Act, Injection, Outcome, Verdict


class Tally:
    """Collects what the censors of a path do to one packet."""

    __slots__ = ("delay", "injections", "packet", "to", "verdict")

    def __init__(self) -> None:
        self.verdict = Verdict.PASS
        self.delay = 0.0
        self.packet: bytes | None = None
        self.injections: tuple[Injection, ...] = ()
        self.to = ""

    def add(self, act: Act, *, is_in_path: bool) -> None:
        """Add an act; who only sees a copy can do nothing but inject."""
        if act is NOTHING:
            return
        self.injections += act.injections
        if not is_in_path:
            return
        self.delay += act.delay
        self.packet = act.packet or self.packet
        if act.verdict is not Verdict.PASS:
            self.verdict = act.verdict
            self.to = act.to

    def outcome(self) -> Outcome:
        """Make the outcome."""
        if self.verdict is Verdict.PASS and not (self.delay or self.packet or self.injections):
            return PASSED
        return Outcome(self.verdict, self.delay, self.packet, self.injections, self.to)
