"""What chance explains: the table of tries, Fisher's test, and how seldom trying until it is shown goes wrong."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.model.chance import CONTROLS, SIGNIFICANT, chance, is_shown, tries_to_see


@pytest.mark.parametrize(
    ("share", "certainty", "tries"),
    [
        (0.0175, 0.99, 261),
        (0.0175, 0.999, 392),
        (0.263, 0.99, 16),
        (0.263, 0.999, 23),
        (0.28, 0.99, 15),
        (0.28, 0.999, 22),
        (0.5, 0.99, 7),
        (0.5, 0.999, 10),
        (0.75, 0.99, 4),
        (0.75, 0.999, 5),
    ],
)
def test_the_published_table_of_tries_is_met(share: float, certainty: float, tries: int) -> None:
    assert tries_to_see(share, certainty) == tries


@given(st.floats(0.01, 0.99))
def test_so_many_tries_miss_what_is_there_in_one_run_of_a_hundred_at_most(share: float) -> None:
    tries = tries_to_see(share)
    assert (1 - share) ** tries <= 0.01 + 1e-12 < (1 - share) ** (tries - 1) + 1e-11


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    tries, others = draw(st.integers(1, 6)), draw(st.integers(0, 6))
    return draw(st.integers(0, tries)), tries, draw(st.integers(0, others)), others


@given(tables())
def test_chance_is_the_share_of_all_ways_to_deal_the_failures(table: tuple[int, int, int, int]) -> None:
    fails, tries, control_fails, control_tries = table
    deals = list(combinations(range(tries + control_tries), fails + control_fails))
    as_bad = sum(sum(card < tries for card in deal) >= fails for deal in deals)
    assert chance(*table) == pytest.approx(as_bad / len(deals))


@given(tables())
def test_more_failures_of_the_other_arm_make_chance_likelier(table: tuple[int, int, int, int]) -> None:
    fails, tries, control_fails, control_tries = table
    if control_fails < control_tries:
        assert chance(fails, tries, control_fails + 1, control_tries) >= chance(*table) - 1e-12


@given(st.integers(0, 200))
def test_one_failure_is_never_shown(others: int) -> None:
    assert not is_shown(1, 1, 0, others)


def until_shown(random: Random, share: float, other: float, enough: int) -> bool:
    """Try as the arms do: look after each round, and stop when it is shown or enough was tried."""
    fails = control_fails = 0
    for tries in range(1, 2 * enough + 1):
        fails += random.random() < share
        control_fails += sum(random.random() < other for _ in range(CONTROLS))
        if is_shown(fails, tries, control_fails, CONTROLS * tries):
            return True
        if tries >= enough and not fails:
            return False
    return False


@pytest.mark.parametrize(("enough", "most"), [(4, 0.01), (7, 0.01), (16, 0.02)])
@pytest.mark.parametrize("loss", [0.02, 0.05, 0.2, 0.5])
def test_a_line_that_loses_alike_for_all_seldom_looks_like_a_filter(loss: float, enough: int, most: float) -> None:
    random = Random(1)  # noqa: S311 - draws of a simulation, no secrets
    wrong = sum(until_shown(random, loss, loss, enough) for _ in range(2_000))
    assert wrong / 2_000 <= most


@pytest.mark.parametrize(("share", "enough"), [(1.0, 4), (0.9, 4), (0.75, 4), (0.5, 7), (0.263, 16)])
def test_a_filter_of_the_table_is_nearly_always_shown(share: float, enough: int) -> None:
    random = Random(1)  # noqa: S311 - draws of a simulation, no secrets
    assert sum(until_shown(random, share, 0.0, enough) for _ in range(1_000)) / 1_000 >= 0.95


def test_three_failures_against_none_of_nine_are_enough() -> None:
    assert chance(3, 3, 0, 9) <= SIGNIFICANT < chance(2, 2, 0, 6)
