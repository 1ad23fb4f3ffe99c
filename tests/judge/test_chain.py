"""The chain behind a verdict: what fired and on what, and what nearly did."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, HOST, RESET, TIMEOUT, Case
from trigpoint.judge import RULES, judge
from trigpoint.judge.chain import NEAREST, Judged, chain
from trigpoint.observe import tables

_STATES = {rule.id: rule.state for rule in RULES}


def _chain(case: Case) -> Judged:
    (judged,) = chain(tables([case.record()]))
    return judged


def test_a_rule_that_fired_shows_what_it_compared_and_all_of_it_holds() -> None:
    judged = _chain(Case().control().dns(GENUINE).tcp().tls(failure=RESET))
    (fired,) = judged.fired
    assert (fired.rule.id, fired.finding["step"], fired.finding["endpoint"]) == ("tls.reset", 7, f"{GENUINE}:443")
    assert all(condition.holds for condition in fired.conditions)
    assert ("kind", "reset") in [value for condition in fired.conditions for value in condition.values]


def test_it_says_what_the_judge_says() -> None:
    case = Case().control().dns(GENUINE).tcp(failure=TIMEOUT)
    findings, verdicts = judge(tables([case.record()]))
    judged = _chain(case)
    assert judged.verdict == verdicts.row(0, named=True)
    assert [fired.rule.id for fired in judged.fired] == findings["rule"].to_list()


def test_what_nearly_fired_would_say_something_else_and_misses_something() -> None:
    judged = _chain(Case().control().dns(GENUINE).tcp().tls(failure=RESET))
    assert len(judged.nearest) == NEAREST
    assert judged.nearest[0].rule.layer == "tls"  # of those that missed as much, the layer that decided comes first
    for near in judged.nearest:
        assert _STATES[near.rule.id] not in {None, "blocked"}
        assert near.unmet
        assert not any(condition.holds for condition in near.unmet)


@pytest.mark.parametrize("failure", [None, RESET, TIMEOUT])
def test_the_nearest_misses_no_more_than_the_next(failure: str | None) -> None:
    nearest = _chain(Case().control().dns(GENUINE).tcp().tls(failure=failure)).nearest
    counts = [len(near.unmet) for near in nearest]
    assert counts == sorted(counts)


def test_changing_what_the_nearest_missed_makes_it_fire() -> None:
    """A reset instead of a timeout is what a rule of resets misses, and with it the rule fires."""
    case = Case().control().dns(GENUINE).tcp().tls(failure="ssl_failed_handshake")
    missing = {near.rule.id: near.unmet for near in _chain(case).nearest}
    assert "tls.reset" in missing
    assert [condition.text for condition in missing["tls.reset"]] == ["kind in {'reset'}"]
    changed = _chain(Case().control().dns(GENUINE).tcp().tls(failure=RESET))
    assert [fired.rule.id for fired in changed.fired] == ["tls.reset"]


def test_each_target_has_its_own() -> None:
    judged = _chain(Case().control().dns(GENUINE).tcp().tls(failure=RESET))
    assert judged.verdict["target"] == HOST
    assert {fired.finding["target"] for fired in judged.fired} == {HOST}


def test_a_measurement_without_steps_has_no_reason_and_no_neighbour() -> None:
    judged = _chain(Case(input=None, has_control=None))
    assert judged.verdict["state"] == "insufficient"
    assert all(near.unmet for near in judged.nearest)
