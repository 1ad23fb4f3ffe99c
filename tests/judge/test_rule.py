"""A rule speaks the vocabularies, and says neither more nor less than its state allows."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from trigpoint.judge.rule import Layer, Rule, has_kind
from trigpoint.model.verdict import State


def rule(**changes: Any) -> Rule:
    fields: dict[str, Any] = {"id": "tcp.odd", "condition": pl.col("port") == 0, "reason": "Odd.", "source": "test"}
    return Rule(**(fields | changes))


def test_the_layer_is_the_first_word_of_the_id() -> None:
    assert rule().layer is Layer.TCP


def test_the_columns_are_what_the_condition_reads() -> None:
    assert rule(condition=(pl.col("b") > 1) & pl.col("a")).columns == ("a", "b")


def test_null_counts_as_false() -> None:
    frame = pl.DataFrame({"port": [None, 0, 1]}, schema={"port": pl.Int64})
    assert frame.select(fired=rule().expression)["fired"].to_list() == [False, True, False]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.BLOCKED},
        {"mechanism": "tcp.reset"},
        {"state": State.OK, "mechanism": "tcp.reset"},
        {"state": State.BLOCKED, "mechanism": "tcp.unheard_of"},
        {"explanation": "nobody.knows"},
        {"state": State.OK, "outweighs": (State.BLOCKED,)},
        {"state": State.DOWN, "mechanism": "tcp.reset"},
        {"yields": True},
        {"yields": True, "state": State.INSUFFICIENT},
        {"yields": True, "state": State.BLOCKED, "mechanism": "tcp.reset"},
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tcp\.odd"):
        rule(**changes)


def test_a_doubt_may_name_what_it_saw() -> None:
    assert rule(state=State.INSUFFICIENT, mechanism="tcp.reset").mechanism == "tcp.reset"


def test_what_follows_for_a_service_has_the_mechanisms_of_its_parts() -> None:
    assert rule(id="service.odd", state=State.BLOCKED).mechanism is None
    with pytest.raises(ValueError, match=r"service\.odd"):
        rule(id="service.odd", state=State.BLOCKED, mechanism="tcp.reset")


def test_kinds_are_compared_as_text() -> None:
    frame = pl.DataFrame({"kind": ["reset", "timeout", None]})
    assert frame.select(has_kind("reset")).to_series().to_list() == [True, False, None]
