"""Answers that are remembered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.remembered import Remembered


def test_a_question_is_asked_once_while_its_answer_is_remembered() -> None:
    asked: list[str] = []

    def answer(question: str) -> int:
        asked.append(question)
        return len(question)

    answers = Remembered(answer, limit=2)
    assert [answers[question] for question in ("a", "a", "bb", "a", "ccc", "a")] == [1, 1, 2, 1, 3, 1]
    assert asked == ["a", "bb", "ccc", "a"]


def test_what_was_answered_with_nothing_is_remembered_too() -> None:
    asked: list[str] = []
    answers = Remembered(asked.append, limit=2)
    assert answers["a"] is answers["a"] is None
    assert asked == ["a"]


def test_a_long_text_is_answered_and_not_kept() -> None:
    lengths = Remembered(len, limit=10)
    assert lengths["x" * 257] == 257
    assert not lengths
    assert lengths["x" * 256] == 256
    assert len(lengths) == 1


@given(st.lists(st.integers(0, 9) | st.text("ab", max_size=2) | st.none()), st.integers(1, 4))
def test_answers_are_those_of_the_function_and_never_more_than_the_limit(questions: list[object], limit: int) -> None:
    answers = Remembered(repr, limit)
    for question in questions:
        assert answers[question] == repr(question)
        assert len(answers) <= limit
