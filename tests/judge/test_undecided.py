"""What may fire: never less than what does."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigpoint import archive, sample
from trigpoint.judge.cascade import CASCADE
from trigpoint.judge.decide import frames
from trigpoint.judge.keys import prepare
from trigpoint.judge.rule import Layer
from trigpoint.judge.undecided import may_fire
from trigpoint.model.measurement import Measurement
from trigpoint.observe import tables


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[Layer, pl.DataFrame]:
    paths = sample.write(tmp_path_factory.mktemp("sample"))
    records = {one.id: one for path in paths for one in archive.read(path) if isinstance(one, Measurement)}
    return frames(prepare(tables(records.values())))


@settings(max_examples=40)
@given(st.sampled_from(sorted(Layer)), st.data())
def test_where_a_rule_fires_it_may_fire(built: dict[Layer, pl.DataFrame], layer: Layer, data: st.DataObject) -> None:
    frame = built[layer]
    read = sorted({column for rule in CASCADE[layer] for column in rule.columns})
    columns = data.draw(st.sets(st.sampled_from(read)))
    lacking = [rule for rule in CASCADE[layer] if not columns >= set(rule.columns)]
    told = frame.select(
        fires=pl.any_horizontal(rule.expression for rule in CASCADE[layer]),
        lacking=pl.any_horizontal(pl.lit(value=False), *(rule.expression for rule in lacking)),
    )
    part = frame.select(columns) if columns else frame.select(_=pl.lit(0))
    ever = part.select(may=may_fire(layer, columns)).to_series()
    others = part.select(may=may_fire(layer, columns, ever=False)).to_series()
    assert not told.filter(pl.col("fires") & ~ever).height if len(ever) == frame.height else ever.all()
    assert not told.filter(pl.col("lacking") & ~others).height if len(others) == frame.height else True


def test_a_part_that_does_not_hold_or_is_not_known_takes_a_rule_away() -> None:
    rows = pl.DataFrame({"kind": ["timeout", None, "reset"]})
    quic = rows.select(may=may_fire(Layer.QUIC, rows.columns))["may"]
    tcp = rows.select(may=may_fire(Layer.TCP, rows.columns))["may"]
    assert quic.to_list() == [True, False, True]
    assert tcp.to_list() == [True, False, True]


def test_a_rule_of_which_every_column_is_there_is_no_undecided_one() -> None:
    columns = {column for rule in CASCADE[Layer.TCP] for column in rule.columns}
    rows = pl.DataFrame({"is_v6": [True]})
    assert rows.select(may=may_fire(Layer.TCP, columns, ever=False))["may"].to_list() == [False]
