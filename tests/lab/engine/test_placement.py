from __future__ import annotations

import pytest

from trigpoint.lab.engine.placement import Schedule, Window


def test_windows_include_their_begin_and_not_their_end() -> None:
    schedule = Schedule((Window(10, 20), Window(30, 40)))
    assert [schedule.is_active(now) for now in (9.9, 10, 19.9, 20, 35, 45, 1010)] == [
        False,
        True,
        True,
        False,
        True,
        False,
        False,
    ]
    assert Schedule().is_active(5)


def test_windows_come_again_after_a_period() -> None:
    schedule = Schedule((Window(10, 20),), period_seconds=100)
    assert [schedule.is_active(now) for now in (15, 115, 125)] == [True, True, False]


@pytest.mark.parametrize(
    ("period", "now", "share"), [(0, 0, 0.9), (0, 43_200, 0.5), (0, 86_400, 0.9), (10, 4.9, 0.9), (10, 5, 0.5)]
)
def test_shares_follow_the_time_of_day_or_of_the_period(period: float, now: float, share: float) -> None:
    assert Schedule(period_seconds=period, diurnal=(0.9, 0.5)).share(now) == share
    assert Schedule().share(now) == 1.0
