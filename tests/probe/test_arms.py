"""Arms are tried until they are settled: shown to differ, or as often as what is looked for takes to be seen."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from trigpoint.lab.lab import Lab
from trigpoint.model.chance import CONTROLS, tries_to_see
from trigpoint.net.dial.acts import Connect
from trigpoint.probe.arms import DEAD, MOST_TRIES, OF_BYTES, OF_LISTS, OF_RESIDUE, OF_WORDS, Arm, tried
from trigpoint.probe.nettest import Measuring
from trigpoint.rehearsal import session_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.nettest import Keys

NAME, REFUSED, SILENCE = "site.example", "connection_refused", "generic_timeout_error"
PAIR = (
    Arm("target", "192.0.2.1", 443, NAME, trigger=NAME, control="control"),
    Arm("control", "192.0.2.1", 443, "innocent.example"),
)


def outcomes(
    fails: Callable[[str, int], str | None],
    arms: tuple[Arm, ...] = PAIR,
    options: dict[str, Any] | None = None,
    *,
    takes: float = 0.0,
    **how: Any,
) -> tuple[list[Keys], float]:
    """Try arms whose tries come to what is said of an arm and a number; give the parts, and the seconds taken."""

    async def main(lab: Lab) -> tuple[list[Keys], float]:
        loop = asyncio.get_running_loop()
        session = session_in(lab.world, lab.network, lab.bundle(), wall=time.time, seed=1)
        counts: Counter[str] = Counter()

        async def act(trace: Trace, arm: Arm) -> Keys:
            counts[arm.name] += 1
            failure = fails(arm.name, counts[arm.name])
            await asyncio.sleep(takes)
            trace.note(Connect, trace.now(), failure if failure == REFUSED else None, ip=arm.address, port=arm.port)
            return {"failure": failure}

        begun = loop.time()
        return await tried(Measuring(session, NAME, options or {}), arms, act, **how), loop.time() - begun

    return Lab("open", fabric="virtual").play(main)


def tally(parts: list[Keys]) -> Counter[str]:
    return Counter(part["arm"].partition(".")[0] for part in parts)


def fail(arm: str, _: int) -> str | None:
    return "connection_reset" if arm.startswith("target") else None


def test_what_always_differs_is_settled_by_three_tries() -> None:
    parts, seconds = outcomes(fail)
    assert tally(parts) == {"target": 3, "control": 3 * CONTROLS}
    assert 2 * 360 <= seconds < 4 * 360, "each trigger waits for the window of the one before"
    assert sum(part["waited_seconds"] for part in parts) <= seconds + 1e-6


def test_what_never_differs_is_settled_when_it_would_have_been_seen() -> None:
    for share in (OF_WORDS, OF_RESIDUE, OF_BYTES):
        parts, _ = outcomes(lambda *_: None, share=share)
        assert tally(parts)["target"] == tries_to_see(share)


def test_at_once_a_round_takes_as_long_as_one_try() -> None:
    arms = tuple(Arm(arm.name, arm.address, arm.port, arm.value, control=arm.control) for arm in PAIR)
    (parts, seconds), rounds = outcomes(fail, arms, at_once=True, takes=5.0), 3
    assert tally(parts) == {"target": rounds, "control": rounds * CONTROLS}
    assert [part["arm"] for part in parts if part["value"] == NAME] == ["target", "target.2", "target.3"]
    assert seconds == pytest.approx(5.0 * rounds)


def test_what_differs_now_and_then_is_tried_twice_as_often() -> None:
    parts, _ = outcomes(lambda arm, number: "eof_error" if arm == "target" and number == 2 else None)
    assert tally(parts)["target"] == 2 * tries_to_see(OF_WORDS)


def test_where_no_connection_opens_any_more_it_ends() -> None:
    parts, _ = outcomes(lambda _, number: REFUSED if number > 1 else None, share=OF_BYTES)
    assert tally(parts) == {"target": 4, "control": 4 * CONTROLS}, "of the first round some opened"


def test_where_connections_open_and_nothing_comes_back_it_ends() -> None:
    parts, _ = outcomes(lambda _, number: (REFUSED, SILENCE)[number % 2], share=OF_BYTES)
    assert tally(parts) == {"target": 3, "control": 3 * CONTROLS}


@pytest.mark.parametrize("dead", [REFUSED, SILENCE])
@pytest.mark.parametrize("alive", [None, "connection_reset"])
def test_where_something_comes_back_now_and_then_it_goes_on(dead: str, alive: str | None) -> None:
    parts, _ = outcomes(lambda arm, number: alive if arm == "control" and number % DEAD == 0 else dead, share=OF_BYTES)
    assert tally(parts)["target"] >= tries_to_see(OF_BYTES)


def test_where_the_arm_in_question_alone_is_answered_it_goes_on() -> None:
    parts, _ = outcomes(lambda arm, number: "connection_reset" if (arm, number) == ("target", 3) else SILENCE)
    assert tally(parts)["target"] > 3


def test_where_both_fail_alike_nothing_differs() -> None:
    parts, _ = outcomes(lambda *_: "connection_reset")
    assert tally(parts)["target"] == tries_to_see(OF_WORDS)


def test_no_arm_is_tried_more_often_than_the_most() -> None:
    parts, _ = outcomes(lambda arm, number: "eof_error" if arm == "target" and number == 2 else None, share=0.1)
    assert tally(parts)["target"] == MOST_TRIES


def test_an_arm_that_is_settled_rests_while_others_go_on() -> None:
    other = Arm("other", "192.0.2.2", 443, NAME, trigger=NAME, control="control")
    parts, _ = outcomes(fail, (*PAIR, other))
    assert tally(parts) == {"target": 3, "other": 4, "control": 4 * CONTROLS}


def test_an_arm_that_only_confirms_is_tried_as_seldom_as_it_says() -> None:
    beside = Arm("beside", "192.0.2.1", 443, "", control="control", share=OF_LISTS)
    parts, _ = outcomes(lambda *_: None, (*PAIR, beside))
    assert tally(parts) == {"target": 4, "beside": tries_to_see(OF_LISTS), "control": 4 * CONTROLS}
    parts, _ = outcomes(lambda arm, number: "eof_error" if (arm, number) == ("beside", 2) else None, (*PAIR, beside))
    assert tally(parts)["beside"] == 2 * tries_to_see(OF_LISTS)


def test_an_arm_that_comes_after_another_waits_for_its_failure() -> None:
    after = Arm("beside", "192.0.2.1", 443, "", control="control", share=OF_LISTS, after="target")
    parts, _ = outcomes(lambda *_: None, (*PAIR, after))
    assert tally(parts) == {"target": 4, "control": 4 * CONTROLS}
    parts, _ = outcomes(fail, (*PAIR, after))
    assert tally(parts) == {"target": 3, "beside": 2, "control": 3 * CONTROLS}
    parts, _ = outcomes(lambda arm, _: None if arm == "control" else SILENCE, (*PAIR, after))
    assert tally(parts) == {"target": 3, "beside": 3, "control": 4 * CONTROLS}


def test_what_was_never_sent_leaves_no_window() -> None:
    parts, seconds = outcomes(lambda *_: REFUSED)
    assert tally(parts) == {"target": 3, "control": 3 * CONTROLS}
    assert seconds == 0


def test_what_is_held_against_nothing_goes_along() -> None:
    parts, _ = outcomes(fail, (*PAIR, Arm("version", "192.0.2.2", 443, "")))
    assert tally(parts)["version"] == 3


def test_each_try_has_a_name_of_its_own_and_the_first_the_arms() -> None:
    names = [part["arm"] for part in outcomes(fail)[0]]
    assert len(set(names)) == len(names)
    assert {"target", "target.2", "target.3", "control", "control.9"} <= set(names)


def test_controls_come_before_between_and_after_triggers() -> None:
    order: list[str] = []
    outcomes(lambda arm, _: order.append(arm))
    triggers = [place for place, arm in enumerate(order) if arm == "target"]
    assert len({later - earlier for earlier, later in pairwise(triggers)}) > 1, "in an order of chance"
    assert all("control" in order[earlier:later] for earlier, later in pairwise(triggers[::2]))


def test_whoever_asks_for_a_number_gets_it() -> None:
    parts, _ = outcomes(fail, options={"repeats": 5})
    assert tally(parts) == {"target": 5, "control": 5}
    parts, _ = outcomes(fail, options={"repeats": 1_000})
    assert tally(parts) == {"target": MOST_TRIES, "control": MOST_TRIES}


def test_an_arm_without_its_control_ends() -> None:
    parts, _ = outcomes(fail, PAIR[:1])
    assert tally(parts) == {"target": 2 * tries_to_see(OF_WORDS)}
