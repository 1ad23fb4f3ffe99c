from __future__ import annotations

import math
from itertools import pairwise
from statistics import mean as plain_mean
from statistics import stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.index.tables import TWO
from trigpoint.figures.index import steps
from trigpoint.figures.index.steps import Mean, Normalisation, Treatment
from trigpoint.figures.index.structure import Leaf

NAN = math.nan
LINEAR = Leaf(id="a", goalposts=(0, 10))
COLUMNS = st.lists(st.floats(0, 1e6).map(lambda value: round(value, 3)), min_size=1, max_size=30)


def _column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def _scores(values: list[float], normalisation: Normalisation, leaf: Leaf = LINEAR) -> list[float]:
    return steps.normalise(_column(*values), (leaf,), normalisation, Treatment.NONE)[:, 0].tolist()


def test_the_farthest_value_becomes_the_next_one_as_in_the_published_example_of_coinr() -> None:
    """COINr 1.1.14, ``?winsorise``: of 1 to 10, 30 and 100 one point is set, to 30."""
    treated = steps.winsorise(_column(*range(1, 11), 30, 100))
    assert treated[:, 0].tolist() == [*range(1, 11), 30, 30]


def test_an_outlier_below_is_drawn_in_too_and_what_has_none_stays() -> None:
    values = np.concatenate([_column(*range(1, 11), -100), _column(*range(11))], axis=1)
    treated = steps.winsorise(values)
    assert treated[:, 0].tolist() == [*range(1, 11), 1]
    assert treated[:, 1].tolist() == values[:, 1].tolist()


def test_not_more_than_five_values_are_drawn_in() -> None:
    """COINr's test ``treat_num``: of two far outliers one is drawn in where one is the most."""
    values = _column(*range(1, 21), 100, 200)
    assert steps.winsorise(values, most=1)[-2:, 0].tolist() == [100, 100]
    assert steps.winsorise(values)[-2:, 0].tolist() == [20, 20]


def test_skewness_and_kurtosis_are_those_of_the_definition() -> None:
    values = [1.0, 2.0, 2.0, 3.0, 9.0]
    n, mean, deviation = 5, plain_mean(values), stdev(values)
    thirds = sum(((value - mean) / deviation) ** 3 for value in values)
    fourths = sum(((value - mean) / deviation) ** 4 for value in values)
    skewness = n / ((n - 1) * (n - 2)) * thirds
    kurtosis = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourths - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
    found = steps.moments(_column(*values, NAN))
    assert found[0][0] == pytest.approx(skewness)
    assert found[1][0] == pytest.approx(kurtosis)


@pytest.mark.parametrize("values", [[1.0, 2.0, 50.0], [4.0] * 9, [NAN] * 5])
def test_of_few_or_equal_values_nothing_is_said(values: list[float]) -> None:
    assert [part.tolist() for part in steps.moments(_column(*values))] == [[0.0], [0.0]]


def test_logarithms_are_taken_of_counts_only_and_of_none_below_the_lower_goalpost() -> None:
    values = np.array([[0.5, 0.0, 3.0], [0.5, 100.0, NAN]])
    treated = steps.treat(values, TWO.leaves, Treatment.LOG)
    assert treated[:, 1].tolist() == [0.0, 2.0]
    assert treated[:, 0].tolist() == [0.5, 0.5]
    assert values[0, 1] == 0
    assert steps.treat(values, TWO.leaves, Treatment.NONE) is values
    assert steps.treat(values[:1], TWO.leaves, Treatment.WINSORISE).tolist() == values[:1].tolist()


def test_goalposts_are_those_of_the_published_examples_of_coinr() -> None:
    """COINr's tests of ``n_goalposts`` with posts 0 and 10; scale 1 there, 100 here."""
    assert _scores([1, 11, -1], Normalisation.GOALPOSTS) == [10, 100, 0]
    negative = Leaf(id="a", goalposts=(0, 10), more_is_better=False)
    assert _scores([1, 11, -1], Normalisation.GOALPOSTS, negative) == [90, 0, 100]


def test_goalposts_of_logarithms_are_logarithms() -> None:
    leaf = Leaf(id="a", goalposts=(1, 10_000), is_logarithmic=True)
    treated = steps.treat(_column(1, 100, 10_000), (leaf,), Treatment.LOG)
    found = steps.normalise(treated, (leaf,), Normalisation.GOALPOSTS, Treatment.LOG)
    assert found[:, 0].tolist() == pytest.approx([0, 50, 100])


