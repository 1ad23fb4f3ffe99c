"""Measurements that come in parts: what is found of each does not depend on how they are divided."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counting import uncounted
from tests.judge.cases import GENUINE, HOST, OTHER, RESET, TIMEOUT, Case, leaf
from trigpoint.judge import judging
from trigpoint.judge.judging import judge, judge_parts
from trigpoint.observe import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.model.measurement import Measurement

PAGE = {"status": 200, "title": "The Example", "body": "x" * 5000, "address": GENUINE}
OWN, FORGED = "a" * 64, "b" * 64


def _cases() -> Sequence[Case]:
    """Give what the first look decides, and what it leaves: with certificates that several share, and bodies."""
    plain = Case().control().dns(GENUINE).tcp().tls().http(**PAGE)
    reset = Case().control().dns(GENUINE).tcp().tls(failure=RESET)
    lied = Case().control().dns(OTHER).tcp(OTHER, failure=TIMEOUT)
    blocked = Case().control().dns(GENUINE).tcp(port=80)
    blocked.http(f"http://{HOST}/", **PAGE | {"body": "<title>x</title> Blocked as per the directions received from "})
    shown = Case().certificate(OWN, **leaf()).control().dns(GENUINE).tcp().tls(certificate_chain=OWN).http(**PAGE)
    wrong = Case().certificate(OWN, **leaf()).control().dns(GENUINE).tcp()
    wrong.tls(failure="ssl_invalid_hostname", certificate_chain=OWN)
    return (plain, reset, shown, lied, wrong, blocked, plain)


RECORDS: Sequence[Measurement] = [case.record(id=f"{number:064x}") for number, case in enumerate(_cases())]
WHOLE = judge(tables(RECORDS))


@given(st.lists(st.sampled_from(range(len(RECORDS))), unique=True), st.integers(1, 9), st.sampled_from([0, 3, 1000]))
@settings(deadline=None, max_examples=15)
def test_parts_give_what_the_whole_gives(cuts: list[int], gathered: int, worth: int) -> None:
    places = [0, *sorted(set(cuts) - {0}), len(RECORDS)]
    parts = [tables(RECORDS[start:end]) for start, end in pairwise(places)]
    with pytest.MonkeyPatch.context() as patch, uncounted():
        patch.setattr(judging, "GATHERED", gathered)
        patch.setattr(judging, "WORTH_A_LOOK", worth)
        found = judge_parts(parts)
    assert all(one.equals(other) for one, other in zip(found, WHOLE, strict=True))


def test_states_are_told_apart() -> None:
    assert {"ok", "blocked", "insufficient"} <= set(WHOLE[1]["state"])


def test_the_second_look_is_taken_once_for_all_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(
        judging, "prepare", lambda *about: looks.append(about[0]["measurements"].height) or kept(*about)
    )
    judge_parts([tables([record]) for record in RECORDS])
    assert len(looks) == 1


@pytest.mark.parametrize(("worth", "looks"), [(len(RECORDS), 1), (len(RECORDS) + 1, 0)])
def test_a_few_measurements_are_not_worth_a_first_look(monkeypatch: pytest.MonkeyPatch, worth: int, looks: int) -> None:
    taken: list[int] = []
    first = judging.plain_sites
    monkeypatch.setattr(judging, "WORTH_A_LOOK", worth)
    monkeypatch.setattr(judging, "plain_sites", lambda *about: taken.append(1) or first(*about))
    judge(tables(RECORDS))
    assert len(taken) == looks


def test_a_part_without_measurements_changes_nothing() -> None:
    found = judge_parts([tables(RECORDS), tables([])])
    assert all(one.equals(other) for one, other in zip(found, WHOLE, strict=True))


kept = judging.prepare
