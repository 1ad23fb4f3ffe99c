"""What a pattern can take is bounded from above, whatever the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.effort import LONGEST_TEXT, effort

LIMIT = 1_000_000


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "(a|aa)+$",
        "(a|b|ab)*c",
        "(a*)*",
        "(a?){50}",
        "a*a*a*a*b",
        "(.*)(.*)(.*)x",
        r"(a)\1",
        "(a)?(?(1)b|c)",
        "(?=(a+)+b)a",
        "(?<!a)((?=a*)b)*",
        "((){60000}){60000}",
        "(?>(a+)+)b",
        "(a+)*+b",
        ".*?.*?.*?x",
        "a{1,200}a{1,200}a{1,200}b",
    ],
)
def test_what_can_take_long_has_no_bound_below_the_limit(pattern: str) -> None:
    assert effort(pattern, LIMIT) > LIMIT


@pytest.mark.parametrize(
    "pattern",
    [
        r"(^|\.)google\.",
        r"\.exe$",
        r"919\.example$",
        r"^(?!(.*\.)?(bank|clinic)\.example$)",
        ".*foo.*bar",
        "[a-z]{3,20}[0-9]+",
        "(?:one|two|three)s?",
        "",
        "a{64}",
    ],
)
def test_what_people_write_is_within_it(pattern: str) -> None:
    assert effort(pattern, LIMIT) <= LIMIT


def test_what_is_no_pattern_is_an_error_of_patterns() -> None:
    with pytest.raises(re.error):
        effort("(", LIMIT)


atoms = st.sampled_from(["a", "b", ".", "[ab]", "$"])
patterns = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2,5}", "*?", "{3}"])).map("(?:{0[0]}){0[1]}".format),
    ),
    max_leaves=8,
)


def matches(parts: list, text: str, at: int) -> list[int]:
    """Give the end of every way in which a sequence of characters and plain repeats matches: a slow engine."""
    ends = [at]
    for character, least, most in parts:
        ends = [
            end + count
            for end in ends
            for count in range(least, most + 1)
            if end + count <= len(text) and set(text[end : end + count]) <= {character}
        ]
    return ends


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.integers(2, 5)), max_size=6))
def test_there_are_never_more_ways_than_steps(parts: list[tuple[str, int, int]]) -> None:
    pattern = "".join(f"{character}{{{least},{most}}}" for character, least, most in parts)
    for text in ("a" * 30, "ab" * 15, "aabb" * 8):
        assert len(matches(parts, text, 0)) <= effort(pattern, LIMIT)


@given(patterns, patterns)
def test_more_of_a_pattern_is_never_less_effort(one: str, other: str) -> None:
    assert effort(one + other, LIMIT) >= max(effort(one, LIMIT), min(effort(other, LIMIT), LIMIT))


@given(patterns)
def test_a_pattern_within_the_limit_ends_on_the_worst_of_texts(pattern: str) -> None:
    if effort(pattern, 20_000) <= 20_000:
        compiled = re.compile(pattern)
        for text in ("a" * LONGEST_TEXT, "ab" * (LONGEST_TEXT // 2), "a" * (LONGEST_TEXT - 1) + "!"):
            found = any(compiled.match(text, at) for at in range(len(text) + 1))
            assert (compiled.search(text) is not None) == found
