from __future__ import annotations

from trigpoint.lab.engine.outcome import DROPPED, NOTHING, PASSED, Act, Outcome, Verdict


def test_the_usual_outcomes() -> None:
    assert Outcome(Verdict.PASS, 0.0, None, (), "") == PASSED
    assert (DROPPED.did, DROPPED.verdict, NOTHING) == ("drop", Verdict.DROP, Act())
