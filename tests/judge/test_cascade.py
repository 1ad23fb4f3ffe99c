"""All rules together: well-formed, each able to fire, each with what a reader needs."""

from __future__ import annotations

import re
from functools import cache

import pytest

from trigpoint.judge.cascade import CASCADE, RULES, RULES_VERSION
from trigpoint.judge.decide import conclude, frames
from trigpoint.judge.keys import prepare
from trigpoint.judge.rule import Layer, Rule
from trigpoint.model.verdict import State


def test_ids_are_unique_and_stand_in_their_layer() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.layer is layer for layer, rules in CASCADE.items() for rule in rules)


def test_every_layer_has_rules() -> None:
    assert set(CASCADE) == set(Layer)


@cache
def columns() -> dict[Layer, set[str]]:
    """Give the columns of each layer's frame."""
    chunk = prepare({})
    _, _, layers = conclude(chunk, frames(chunk))
    return {layer: set(frame.columns) for layer, frame in layers.items()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_reads_only_columns_of_its_frame(rule: Rule) -> None:
    assert set(rule.columns) <= columns()[rule.layer]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_gives_one_sentence_of_reason_and_a_source(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z][^.]*\.", rule.reason)
    assert rule.source


def test_a_doubt_or_a_state_without_sign_says_why_or_is_plain() -> None:
    explained = [rule for rule in RULES if rule.state is State.DOWN and rule.layer is not Layer.SERVICE]
    assert all(rule.explanation for rule in explained)


def test_the_version_names_the_text_of_the_rules() -> None:
    assert re.fullmatch(r"\d{4}\.\d+\+[0-9a-f]{12}", RULES_VERSION)


def test_no_rule_reads_what_the_probe_concluded() -> None:
    assert all("verdict" not in column for rule in RULES for column in rule.columns)
