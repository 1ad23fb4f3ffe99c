from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.index.tables import TWO, table
from trigpoint.figures.index.score import Method, audit, leave_one_out, score
from trigpoint.figures.index.steps import Mean, Normalisation, Treatment
from trigpoint.figures.index.structure import Table

NAN = math.nan
ROWS = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1e5), st.floats(0, 30)).map(lambda row: [round(cell, 3) for cell in row]),
    min_size=1, max_size=12,
)  # fmt: skip


def test_an_index_computed_by_hand() -> None:
    """A: share 0.64 scores 64; addresses 100 of 1 to 10,000 score 50, price 5 of 20 scores 75: together 62.5.

    The geometric mean of 64 and 62.5 is 63.2456. B: 25; 75 and 25: 50; together 35.3553.
    """
    found = score(table([[0.64, 100, 5], [0.25, 1000, 15]]), TWO)
    assert found.leaves.tolist() == [pytest.approx([64, 50, 75]), pytest.approx([25, 75, 25])]
    assert found.dimensions.tolist() == [pytest.approx([64, 62.5]), pytest.approx([25, 50])]
    assert found.score.tolist() == pytest.approx([math.sqrt(64 * 62.5), math.sqrt(25 * 50)])
    assert found.rank.tolist() == [1, 2]


def test_every_choice_of_a_method_is_heeded() -> None:
    values = table([[0.64, 100, 5], [0.25, 1000, 15]])
    arithmetic = score(values, TWO, Method(between=Mean.ARITHMETIC))
    assert arithmetic.score.tolist() == pytest.approx([63.25, 37.5])
    ranked = score(values, TWO, Method(normalisation=Normalisation.RANK, treatment=Treatment.NONE))
    assert ranked.leaves.tolist() == [[100, 0, 100], [0, 100, 0]]
    assert score(values, TWO, Method(inside=Mean.HARMONIC)).dimensions[0, 1] == pytest.approx(60)


def test_a_country_of_which_too_little_is_known_has_no_rank_and_moves_no_other() -> None:
    rows = [[0.6, 100, 5], [0.2, 1000, 15], [NAN, 1e6, NAN]]
    method = Method(normalisation=Normalisation.MIN_MAX)
    found, alone = score(table(rows), TWO, method), score(table(rows[:2]), TWO, method)
    assert found.score[:2].tolist() == alone.score.tolist()
    assert math.isnan(found.score[2])
    assert math.isnan(found.rank[2])
    assert audit(table(rows), TWO).not_ranked == ("C002",)


def test_older_observations_are_counted_and_can_be_done_without() -> None:
    values = table([[0.6, 100, 5], [0.2, 1000, 15]])
    marks = np.array([[True, False, False], [False, False, False]])
    marked = Table(countries=values.countries, values=values.values, low=values.low, high=values.high, is_imputed=marks)
    assert (audit(marked, TWO).known, audit(marked, TWO).imputed) == ((2, 2, 2), (1, 0, 0))
    assert audit(marked, TWO, Method(is_imputing=False)).not_ranked == ("C000",)
    assert score(marked, TWO, Method(is_imputing=False)).rank.tolist()[1] == 1


def test_without_an_indicator_the_others_decide() -> None:
    found = leave_one_out(table([[0.9, 10, 5], [0.1, 1000, 4]]), TWO)
    assert sorted(found) == ["addresses", "price", "share"]
    assert found["share"].tolist() == [2, 1]
    assert leave_one_out(table([[0.9]]), TWO.without("addresses").without("price")) == {}


def test_no_countries_no_index() -> None:
    empty = Table(countries=(), values=np.empty((0, 3)), low=np.empty((0, 3)), high=np.empty((0, 3)),
                  is_imputed=np.empty((0, 3), dtype=bool))  # fmt: skip
    assert score(empty, TWO).score.tolist() == []


@given(ROWS)
def test_the_order_of_countries_does_not_matter(rows: list[list[float]]) -> None:
    names = [f"C{at:03}" for at in range(len(rows))]
    there = score(table(rows), TWO)
    back = score(table(rows[::-1], countries=names), TWO)
    assert back.rank[::-1].tolist() == there.rank.tolist()
    assert back.score[::-1].tolist() == pytest.approx(there.score.tolist())


@given(ROWS, st.integers(0, 11))
def test_who_gets_better_in_everything_does_not_fall(rows: list[list[float]], which: int) -> None:
    row = which % len(rows)
    better = [list(cells) for cells in rows]
    better[row] = [min(rows[row][0] + 0.1, 1), rows[row][1] * 2, max(rows[row][2] - 1, 0)]
    assert score(table(better), TWO).rank[row] <= score(table(rows), TWO).rank[row]
