"""Conditions taken apart and written for people."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.judge import RULES
from trigpoint.judge.conditions import checked, parts, text

_COLUMNS = ("a", "b", "c", "d")


def test_every_rule_reads_as_a_formula_without_the_words_of_the_library() -> None:
    formulas = [text(part) for rule in RULES for part in parts(rule.condition)]
    assert not [formula for formula in formulas if "col(" in formula or "dyn " in formula or "not_(" in formula]


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_the_parts_of_a_rule_together_are_the_rule(rule: object) -> None:
    condition = rule.condition  # type: ignore[attr-defined]
    assert pl.all_horizontal(*parts(condition)).meta.root_names()
    assert {name for part in parts(condition) for name in part.meta.root_names()} == set(condition.meta.root_names())


@given(st.lists(st.sampled_from(_COLUMNS), min_size=1, max_size=8), st.lists(st.booleans(), min_size=4, max_size=4))
def test_parts_hold_together_as_the_whole_does(names: list[str], values: list[bool]) -> None:
    condition = pl.col(names[0])
    for name in names[1:]:
        condition = condition & ~pl.col(name)
    row = pl.DataFrame({name: [value] for name, value in zip(_COLUMNS, values, strict=True)})
    assert len(parts(condition)) == len(names)
    assert all(part.holds for part in checked(condition, row)) == row.select(condition).item()


def test_a_missing_value_does_not_hold_and_is_told() -> None:
    row = pl.DataFrame({"kind": [None], "n": [3]}, schema={"kind": pl.String, "n": pl.Int64})
    kind, number = checked((pl.col("kind") == "reset") & (pl.col("n") > 2), row)
    assert (kind.text, kind.holds, kind.values) == ("kind == 'reset'", False, (("kind", None),))
    assert (number.holds, number.values) == (True, (("n", 3),))


def test_an_operation_that_python_cannot_write_keeps_the_librarys_words() -> None:
    choice = pl.when(pl.col("a")).then(pl.col("b")).otherwise(pl.col("c"))
    assert text(choice) == str(choice)


def test_a_long_list_is_written_whole() -> None:
    names = [f"name_{number}" for number in range(30)]
    assert all(name in text(pl.col("a").is_in(names)) for name in names)


def test_chains_of_and_and_or_need_no_brackets_and_mixtures_keep_theirs() -> None:
    a, b, c = (pl.col(name) for name in "abc")
    assert text((a | b) | c) == "a or b or c"
    assert text(~(a & b) | c) == "not (a and b) or c"
    assert text(a.is_not_null() | b.is_null()) == "a is not None or b is None"
