"""One case: what is true of it, what is said of it, and how that is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.case import Case, Judged, Numbers, numbers
from trigpoint.lab.world.truth import Truth
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.model.verdict import State

OK, DOWN, BLOCKED, INSUFFICIENT = State.OK, State.DOWN, State.BLOCKED, State.INSUFFICIENT
STATES = st.sampled_from(State)
NODES = st.lists(st.sampled_from(sorted(MECHANISMS)), max_size=3).map(tuple)


def judged(state: State = BLOCKED, *mechanisms: str, **fields: object) -> Judged:
    about = {"world": "w", "asn": 64501, "nettest": "web_connectivity", "input": "https://x.example/"}
    return Judged(**{**about, "site": "x.example", "state": state, "mechanisms": mechanisms, **fields})


def row(state: State = BLOCKED, *mechanisms: str, **fields: object) -> Truth:
    return Truth(target="x.example", state=state, mechanisms=mechanisms, **fields)


def case(rows: list[Truth], *own: Judged, others: tuple[Judged, ...] = ()) -> Case:
    return Case(world="w", network="a1", url="https://x.example/", rows=tuple(rows), own=own, others=others)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([OK, BLOCKED, DOWN], BLOCKED),
        ([INSUFFICIENT, DOWN, OK], OK),
        ([INSUFFICIENT, DOWN], DOWN),
        ([INSUFFICIENT, INSUFFICIENT], INSUFFICIENT),
    ],
)
def test_of_several_runs_blocked_counts_before_ok_before_down(runs: list[State], said: State) -> None:
    assert case([row()], *map(judged, runs)).said == said


def test_a_single_run_need_not_say_more_than_it_can() -> None:
    dark = row(BLOCKED, "ip.shutdown", alone=INSUFFICIENT)
    assert case([dark], judged(INSUFFICIENT)).is_right
    assert not case([dark], judged(BLOCKED, "ip.shutdown")).is_right
    assert numbers([case([dark], judged(INSUFFICIENT))]) == Numbers(1, 1, 0, 0, None, None)


def test_several_runs_may_say_what_one_cannot() -> None:
    dark = row(BLOCKED, "ip.shutdown", alone=INSUFFICIENT)
    runs = [judged(BLOCKED, "ip.shutdown", run=run) for run in ("a", "b")]
    assert case([dark], *runs).is_right
    assert numbers([case([dark], *runs)]) == Numbers(1, 1, 0, 0, 1.0, 1.0)
    assert not case([dark], judged(OK, run="a"), judged(OK, run="b")).is_right


def test_a_run_that_need_not_meet_what_is_done_may_meet_it_or_not_know() -> None:
    bridge = row(BLOCKED, "tcp.timeout", alone=OK)
    assert all(case([bridge], judged(said)).is_right for said in (OK, INSUFFICIENT, BLOCKED))
    assert not case([bridge], judged(DOWN)).is_right
    assert numbers([case([bridge], judged(OK))]).mechanism_recall is None


def test_what_is_reached_over_one_version_of_ip_is_reached() -> None:
    two = [row(BLOCKED, "tcp.timeout", families=(4,)), row(OK, families=(6,))]
    found = case(two, judged(OK))
    assert (found.state, found.is_right) == (OK, True)
    assert numbers([case(two, judged(BLOCKED))]).false_blocked == 1


@pytest.mark.parametrize(
    ("share", "interference", "is_right"),
    [
        (0.7, ("tls.reset",), True),
        (0.7, ("dns.nxdomain", "tls.reset.sni"), True),
        (0.7, (), False),
        (0.7, ("tls.timeout",), False),
        (1.0, ("tls.reset.sni",), False),
    ],
)
def test_who_slipped_through_a_censor_of_chance_and_says_so_is_right(
    share: float, interference: tuple[str, ...], *, is_right: bool
) -> None:
    chance = row(BLOCKED, "tls.reset.sni", share=(share, 1.0))
    found = case([chance], judged(OK, interference=interference))
    assert found.is_right is is_right
    assert case([chance], judged(OK, interference=interference), judged(BLOCKED)).said == BLOCKED


def test_only_what_is_not_blocked_is_innocent() -> None:
    states = [OK, DOWN, INSUFFICIENT, BLOCKED]
    found = numbers(case([row(state)], judged(BLOCKED)) for state in states)
    assert (found.rows, found.innocent, found.false_blocked, found.states_right) == (4, 3, 3, 1)


@pytest.mark.parametrize(
    ("said", "precision", "recall"),
    [
        (("tls.reset.sni",), 1.0, 1.0),
        (("tls.reset",), 1.0, 0.6667),
        (("tls",), 1.0, 0.3333),
        (("tls.timeout.sni",), 0.3333, 0.3333),
        (("dns.nxdomain",), 0.0, 0.0),
        (("tls.reset.sni", "dns.nxdomain"), 0.6, 1.0),
        ((), None, 0.0),
    ],
)
def test_a_node_stands_for_all_above_it(said: tuple[str, ...], precision: float | None, recall: float) -> None:
    found = numbers([case([row(BLOCKED, "tls.reset.sni")], judged(BLOCKED, *said))])
    assert (found.mechanism_precision, found.mechanism_recall) == (precision, recall)


def test_what_is_done_besides_may_be_named_and_need_not_be() -> None:
    truth = row(BLOCKED, "dns.nxdomain", unseen=("tls.reset.sni",), interference=("http.blockpage",))
    named = case([truth], judged(BLOCKED, "dns.nxdomain", "tls.reset.sni", "http.blockpage"))
    silent = case([truth], judged(BLOCKED, "dns.nxdomain"))
    assert numbers([named]) == numbers([silent]) == Numbers(1, 1, 0, 0, 1.0, 1.0)


def test_follow_ups_name_mechanisms_and_no_state() -> None:
    follow_up = judged(OK, nettest="sni_blocking", interference=("tls.reset.sni",))
    found = case([row(BLOCKED, "tls.reset.sni")], judged(INSUFFICIENT), others=(follow_up,))
    assert (found.said, found.is_right) == (INSUFFICIENT, False)
    assert numbers([found]) == Numbers(1, 0, 0, 0, 1.0, 1.0)


def test_a_follow_up_that_shows_how_it_is_blocked_decides_where_nothing_else_does() -> None:
    follow_up = judged(BLOCKED, "tls.reset.sni", nettest="sni_blocking")
    blocked = row(BLOCKED, "tls.reset.sni")
    assert case([blocked], judged(INSUFFICIENT), others=(follow_up,)).said == BLOCKED
    assert case([blocked], judged(OK), others=(follow_up,)).said == OK
    assert numbers([case([row(OK)], judged(INSUFFICIENT), others=(follow_up,))]).false_blocked == 1


def test_interference_of_the_visit_itself_is_no_mechanism_of_blocking() -> None:
    found = case([row(BLOCKED, "tls.reset.sni")], judged(OK, interference=("tls.reset.sni",)))
    assert numbers([found]).mechanism_precision is None


def test_mechanisms_of_what_is_not_blocked_are_counted_as_false_blocked_alone() -> None:
    assert numbers([case([row(OK)], judged(BLOCKED, "tls.reset"))]) == Numbers(1, 0, 1, 1, None, None)


def test_rules_are_told_once_in_their_order() -> None:
    found = case([row()], judged(BLOCKED, rules=("b", "a")), others=(judged(OK, rules=("a", "c")),))
    assert found.rules == ("b", "a", "c")


def test_of_nothing_there_is_no_share() -> None:
    assert numbers([]) == Numbers(0, 0, 0, 0, None, None)


@given(st.lists(st.tuples(STATES, NODES, STATES, NODES), max_size=8))
def test_counts_add_up_in_any_order(drawn: list[tuple[State, tuple[str, ...], State, tuple[str, ...]]]) -> None:
    cases = [
        case([row(true, *(nodes if true == BLOCKED else ()))], judged(said, *named))
        for true, nodes, said, named in drawn
    ]
    found = numbers(cases)
    assert found == numbers(reversed(cases))
    assert found.false_blocked <= found.innocent <= found.rows
    assert found.states_right <= found.rows - found.false_blocked
    for share in (found.mechanism_precision, found.mechanism_recall):
        assert share is None or 0 <= share <= 1


@given(NODES.filter(bool))
def test_who_names_exactly_what_is_true_is_right_in_everything(nodes: tuple[str, ...]) -> None:
    assert numbers([case([row(BLOCKED, *nodes)], judged(BLOCKED, *nodes))]) == Numbers(1, 1, 0, 0, 1.0, 1.0)


def test_signs_of_what_is_undecided_name_nothing() -> None:
    found = case([row(BLOCKED, "tls.reset")], judged(INSUFFICIENT, "tls.reset"), others=(judged(INSUFFICIENT, "tcp"),))
    assert found.named == frozenset()
