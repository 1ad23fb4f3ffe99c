from __future__ import annotations

import pytest

from tests.lab.engine.test_match import flow
from trigpoint.lab.engine.residual import Escalation, Residual, ResidualTable


@pytest.mark.parametrize(
    ("width", "same_port", "other_port", "other_server"),
    [("3", True, False, False), ("4", True, False, False), ("host", True, True, False)],
)
def test_the_tuple_says_what_is_blocked(width: str, same_port: bool, other_port: bool, other_server: bool) -> None:
    table, residual = ResidualTable(), Residual(tuple=width, seconds=10)
    table.arm("c", residual, flow(), 0.0)
    found = [
        table.active("c", residual, one, 5.0) is not None
        for one in (flow(), flow(port=80), flow(server="203.0.113.10"), flow(client="192.0.2.3"))
    ]
    assert found == [same_port, other_port, other_server, False]
    assert table.active("another", residual, flow(), 5.0) is None


def test_the_three_tuple_leaves_the_client_s_port_out_and_the_four_tuple_does_not() -> None:
    other = flow()
    other.key = (other.key[0], 2, *other.key[2:])
    for width, found in (("3", True), ("4", False)):
        table, residual = ResidualTable(), Residual(tuple=width)
        table.arm("c", residual, flow(), 0.0)
        assert (table.active("c", residual, other, 1.0) is not None) == found


def test_it_begins_and_ends() -> None:
    table, residual = ResidualTable(), Residual(seconds=10, starts_after_seconds=2)
    table.arm("c", residual, flow(), 0.0)
    assert [table.active("c", residual, flow(), now) is not None for now in (1.9, 2.0, 11.9, 12.0)] == [
        False,
        True,
        True,
        False,
    ]
    assert len(table) == 0


@pytest.mark.parametrize(
    ("refresh", "found"), [(True, [True, True, True, False]), (False, [True, False, False, False])]
)
def test_each_packet_may_start_the_time_anew(refresh: bool, found: list[bool]) -> None:
    table, residual = ResidualTable(), Residual(seconds=10, refresh=refresh)
    table.arm("c", residual, flow(), 0.0)
    seen = []
    for now in (9, 18, 27, 37):
        entry = table.active("c", residual, flow(), now)
        seen.append(entry is not None)
        if entry:
            table.meet(entry, residual, now)
    assert seen == found


def test_the_lab_s_time_scale_shortens_it() -> None:
    table, residual = ResidualTable(time_scale=0.05), Residual(seconds=180)
    table.arm("c", residual, flow(), 0.0)
    assert table.active("c", residual, flow(), 8.9)
    assert table.active("c", residual, flow(), 9.0) is None


def test_what_has_no_client_in_it_is_blocked_for_everybody() -> None:
    for width, other_port in (("port", False), ("address", True)):
        table, residual = ResidualTable(), Residual(tuple=width)
        table.arm("c", residual, flow(), 0.0)
        assert table.active("c", residual, flow(client="192.0.2.3"), 1.0)
        assert (table.active("c", residual, flow(port=80), 1.0) is not None) == other_port
        assert table.active("c", residual, flow(server="203.0.113.10"), 1.0) is None


def test_a_further_hit_never_ends_a_block_that_has_begun() -> None:
    table, residual = ResidualTable(), Residual(seconds=10, starts_after_seconds=5)
    for now in (0.0, 3.0, 7.0):
        table.arm("c", residual, flow(), now)
    assert [table.active("c", residual, flow(), now) is not None for now in (4.9, 5.0, 8.0, 21.9, 22.0)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def escalated(table: ResidualTable, escalation: Escalation, now: float, port: int = 80) -> bool:
    return table.active("c", escalation.residual, flow(port=port), now) is not None


def test_after_some_hits_on_a_port_the_whole_address_is_blocked_for_a_while() -> None:
    escalation = Escalation(hits=2, within_seconds=100, seconds=50)
    table, residual = ResidualTable(), Residual(tuple="port", seconds=10, escalation=escalation)
    table.arm("c", residual, flow(), 0.0)
    assert not escalated(table, escalation, 1.0)
    table.arm("c", residual, flow(port=8443), 20.0)
    assert not escalated(table, escalation, 21.0)
    table.arm("c", residual, flow(client="192.0.2.3"), 99.0)
    assert [escalated(table, escalation, now) for now in (99.0, 148.9, 149.0)] == [True, True, False]


def test_hits_may_be_counted_by_address_and_are_forgotten_after_their_time() -> None:
    escalation = Escalation(hits=2, counts="address", within_seconds=100)
    table, residual = ResidualTable(time_scale=0.1), Residual(tuple="port", escalation=escalation)
    table.arm("c", residual, flow(), 0.0)
    table.arm("c", residual, flow(port=8443), 10.0)
    assert not escalated(table, escalation, 10.0)
    table.arm("c", residual, flow(port=8444), 19.0)
    assert [escalated(table, escalation, now) for now in (19.0, 378.9, 379.0)] == [True, True, False]


def test_the_table_is_small() -> None:
    table, residual = ResidualTable(most=2), Residual()
    for port in range(5):
        table.arm("c", residual, flow(port=port), 0.0)
        assert len(table) <= 2
    assert table.active("c", residual, flow(port=0), 1.0) is None
    assert table.active("c", residual, flow(port=4), 1.0)
