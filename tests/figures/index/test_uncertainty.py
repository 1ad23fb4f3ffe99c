from __future__ import annotations

import math

import numpy as np
import pytest

from tests.figures.index.tables import TWO, table
from trigpoint.figures.index.structure import Table
from trigpoint.figures.index.uncertainty import Uncertainty, explained, simulate, together

NAN = math.nan
# The second is better at everything; the first and third depend on the choices.
ROWS = [[0.5, 5_000, 8], [0.9, 9_000, 1], [0.6, 50, 2], [0.4, 20, 15]]


def _simulated(error: float = 0.0, draws: int = 400) -> Uncertainty:
    return simulate(table(ROWS, error), TWO, seed=7, draws=draws)


def test_the_same_seed_gives_the_same_draws_and_another_one_others() -> None:
    assert np.array_equal(_simulated(0.3).ranks, _simulated(0.3).ranks)
    assert not np.array_equal(_simulated(0.3).ranks, simulate(table(ROWS, 0.3), TWO, seed=8, draws=400).ranks)


def test_who_is_best_at_everything_is_first_in_every_draw() -> None:
    found = _simulated()
    assert (found.median[1], found.interval[:, 1].tolist()) == (1, [1, 1])
    assert found.wins[1].tolist() == [1, 0.5, 1, 1]
    assert found.in_top.tolist() == [1, 1, 1, 1]


def test_each_level_of_each_switch_is_drawn_equally_often() -> None:
    found = _simulated()
    for levels in found.levels.values():
        counts = np.bincount(levels)
        assert counts.max() - counts.min() <= 1
    assert sorted(found.levels) == sorted(
        ["aggregation", "errors of figures", "imputation", "normalisation", "screening", "treatment", "weights"]
    )


def test_pairs_win_as_they_do_among_all() -> None:
    found = _simulated(0.5)
    first, second = np.array([0, 1, 2]), np.array([1, 0, 2])
    np.testing.assert_array_equal(found.above(first, second), found.wins[first, second])


def test_quantiles_are_those_of_the_draws_in_which_a_country_is_ranked() -> None:
    generator = np.random.default_rng(2)
    ranks = generator.integers(2, 60, (99, 8)) / 2
    ranks[generator.random(ranks.shape) < 0.3] = np.nan
    ranks[:, 3] = np.nan  # never ranked
    ranks[5:, 4] = np.nan
    found = Uncertainty(ranks=ranks, levels={})
    known = [at for at in range(8) if at != 3]
    low, median, high = np.nanpercentile(ranks[:, known], (5, 50, 95), axis=0)
    np.testing.assert_allclose(found.interval[:, known], [low, high])
    np.testing.assert_allclose(found.median[known], median)
    assert np.isnan(found.median[3])


def test_wins_of_two_countries_add_up_to_one() -> None:
    wins = _simulated(0.5).wins
    assert (wins + wins.T).ravel().tolist() == pytest.approx([1] * 16)


def test_one_switch_is_explained_as_among_all() -> None:
    found = _simulated(0.5)
    np.testing.assert_array_equal(explained(found, ("weights",))["weights"], explained(found)["weights"])


def test_ranks_of_a_draw_are_places() -> None:
    assert _simulated(0.5).ranks.sum(axis=1).tolist() == [10] * 400


def test_wide_intervals_of_figures_make_wide_intervals_of_ranks() -> None:
    narrow, wide = _simulated(0.0), _simulated(0.9)
    width = lambda found: float((found.interval[1] - found.interval[0]).sum())  # noqa: E731 - said once, used twice
    assert width(wide) > width(narrow)
    assert float(np.nanmean(explained(wide)["errors of figures"])) > 0.05
    assert float(np.nanmax(explained(narrow)["errors of figures"])) < 0.05


def test_a_country_that_is_known_too_little_is_never_ranked_and_beats_nobody() -> None:
    found = simulate(table([*ROWS, [NAN, 5, NAN]]), TWO, seed=7, draws=60)
    assert np.isnan(found.median[4])
    assert np.isnan(found.wins[4, 4])
    assert np.isnan(found.wins[4, 0])
    assert np.isnan(found.in_top[4])


def test_screening_and_imputation_take_part() -> None:
    known = table([*ROWS, [0.7, 70, NAN]])
    marks = np.zeros(known.values.shape, dtype=bool)
    marks[0, 0] = True
    marked = Table(countries=known.countries, values=known.values, low=known.low, high=known.high, is_imputed=marks)
    found = simulate(marked, TWO, seed=7, draws=60)
    strict = found.levels["screening"] == 2
    assert np.isnan(found.ranks[strict, 4]).all()
    assert not np.isnan(found.ranks[~strict, 4]).any()
    without = found.levels["imputation"] == 0
    assert np.isnan(found.ranks[without, 0]).all()
    assert not np.isnan(found.ranks[~without, 0]).any()


def _made(ranks: list[list[float]], **levels: list[int]) -> Uncertainty:
    return Uncertainty(ranks=np.array(ranks), levels={name: np.array(found) for name, found in levels.items()})


def test_what_a_switch_explains_is_the_spread_of_the_means_of_its_levels() -> None:
    found = explained(_made([[1, 1], [1, 2], [3, 1], [3, 2]] * 25, left=[0, 0, 1, 1] * 25, right=[0, 1, 0, 1] * 25))
    assert found["left"].tolist() == pytest.approx([1, 0])
    assert found["right"].tolist() == pytest.approx([0, 1])


def test_what_chance_alone_would_explain_is_taken_off() -> None:
    ranks = np.random.default_rng(1).permutation(400).reshape(-1, 1)
    levels = np.arange(400) % 100
    found = explained(Uncertainty(ranks=ranks.astype(float), levels={"x": levels}))
    assert found["x"][0] < 0.1  # 0.25 without


def test_of_a_rank_that_never_varies_nothing_is_explained() -> None:
    assert np.isnan(explained(_made([[1], [1], [1]], x=[0, 1, 0]))["x"]).all()


def test_two_scales_side_by_side_show_what_the_choice_between_them_does() -> None:
    total = simulate(table([[0.1, 9, 1], [0.2, 8, 2], [0.9, 7, 3]]), TWO, seed=1, draws=60)
    head = simulate(table([[0.9, 9, 1], [0.2, 8, 2], [0.1, 7, 3]]), TWO, seed=1, draws=60)
    found = together({"total": total, "head": head})
    assert found.ranks.shape == (120, 3)
    assert np.bincount(found.levels["scale"]).tolist() == [60, 60]
    assert found.wins[0, 1] == pytest.approx((total.wins[0, 1] + head.wins[0, 1]) / 2)
    assert explained(found)["scale"][2] > 0.1
    with pytest.raises(ValueError, match="no indices to join"):
        together({})
