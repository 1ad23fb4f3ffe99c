"""residual in the lab: a filter that remembers client and server, one that remembers a connection, and none."""

from __future__ import annotations

from tests.probe.lab import made
from trigpoint.model.step import TlsHandshake

TIMES = ["before", "2", "30", "90", "180", "300"]


def test_client_and_server_are_remembered_for_three_minutes() -> None:
    found = made("residual", "gfw-2024", "https://medium.example/", seed=1)
    summary = found.keys["x_residual"]
    for kind, failures in (
        ("three", {"connection_reset", "connection_refused"}),  # the SYN is reset as well
        ("four", {"generic_timeout_error"}),  # a second box drops all that is left of the connection
    ):
        assert summary[kind]["before"] == summary[kind]["300"] == ["ok"]
        assert {outcome for time in ("2", "30", "90") for outcome in summary[kind][time]} <= failures
    assert all(outcome == ["ok"] for kind in ("port", "server") for outcome in summary[kind].values())
    failed = [step for step in found.read.steps if isinstance(step, TlsHandshake) and step.failure]
    assert {step.tags for step in failed} >= {f"arm=trigger_after_{time}" for time in TIMES[1:]}
    assert found.measured.seconds > 4 * 360, "each time waits for the window of the one before"


def test_a_connection_is_remembered_and_others_are_not() -> None:
    summary = made("residual", "iran", "https://youtube.example/").keys["x_residual"]
    assert summary["four"]["30"] == summary["four"]["90"] == ["generic_timeout_error"]
    assert all(outcome == ["ok"] for kind in ("three", "port", "server") for outcome in summary[kind].values())


def test_requests_are_remembered_for_a_minute_and_a_half_in_most_connections() -> None:
    options = {"layer": "http", "times": [2, 30, 120], "repeats": 6}
    summary = made("residual", "gfw-2014", "http://news.example/falun", options=options).keys["x_residual"]
    assert "connection_reset" in summary["three"]["2"] + summary["three"]["30"]
    assert summary["three"]["120"] == ["ok"] * 6


def test_nothing_is_remembered_where_nothing_is_filtered() -> None:
    found = made("residual", "open", "https://shop.example/")
    assert {kind: list(outcomes) for kind, outcomes in found.keys["x_residual"].items()} == dict.fromkeys(
        ("four", "three", "port", "server"), TIMES
    )
    assert all(step.failure is None for step in found.read.steps)


def test_a_filter_without_memory_is_told_from_one_that_has_it() -> None:
    summary = made("residual", "turkey", "https://pirate.example/").keys["x_residual"]
    assert all(outcome == ["ok"] for outcomes in summary.values() for outcome in outcomes.values())


def test_without_a_server_it_says_so() -> None:
    assert (
        made("residual", "open", "https://shop.example/", control_servers=()).keys["failure"] == "test_helper_missing"
    )
