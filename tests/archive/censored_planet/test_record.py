"""What records of all tools share: times as Go writes them, verdicts kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.archive.shapes import json_values
from trigpoint.archive.censored_planet.record import moment, objects, verdict


@pytest.mark.parametrize(
    "written",
    [
        "2021-04-18T14:49:01.5-04:00",
        "2021-04-18 14:49:01.500000000 -0400 EDT m=+10140.555964129",
        "2021-04-18 14:49:01.5 -0400 EDT",
        "2021-04-18 18:49:01.5 +0000 UTC",
    ],
)
def test_times_of_both_tools(written: str) -> None:
    assert moment(written) == 1618771741.5


@given(json_values)
def test_any_value_is_a_time_or_none(value: object) -> None:
    assert moment(value) is None or isinstance(moment(value), float)


def test_a_record_without_conclusions_has_no_verdict() -> None:
    assert verdict({"vp": "192.0.2.1"}) is None
    assert verdict({"passed": True, "vp": "192.0.2.1"}) == '{"passed":true}'


@given(json_values)
def test_only_objects_of_a_list_are_looked_at(value: object) -> None:
    assert all(isinstance(item, dict) for _, item in objects(value))
