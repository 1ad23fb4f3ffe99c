"""Telegram in Kenya: blocked in examination hours of November 2023, and not outside them.

The days are those of the reports on the event (Kenya Certificate of Secondary Education); the table holds observations
of one nettest from the middle of October to the end of November.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.events.kenya import measurements
from trigpoint.events import cells
from trigpoint.events.cells import probe_votes
from trigpoint.judge import judge
from trigpoint.observe import tables

if TYPE_CHECKING:
    from pathlib import Path

_WINDOW = pl.col("date").is_between(pl.lit("2023-11-08"), pl.lit("2023-11-24"))
_SHOW_IT = {33771, 36926, 37061}


@pytest.fixture(scope="module")
def runs(corpus: Path) -> pl.DataFrame:
    """Runs of every cell."""
    held = tables(measurements(corpus / "reference" / "timeseries" / "2023-KE-telegram.csv.gz"))
    _, verdicts = judge(held)
    days = held["measurements"].select("date", "country", measurement="id")
    return probe_votes(verdicts.join(days, on="measurement"), held["measurements"]).tallied()


def test_networks_that_show_it_are_blocked_inside_the_window(runs: pl.DataFrame) -> None:
    inside = cells(runs.filter(_WINDOW), ["target", "asn"])
    chat = inside.filter(target="telegram/chat", state="blocked")
    assert set(chat["asn"].to_list()) == _SHOW_IT
    assert set(inside.filter(state="blocked")["asn"].to_list()) == _SHOW_IT


def test_no_cell_is_blocked_outside_the_window_nor_on_another_network(runs: pl.DataFrame) -> None:
    days = cells(runs)
    blocked = days.filter(state="blocked")
    assert blocked.filter(~_WINDOW).is_empty()
    assert set(blocked["asn"].to_list()) == _SHOW_IT
    assert cells(runs.filter(~_WINDOW), ["target", "asn"]).filter(state="blocked").is_empty()


def test_most_days_of_examinations_are_blocked_where_enough_ran(runs: pl.DataFrame) -> None:
    days = cells(runs.filter(_WINDOW)).filter(target="telegram/chat", asn=33771)
    enough = days.filter(pl.col("decided_runs") >= 20, pl.col("blocked_runs") > 0)
    assert set(enough["state"].to_list()) == {"blocked"}
    # a part of the day, which the cell says
    assert set(enough["disagreement"].to_list()) == {"blocked ok"}


def test_errors_stay_below_the_background(runs: pl.DataFrame) -> None:
    outside = cells(runs.filter(~_WINDOW), []).row(0, named=True)
    assert outside["blocked"] / (outside["blocked"] + outside["ok"] + outside["down"]) < 0.01
