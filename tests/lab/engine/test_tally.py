from __future__ import annotations

from trigpoint.lab.engine.outcome import DROPPED, NOTHING, PASSED, Act, Injection, Outcome, Verdict
from trigpoint.lab.engine.tally import Tally

INJECTION = Injection(b"packet", to_client=True, hop=3)


def told(*acts: Act, is_in_path: bool = True) -> Outcome:
    tally = Tally()
    for act in acts:
        tally.add(act, is_in_path=is_in_path)
    return tally.outcome()


def test_where_nothing_is_done_the_packet_goes_on_as_it_came() -> None:
    assert told() is told(NOTHING, NOTHING) is PASSED


def test_delays_and_injections_add_up_and_the_last_packet_counts() -> None:
    outcome = told(Act(delay=1.0, packet=b"one", injections=(INJECTION,)), Act(delay=2.0, injections=(INJECTION,)))
    assert outcome == Outcome(delay=3.0, packet=b"one", injections=(INJECTION,) * 2)


def test_a_verdict_stays_until_there_is_another() -> None:
    assert told(Act(verdict=Verdict.DIVERT, to="box"), NOTHING).to == "box"
    assert told(DROPPED, Act(delay=1.0)).verdict is Verdict.DROP


def test_who_sees_a_copy_can_only_inject() -> None:
    act = Act("x", Verdict.DROP, 1.0, b"other", (INJECTION,))
    assert told(act, is_in_path=False) == Outcome(injections=(INJECTION,))