def test_each_normalisation_gives_what_it_says() -> None:
    assert _scores([2, 4, 3, NAN], Normalisation.MIN_MAX)[:3] == [0, 100, 50]
    assert _scores([2, 4, 6], Normalisation.Z) == pytest.approx([40, 50, 60])
    assert _scores([5, 7, 7, 9], Normalisation.RANK) == pytest.approx([0, 50, 50, 100])


@pytest.mark.parametrize("normalisation", Normalisation)
def test_where_nothing_tells_countries_apart_they_score_alike_and_the_unknown_stays_unknown(
    normalisation: Normalisation,
) -> None:
    first, second, unknown = _scores([5, 5, NAN], normalisation)
    assert first == second == 50
    assert math.isnan(unknown)


@pytest.mark.parametrize("normalisation", Normalisation)
@given(values=COLUMNS)
def test_scores_lie_between_0_and_100_and_keep_the_order(normalisation: Normalisation, values: list[float]) -> None:
    scores = _scores(values, normalisation)
    assert all(0 <= score <= 100 for score in scores)
    ordered = [score for _, score in sorted(zip(values, scores, strict=True))]
    assert all(first <= second + 1e-9 for first, second in pairwise(ordered))


def test_ranks_share_places_and_leave_out_the_unknown() -> None:
    assert steps.ranks(np.array([[1.0, 3.0, 3.0], [5.0, 1.0, 2.0]])).tolist() == [[3, 1.5, 1.5], [1, 3, 2]]


@pytest.mark.parametrize(
    ("kind", "value"), [(Mean.ARITHMETIC, 32.5), (Mean.GEOMETRIC, 10**1.25), (Mean.HARMONIC, 1 / 0.0775)]
)
def test_means_are_those_of_the_handbook(kind: Mean, value: float) -> None:
    assert steps.mean(np.array([10.0, 100.0]), np.array([3.0, 1.0]), kind) == pytest.approx(value)


@pytest.mark.parametrize("kind", Mean)
def test_unknown_scores_are_left_out_of_a_mean_and_of_nothing_there_is_none(kind: Mean) -> None:
    assert steps.mean(np.array([40.0, NAN]), np.array([1.0, 9.0]), kind) == pytest.approx(40)
    assert math.isnan(float(steps.mean(np.array([NAN, NAN]), np.array([1.0, 9.0]), kind)))


def test_one_nought_does_not_make_a_geometric_mean_nought() -> None:
    assert steps.mean(np.array([0.0, 100.0]), np.array([1.0, 1.0]), Mean.GEOMETRIC) == pytest.approx(10)


@given(st.lists(st.floats(1, 100), min_size=1, max_size=8))
def test_the_means_stand_in_the_order_of_how_little_they_forgive(scores: list[float]) -> None:
    found = [float(steps.mean(np.array(scores), np.ones(len(scores)), kind)) for kind in Mean]
    assert found[0] >= found[1] - 1e-9 >= found[2] - 2e-9
    assert min(scores) - 1e-9 <= found[2]
    assert found[0] <= max(scores) + 1e-9


@pytest.mark.parametrize(
    ("row", "is_in"),
    [
        ([0.5, 10, 3], True),
        ([0.5, 10, NAN], True),  # two of three, and half of the second dimension
        ([NAN, 10, 3], False),  # two of three, but nothing of the first dimension
        ([0.5, NAN, NAN], False),
    ],
)
def test_two_thirds_of_all_and_half_of_each_dimension_must_be_known(row: list[float], is_in: bool) -> None:
    assert steps.is_ranked(np.array([row]), TWO).tolist() == [is_in]


@given(st.dictionaries(st.integers(2000, 2030), st.floats(0, 1)), st.integers(2000, 2030))
def test_an_observation_stands_in_for_three_years_and_never_a_later_one(known: dict[int, float], year: int) -> None:
    found = steps.last_observation(known, year)
    if found is None:
        assert not any(year - 3 <= at <= year for at in known)
    else:
        assert year - 3 <= found[1] <= year
        assert known[found[1]] == found[0]
        assert not any(found[1] < at <= year for at in known)
