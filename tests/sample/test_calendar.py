from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from trigpoint.discovery import declared
from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.mechanism import MECHANISMS, one_per_layer
from trigpoint.model.verdict import State
from trigpoint.sample import SCENARIOS, Scenario, scenarios
from trigpoint.sample.calendar import _every, records, runs
from trigpoint.sample.country import COUNTRY, DAYS, FIRST_DAY, NETWORKS, SOFTWARE

EVERY = list(records())

REQUIRED = {  # of each report entry: df-000 of ooni/spec, and what every collector of the last ten years demands
    "annotations": dict,
    "data_format_version": str,
    "measurement_start_time": str,
    "options": list,
    "probe_asn": str,
    "probe_cc": str,
    "probe_ip": str,
    "report_id": str,
    "software_name": str,
    "software_version": str,
    "test_keys": dict,
    "test_name": str,
    "test_runtime": float,
    "test_start_time": str,
    "test_version": str,
}


def test_there_are_a_few_hundred_measurements() -> None:
    assert 300 <= len(EVERY) <= 500


def test_every_scenario_is_measured() -> None:
    assert {scenario.name for scenario, _ in EVERY} == set(SCENARIOS)


def test_truths_cover_every_mechanism() -> None:
    """All but datagrams of protocols that no nettest speaks."""
    seen = {node for s, _ in EVERY for node in (*s.mechanisms, *s.interference, *s.also)} | {"udp", "udp.timeout"}
    assert set(MECHANISMS) - seen == set() | (set(MECHANISMS) - seen) & {"dns", "tcp", "tls", "http", "quic", "ip"}
    leaves = {name for name in MECHANISMS if not any(other.startswith(f"{name}.") for other in MECHANISMS)}
    assert leaves <= seen


def test_truths_cover_every_explanation() -> None:
    assert set(EXPLANATIONS) <= {name for s, _ in EVERY for name in (*s.explanations, *s.also)}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_truth_is_well_formed(scenario: Scenario) -> None:
    assert scenario.truth_state in list(State)
    assert bool(scenario.mechanisms) == (scenario.truth_state == State.BLOCKED)
    assert not scenario.interference or scenario.truth_state == State.OK
    assert scenario.explanations or scenario.truth_state not in {State.DOWN, State.INSUFFICIENT}
    assert set(scenario.mechanisms + scenario.interference) <= set(MECHANISMS)
    assert set(scenario.explanations) <= set(EXPLANATIONS)
    assert set(scenario.also) <= {*MECHANISMS, *EXPLANATIONS}
    assert one_per_layer(scenario.mechanisms) == tuple(sorted(scenario.mechanisms))
    assert scenario.sentence.endswith(".")


def test_the_same_seed_gives_the_same_records_and_another_seed_others() -> None:
    again = [json.dumps(record) for _, record in records()]
    other = [json.dumps(record) for _, record in records(seed=1)]
    assert again == [json.dumps(record) for _, record in EVERY]
    assert again != other
    assert len(other) == len(again)


@pytest.mark.parametrize(("scenario", "record"), EVERY[::7], ids=[s.name for s, _ in EVERY[::7]])
def test_a_record_has_the_fields_of_the_base_format(scenario: Scenario, record: dict[str, Any]) -> None:
    whole = json.loads(json.dumps(record, allow_nan=False))
    assert {field: type(whole.get(field)) for field in REQUIRED} == REQUIRED
    assert "input" in whole
    assert whole["test_name"] == scenario.nettest


def test_every_record_says_that_it_is_fictional() -> None:
    for _, record in EVERY:
        assert record["annotations"]["fictional"] == "true"
        assert (record["probe_cc"], record["software_name"]) == (COUNTRY, SOFTWARE)
        assert 64512 <= int(record["probe_asn"].removeprefix("AS")) <= 65534
        assert "(fictional)" in record["probe_network_name"]


def test_no_record_names_a_scenario_or_its_truth() -> None:
    for scenario, record in EVERY:
        assert "truth" not in record
        assert scenario.sentence not in json.dumps(record)


def test_start_times_lie_in_the_two_weeks() -> None:
    first = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
    starts = [datetime.fromisoformat(record["measurement_start_time"] + "+00:00") for _, record in EVERY]
    assert min(starts) >= first
    assert max(starts) < first + timedelta(days=DAYS)


def test_measurements_of_a_run_share_the_report_and_runs_do_not() -> None:
    reports = {}
    for scenario, record in EVERY:
        reports.setdefault(record["report_id"], []).append(scenario)
    assert len(reports) == len(runs())
    assert all(re.fullmatch(r"\d{8}T\d{6}Z_[a-z0-9]+_XL_\d+_n1_\w{16}", report) for report in reports)
    assert any(len(inputs) > 3 for inputs in reports.values())


def test_every_network_measures() -> None:
    assert {record["probe_asn"] for _, record in EVERY} == {f"AS{network.asn}" for network in NETWORKS}


def _states(target: str) -> dict[tuple[str, str], set[str]]:
    cells: dict[tuple[str, str], set[str]] = {}
    for scenario, record in EVERY:
        if scenario.target == target and not scenario.explanations and scenario.nettest == "web_connectivity":
            cells.setdefault((record["probe_asn"], record["measurement_start_time"][:10]), set()).add(
                scenario.truth_state
            )
    return cells


def test_a_blocking_begins_in_the_middle() -> None:
    cells = _states("daily-herald.example")
    assert {s for (asn, day), states in cells.items() if day < "2024-11-10" for s in states} >= {"ok"}
    assert all(states == {"blocked"} for (asn, day), states in cells.items() if day >= "2024-11-10" and asn < "AS64550")


def test_a_blocking_ends() -> None:
    cells = _states("www.open-forum.example")
    assert {s for (_, day), states in cells.items() if day > "2024-11-08" for s in states} - {"blocked"} == {"ok"}
    assert any("blocked" in states for (_, day), states in cells.items() if day < "2024-11-08")


def test_a_blocking_differs_between_networks() -> None:
    cells = _states("river-archive.example")
    blocked = {asn for (asn, _), states in cells.items() if "blocked" in states}
    assert len(blocked) == 2
    assert len({asn for asn, _ in cells}) == 5


def test_a_target_is_down_for_some_days() -> None:
    states = [s.truth_state for s, _ in EVERY if s.target == "old-museum.example" and s.nettest == "web_connectivity"]
    assert {"ok", "down"} <= set(states)


def test_two_scenarios_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = {theme: entries * 2 for theme, entries in declared(scenarios, "SCENARIOS", tuple).items()}
    monkeypatch.setattr("trigpoint.sample.calendar.discovery.declared", lambda *_: twice)
    with pytest.raises(ValueError, match="two scenarios are called"):
        _every()
