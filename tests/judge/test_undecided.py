"""What may fire: never less than what does."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigpoint import archive, sample
from trigpoint.judge.cascade import CASCADE
from trigpoint.judge.conditions import parts
from trigpoint.judge.decide import frames
from trigpoint.judge.keys import prepare
from trigpoint.judge.rule import Layer, Rule
from trigpoint.judge.undecided import may_fire
from trigpoint.model.measurement import Measurement
from trigpoint.observe import tables


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[Layer, pl.DataFrame]:
    paths = sample.write(tmp_path_factory.mktemp("sample"))
    records = {one.id: one for path in paths for one in archive.read(path) if isinstance(one, Measurement)}
    return frames(prepare(tables(records.values())))


@settings(max_examples=40)
@given(st.sampled_from([layer for layer in Layer if layer is not Layer.SERVICE]), st.data())
def test_where_a_rule_fires_it_may_fire(built: dict[Layer, pl.DataFrame], layer: Layer, data: st.DataObject) -> None:
    frame = built[layer]
    read = sorted({column for rule in CASCADE[layer] for column in rule.columns})
    columns = data.draw(st.sets(st.sampled_from(read)))
    lacking = [rule for rule in CASCADE[layer] if not columns >= set(rule.columns)]
    told = frame.select(
        fires=pl.any_horizontal(rule.expression for rule in CASCADE[layer]),
        lacking=pl.any_horizontal(pl.lit(value=False), *(rule.expression for rule in lacking)),
    )
    part = frame.select("m", *sorted(columns - {"m"}))
    ever, others = may_fire(layer, part), may_fire(layer, part, ever=False)
    assert told.filter(pl.col("fires") & ~ever).is_empty()
    assert told.filter(pl.col("lacking") & ~others).is_empty()


def test_a_part_that_does_not_hold_or_is_not_known_takes_a_rule_away() -> None:
    rows = pl.DataFrame({"kind": ["timeout", None], "nettest": ["quic", "quic"]}, schema_overrides={"kind": pl.String})
    assert may_fire(Layer.QUIC, rows).to_list() == [True, False]


def test_a_rule_for_other_nettests_does_not_fire() -> None:
    rows = pl.DataFrame({"kind": ["other"], "nettest": ["web_connectivity"], "is_site": [False]})
    remote = [rule for rule in CASCADE[Layer.DNS] if rule.nettests]
    assert remote
    told = may_fire(Layer.DNS, rows).to_list()
    assert told == [any(not rule.nettests and _is_open(rule, rows) for rule in CASCADE[Layer.DNS])]


def _is_open(rule: Rule, rows: pl.DataFrame) -> bool:
    """Tell whether no part that can be read fails."""
    read = [part for part in parts(rule.condition) if set(part.meta.root_names()) <= set(rows.columns)]
    return all(rows.select(part.fill_null(value=False).alias("held"))["held"][0] for part in read)


def test_a_rule_of_which_every_column_is_there_is_no_undecided_one() -> None:
    columns = {column for rule in CASCADE[Layer.TCP] for column in rule.columns}
    rows = pl.DataFrame({column: [None, None] for column in columns})
    assert may_fire(Layer.TCP, rows, ever=False).to_list() == [False, False]
