"""The frames that see a measurement as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judge.cases import GENUINE, RESET, TIMEOUT, Case
from trigpoint.judge.keys import prepare
from trigpoint.judge.whole import endpoints, name_frame, service_frame, silent_networks, targets
from trigpoint.observe import tables

if TYPE_CHECKING:
    import polars as pl

    from trigpoint.judge.keys import Chunk

UDP = {"engine": "udp", "resolver_address": "8.8.8.8:53"}


def services(chunk: Chunk) -> pl.DataFrame:
    summed = endpoints(chunk)
    return service_frame(chunk, summed, name_frame(chunk, summed))


def is_silent(case: Case) -> bool:
    frame = silent_networks(prepare(tables([case.record()])))
    return bool(frame["network_is_silent"].any())


def test_a_network_is_silent_where_the_site_and_another_resolver_time_out() -> None:
    assert is_silent(Case().dns(GENUINE).dns(failure=TIMEOUT, **UDP).tcp(failure=TIMEOUT))


def test_a_network_is_not_silent_where_anything_else_came_back_or_was_not_tried() -> None:
    assert not is_silent(Case().dns(GENUINE).tcp(failure=TIMEOUT))
    assert not is_silent(Case().dns(failure=TIMEOUT, **UDP))
    assert not is_silent(Case().dns(GENUINE, **UDP).tcp(failure=TIMEOUT))
    assert not is_silent(Case().dns(failure=TIMEOUT, **UDP).tcp(failure=TIMEOUT).tcp(port=80, failure=RESET))


def test_a_measurement_without_steps_has_a_target() -> None:
    chunk = prepare(tables([Case("telegram").record()]))
    assert targets(chunk)["target"].to_list() == ["telegram/web"]
    assert services(chunk)["is_failing"].to_list() == [False]


def test_a_service_of_several_names_needs_each_and_one_of_any_needs_one() -> None:
    case = Case("signal").dns(GENUINE, hostname="cdn.signal.org").tcp()
    case.dns("9.9.9.9", hostname="storage.signal.org").tcp("9.9.9.9", failure=RESET)
    (row,) = services(prepare(tables([case.record()]))).iter_rows(named=True)
    assert (row["names_tried"], row["names_reached"], row["need_is_met"], row["is_failing"]) == (2, 1, False, True)
