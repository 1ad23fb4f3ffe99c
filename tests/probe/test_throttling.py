"""throttling in the lab: a rate by name, a stop after so many bytes, slowness that spreads, and nothing."""

from __future__ import annotations

from collections import Counter
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from tests.probe.lab import made
from trigpoint.model.limits import LARGEST_RECORD_BYTES
from trigpoint.model.step import HttpRoundTrip
from trigpoint.probe.curve import CUMULATIVE, measured
from trigpoint.probe.nettest import STEPS

V4 = frozenset({4})
ARMS = ("target", "control", "before")


def test_a_name_that_is_slow_everywhere_has_a_rate_of_its_own() -> None:
    rates = made("throttling", "tspu", "https://twitter.example/", families=V4, seed=1).keys["x_rates"]
    usual = {arm: median(rate for key, rate in rates.items() if key.partition(".")[0] == arm) for arm in ARMS}
    assert 14_000 < usual["target"] < 21_000, "140 kbit/s are 17,500 bytes a second; one flow of ten goes round the box"
    assert usual["control"] > 10 * usual["target"]
    assert usual["before"] > 10 * usual["target"]
    assert rates["control_at_site"] > 5 * rates["target_at_site"]


def test_a_transfer_that_is_frozen_stops_after_so_many_bytes() -> None:
    found = made("throttling", "tspu", "https://hosted.example/", families=V4)
    stops = found.keys["x_stops"]
    assert 10_000 < stops["target_at_site"] < 25_000
    assert "target" not in stops, "it is the address of the site, not its name"
    assert found.arms["target_at_site"]["failure"] == "generic_timeout_error"


def test_slowness_that_spreads_to_a_server_is_not_there_before_the_name_is() -> None:
    arms = made("throttling", "turkey", "https://instagram.example/", families=V4).arms
    assert arms["before"]["curve"]["longest_pause_seconds"] < 1
    assert arms["target"]["curve"] is None or arms["target"]["curve"]["longest_pause_seconds"] > 2


def test_transfers_are_repeated_as_often_as_it_takes() -> None:
    arms = made("throttling", "tspu", "https://twitter.example/", families=V4, seed=1).arms
    count = Counter(arm.partition(".")[0] for arm in arms)
    assert 4 <= count["target"] == count["control"] == count["before"] / 2 <= 8
    assert count["before_at_site"] == 2 * count["control_at_site"] == 2 * count["target_at_site"] == 2
    fine = made("throttling", "open", "https://files.example/", families=V4).arms
    assert Counter(arm.partition(".")[0] for arm in fine)["target"] == 4


def test_of_the_pages_the_beginning_is_kept_so_that_the_record_stays_small() -> None:
    found = made("throttling", "tspu", "https://twitter.example/", seed=1)
    trips = [step for step in found.read.steps if isinstance(step, HttpRoundTrip)]
    assert len(trips) > 30
    assert {(step.body_is_truncated, (step.body_bytes or 0) <= 1_024) for step in trips} == {(True, True)}
    assert len(found.line) < LARGEST_RECORD_BYTES / 10


def test_nothing_is_found_where_nothing_is_filtered() -> None:
    found = made("throttling", "open", "https://files.example/")
    rates = found.keys["x_rates"]
    assert {arm.partition(".")[0] for arm in rates} == {
        f"{arm}{where}{family}"
        for arm in ("before", "control", "target")
        for where in ("", "_at_site")
        for family in ("", "_v6")
    }
    assert found.keys["x_stops"] == {}
    assert 0.5 < rates["target"] / rates["control"] < 2
    assert all(part["failure"] is None for part in found.keys["x_parts"])
    assert found.arms["target"]["curve"]["received_bytes"] > 300_000


def test_how_much_has_come_is_noted_while_it_comes() -> None:
    part = made("throttling", "tspu", "https://twitter.example/", families=V4).arms["target"]
    samples = [event.num_bytes for event in part[STEPS].network_events if event.operation == CUMULATIVE]
    assert len(samples) > 20
    assert samples == sorted(samples)
    assert part["curve"]["points"][-1][1] <= samples[-1] + 20_000


@given(st.lists(st.tuples(st.floats(0, 60), st.integers(1, 10**6)), max_size=200), st.booleans())
def test_facts_of_any_curve_are_within_it(gaps: list[tuple[float, int]], is_complete: bool) -> None:
    points, time, total = [], 0.0, 0
    for gap, size in gaps:
        time, total = time + gap, total + size
        points.append((time, total))
    curve = measured(points, time + 1, is_complete=is_complete)
    assert curve.received_bytes == total
    assert len(curve.points) <= 64
    assert set(curve.points) <= set(points)
    assert 0 <= curve.longest_pause_seconds <= time + 1.001
    assert curve.stopped_at_bytes in {None, total}
