from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from tests.figures.index.tables import TWO, table
from trigpoint.errors import InputError
from trigpoint.figures.index import steps
from trigpoint.figures.index.structure import (
    Dimension,
    Leaf,
    Structure,
    Table,
    own,
    problem_of,
    published,
    read,
    reweighed,
)
from trigpoint.figures.indicator import all_indicators

if TYPE_CHECKING:
    from pathlib import Path

LEAF = Leaf(id="a", goalposts=(0, 1))
OTHER = Leaf(id="b", goalposts=(0, 1))


def _of(*leaves: Leaf, **changes: float) -> Structure:
    return Structure(id="x", dimensions=(Dimension(id="d", leaves=leaves, **changes),))


def test_a_structure_is_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_bytes(msgspec.toml.encode(TWO))
    assert read(path) == TWO
    assert problem_of(TWO) is None


def test_the_columns_follow_the_dimensions() -> None:
    assert [leaf.id for leaf in TWO.leaves] == ["share", "addresses", "price"]
    assert TWO.slices == (slice(0, 1), slice(1, 3))


@pytest.mark.parametrize(
    ("structure", "problem"),
    [
        (Structure(id="x", dimensions=()), "has no indicator"),
        (_of(), "has no indicator"),
        (_of(LEAF, LEAF), "an indicator stands in it twice"),
        (Structure(id="x", dimensions=_of(LEAF).dimensions + _of(OTHER).dimensions), "a dimension stands in"),
        (_of(Leaf(id="a", goalposts=(1, 1))), "a: the first goalpost is not below the second"),
        (_of(Leaf(id="a", goalposts=(0, float("inf")))), "a: the first goalpost"),
        (_of(Leaf(id="a", goalposts=(0, 1), is_logarithmic=True)), "logarithmic indicator is not above zero"),
        (_of(Leaf(id="a", goalposts=(0, 1), weight=0)), "a weight is not above zero"),
        (_of(LEAF, weight=float("nan")), "a weight is not above zero"),
    ],
)  # fmt: skip
def test_what_no_index_can_be_computed_on_is_refused(structure: Structure, problem: str) -> None:
    assert problem in (problem_of(structure) or "")


def test_a_file_that_is_no_structure_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("id = 3")
    with pytest.raises(InputError, match="cannot be read"):
        read(path)
    with pytest.raises(InputError, match="No such file"):
        read(tmp_path / "none.toml")
    path.write_bytes(msgspec.toml.encode(_of()))
    with pytest.raises(InputError, match="cannot be used: a dimension has no indicator"):
        read(path)


def test_an_indicator_that_is_left_out_takes_an_empty_dimension_with_it() -> None:
    assert [dimension.id for dimension in TWO.without("share").dimensions] == ["resources"]
    assert [leaf.id for leaf in TWO.without("price").leaves] == ["share", "addresses"]


def test_a_reader_can_weigh_anew() -> None:
    found = reweighed(TWO, [("use", 3), ("price", 3)])
    assert steps.dimension_weights(found).tolist() == [0.75, 0.25]
    assert steps.weights(found).tolist() == [1, 0.25, 0.75]
    with pytest.raises(InputError, match="has no dimension or indicator speed; it has addresses, price"):
        reweighed(TWO, [("speed", 1)])
    with pytest.raises(InputError, match="a weight is not above zero"):
        reweighed(TWO, [("use", -1)])


def test_a_table_has_one_shape_an_order_and_values_inside_their_intervals() -> None:
    good = table([[1, 2, 3], [4, 5, 6]])
    fields = msgspec.structs.asdict(good)
    with pytest.raises(ValueError, match="sorted, each once"):
        Table(**(fields | {"countries": ("B", "A")}))
    with pytest.raises(ValueError, match="one shape, with 2 rows"):
        Table(**(fields | {"low": np.zeros((1, 3))}))
    with pytest.raises(ValueError, match="outside its interval"):
        Table(**(fields | {"low": good.values + 1}))


def test_the_two_published_indices_are_of_the_same_things_per_head_and_in_total() -> None:
    head, total = published()
    assert (head.id, total.id) == ("per_head", "total")
    assert [len(dimension.leaves) for dimension in head.dimensions] == [
        len(dimension.leaves) for dimension in total.dimensions
    ]
    assert {leaf.id for leaf in (*head.leaves, *total.leaves)} <= set(all_indicators())


def test_a_readers_own_weights_make_indices_of_their_own() -> None:
    assert own([]) == ()
    both = own([("use", 3)])
    assert [one.id for one in both] == ["per_head_own", "total_own"]
    assert {dimension.weight for one in both for dimension in one.dimensions if dimension.id == "use"} == {3}
    (alone,) = own([("ipv4_per_head", 2)])
    assert [leaf.weight for leaf in alone.leaves if leaf.id == "ipv4_per_head"] == [2]
    with pytest.raises(InputError, match="no dimension or indicator speed"):
        own([("use", 2), ("speed", 1)])
