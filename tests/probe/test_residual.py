"""residual in the lab: a filter that remembers client and server, one that remembers a connection, and none."""

from __future__ import annotations

import asyncio

import pytest

from tests.probe.lab import made
from trigpoint.model.step import TlsHandshake
from trigpoint.probe.nettests.residual import TIMES as SECONDS
from trigpoint.probe.residue import LONGEST_SECONDS, Residue

TIMES = ["before", "2", "45", "75", "105", "150", "270"]
KNOWN_WINDOWS = (0, 60, 90, 120, 180, 300)
RESET = {"connection_reset", "connection_refused"}  # the SYN is reset as well
SILENT = {"generic_timeout_error"}


def test_client_and_server_are_remembered_for_three_minutes() -> None:
    found = made("residual", "gfw-2024", "https://medium.example/", seed=1)
    summary = found.keys["x_residual"]
    # A second box drops all that is left of a connection, where its first packet is not reset.
    for kind, failures in (("three", RESET), ("four", RESET | SILENT)):
        assert list(summary[kind]) == TIMES
        assert set(summary[kind]["before"]) == set(summary[kind]["270"]) == {"ok"}
        assert {outcome for time in ("2", "45", "75", "105", "150") for outcome in summary[kind][time]} <= failures
    assert all(set(outcomes) == {"ok"} for kind in ("port", "server") for outcomes in summary[kind].values())
    failed = [step for step in found.read.steps if isinstance(step, TlsHandshake) and step.failure]
    tags = {step.tags for step in failed}
    assert tags >= {"arm=trigger", "arm=trigger.5"}
    assert any(tag.startswith("arm=three.") for tag in tags), "which ones goes by the flows that go round the box"
    assert found.measured.seconds > 5 * 360, "each time waits for the window of the one before"


def test_there_are_as_many_innocent_requests_as_show_a_filter_that_affects_half_of_them() -> None:
    summary = made("residual", "iran", "https://youtube.example/").keys["x_residual"]
    assert [len(summary["three"][time]) for time in TIMES] == [21, 7, 1, 1, 1, 1, 1]
    assert [len(summary["four"][time]) for time in TIMES[1:]] == [1] * 6, "a port can be used once"


def test_a_connection_is_remembered_and_others_are_not() -> None:
    summary = made("residual", "iran", "https://youtube.example/").keys["x_residual"]
    assert summary["four"]["45"] == summary["four"]["75"] == ["generic_timeout_error"]
    assert all(set(outcomes) == {"ok"} for kind in ("three", "port", "server") for outcomes in summary[kind].values())


def test_requests_are_remembered_for_a_minute_and_a_half_in_most_connections() -> None:
    options = {"layer": "http", "times": [2, 30, 120], "repeats": 6}
    summary = made("residual", "gfw-2014", "http://news.example/falun", options=options).keys["x_residual"]
    assert "connection_reset" in summary["three"]["2"] + summary["three"]["30"]
    assert set(summary["three"]["120"]) == {"ok"}


def test_where_no_trigger_fires_it_ends_after_as_many_as_would_have() -> None:
    found = made("residual", "open", "https://shop.example/")
    assert {kind: list(outcomes) for kind, outcomes in found.keys["x_residual"].items()} == dict.fromkeys(
        ("four", "three", "port", "server"), TIMES[:2]
    )
    assert sum(part["arm"].startswith("trigger") for part in found.keys["x_parts"]) == 4
    assert all(step.failure is None for step in found.read.steps)


def test_a_filter_without_memory_is_told_from_one_that_has_it_by_one_trigger() -> None:
    found = made("residual", "turkey", "https://pirate.example/")
    summary = found.keys["x_residual"]
    assert all(set(outcomes) == {"ok"} for kinds in summary.values() for outcomes in kinds.values())
    assert [list(summary[kind]) for kind in ("three", "four")] == [TIMES[:2]] * 2
    assert [part["failure"] for part in found.keys["x_parts"] if "trigger" in part["arm"]] == ["connection_reset"]
    assert found.measured.seconds < 360


def test_windows_that_are_known_are_told_from_each_other() -> None:
    def seen(window: float) -> list[bool]:
        return [time < window for time in SECONDS]

    told = [seen(window) for window in KNOWN_WINDOWS]
    assert all(told.count(one) == 1 for one in told)
    assert not set(SECONDS) & set(KNOWN_WINDOWS)


@pytest.mark.parametrize(("window", "waits"), [(LONGEST_SECONDS, False), (0.001, True)])
def test_a_filter_is_forgetful_only_where_its_window_cannot_have_been_over(window: float, waits: bool) -> None:
    residue = Residue(window)
    made("residual", "turkey", "https://pirate.example/", residue=residue)

    async def waited() -> float:
        residue.mark(["address"], ("tls", "pirate.example"))
        async with residue.hold(["address"]) as seconds:
            return seconds

    assert (asyncio.run(waited()) > 0) is waits


def test_where_the_server_does_not_answer_nothing_is_triggered() -> None:
    found = made("residual", "open", "https://shop.example/", control_servers=(("198.51.100.7", 81),))
    assert {part["arm"].partition(".")[0] for part in found.keys["x_parts"]} == {"control", "port_before"} & {
        part["arm"].partition(".")[0] for part in found.keys["x_parts"]
    }
    assert found.measured.seconds < 360


def test_without_a_server_it_says_so() -> None:
    assert (
        made("residual", "open", "https://shop.example/", control_servers=()).keys["failure"] == "test_helper_missing"
    )
