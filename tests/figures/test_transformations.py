from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.figures.transformations import TRANSFORMATIONS

NUMBERS = st.floats(0.01, 1e9)
INTERVALS = st.tuples(NUMBERS, NUMBERS).map(sorted)


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("sum", [1, 2, 3.5], 6.5),
        ("ratio", [1, 4], 0.25),
        ("product", [0.5, 8], 4),
        ("difference", [1, 4], -3),
        ("points", [0.78, 0.67], 11),
        ("growth", [110, 100], 0.1),
    ],
)
def test_each_gives_what_its_name_says(name: str, arguments: list[float], value: float) -> None:
    assert TRANSFORMATIONS[name].value(arguments) == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("ratio", [1, 0]), ("growth", [1, 0]), ("ratio", [-1, 2]), ("sum", []), ("product", [1e308, 1e308])],
)
def test_where_there_is_no_value_none_is_given(name: str, arguments: list[float]) -> None:
    assert TRANSFORMATIONS[name].value(arguments) is None


@pytest.mark.parametrize("name", TRANSFORMATIONS)
@given(box=st.tuples(INTERVALS, INTERVALS))
def test_no_value_over_a_box_of_arguments_lies_outside_the_interval(name: str, box: list[list[float]]) -> None:
    function = TRANSFORMATIONS[name]
    ends = function.interval([low for low, _ in box], [high for _, high in box])
    assert ends is not None
    corners = [function.value(corner) for corner in product(*box)]
    assert min(corners) == pytest.approx(ends[0], abs=1e-9)
    assert max(corners) == pytest.approx(ends[1], abs=1e-9)


def test_a_box_that_holds_no_value_gives_no_interval() -> None:
    assert TRANSFORMATIONS["ratio"].interval([1, 0], [2, 1]) is None
