"""Steps in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judge.cases import GENUINE, HOST, RESET, Case
from trigpoint import sample
from trigpoint.archive import expand, read
from trigpoint.judge.steps import rows, told
from trigpoint.model.measurement import Measurement
from trigpoint.observe import tables

if TYPE_CHECKING:
    from pathlib import Path


def test_steps_come_in_their_order_with_what_was_done_and_what_came_of_it() -> None:
    (steps,) = told(tables([Case().control().dns(GENUINE).tcp().tls(failure=RESET).record()])).values()
    assert [step.step for step in steps] == list(range(len(steps)))
    by_vantage = {(step.vantage, step.table): step for step in steps}
    lookup = by_vantage["probe", "dns_lookups"]
    assert (lookup.act.split(" at ")[0].split()[-1], lookup.outcome) == (HOST, GENUINE)
    assert by_vantage["control", "dns_lookups"].act == f"DNS A {HOST}"
    assert by_vantage["probe", "tcp_connects"].outcome == "connected"
    assert by_vantage["probe", "tls_handshakes"].outcome == RESET


def test_the_table_has_a_row_for_each_step_and_heads() -> None:
    (steps,) = told(tables([Case().control().dns(GENUINE).tcp().record()])).values()
    heads, *lines = rows(steps)
    assert heads[0] == "step"
    assert [line[0] for line in lines] == [str(step.step) for step in steps]
    assert all(len(line) == len(heads) for line in lines)


def test_every_step_of_the_sample_is_told(tmp_path: Path) -> None:
    sample.write(tmp_path)
    for path in expand([tmp_path / "measurements"])[0]:
        for record in read(path):
            if isinstance(record, Measurement):
                steps = [step for own in told(tables([record])).values() for step in own]
                assert len(steps) == len(record.steps)
                assert all(step.act and step.outcome for step in steps)
