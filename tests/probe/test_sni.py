"""sni_blocking in the lab: the name alone, name and address, resets and silence, and nothing where nothing is."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.probe.lab import made
from trigpoint.model.step import TlsHandshake
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.nettests.sni_blocking import made_up

if TYPE_CHECKING:
    from pathlib import Path

OK = {"ok": 9}
V4 = frozenset({4})


@pytest.mark.parametrize(
    ("world", "name", "address", "failure", "result"),
    [
        ("gfw-2024", "medium.example", "203.0.113.24", "connection_reset", "interference.reset"),
        ("iran", "youtube.example", "203.0.113.22", "generic_timeout_error", "anomaly.timeout"),
        ("turkey", "pirate.example", "203.0.113.11", "connection_reset", "interference.reset"),
    ],
)
def test_a_filtered_name_fails_at_every_server_and_an_innocent_one_nowhere(
    world: str, name: str, address: str, failure: str, result: str
) -> None:
    found = made("sni_blocking", world, name, options={"address": address}, seed=1)
    tally = found.keys["x_tally"]
    assert found.keys["result"] == result
    assert found.keys["target"]["failure"] == failure
    assert tally["target_v6"][failure] >= 3
    assert tally["target_at_site"][failure] >= 3
    assert {outcome for arm in ("control", "control_v6", "control_at_site") for outcome in tally[arm]} == {"ok"}
    handshakes = [step for step in found.read.steps if isinstance(step, TlsHandshake)]
    failed = {(str(step.tags).partition(".")[0], step.server_name) for step in handshakes if step.failure}
    assert failed == {("arm=target", name), ("arm=target_v6", name), ("arm=target_at_site", name)}


def test_a_filter_that_one_flow_of_ten_goes_round_is_found_by_repeats() -> None:
    tally = made("sni_blocking", "tspu", "facebook.example", options={"address": "203.0.113.20", "repeats": 4}).keys[
        "x_tally"
    ]
    assert tally["target"]["generic_timeout_error"] + tally["target_v6"]["generic_timeout_error"] > 4
    assert tally["control"] == tally["control_v6"] == {"ok": 4}


def test_a_name_is_triggered_once_in_each_window() -> None:
    found = made("sni_blocking", "turkey", "pirate.example", options={"address": "203.0.113.11"})
    parts = [found.keys["target"], *found.keys["x_parts"]]
    moments = sorted(part[STEPS].acts[0].t0 for part in parts if part["sni"] == "pirate.example")
    assert len(moments) == 9
    assert all(later - earlier >= 360 - 1e-3 for earlier, later in pairwise(moments))
    assert found.measured.seconds == pytest.approx(
        sum(part["waited_seconds"] for part in found.keys["x_parts"]), abs=400
    )


def test_name_and_address_together_fail_at_the_site_alone() -> None:
    found = made("sni_blocking", "india-isp", "video.example", network="a2", options={"address": "203.0.113.20"})
    assert found.keys["result"] == "success.got_server_hello"
    assert found.keys["x_tally"]["target_at_site"] == {"connection_reset": 3}
    assert found.keys["x_tally"]["control_at_site"] == OK


def test_nothing_is_found_where_nothing_is_filtered() -> None:
    found = made("sni_blocking", "open", "shop.example", options={"repeats": 2}, families=V4)
    tally = found.keys["x_tally"]
    assert found.keys["result"] == "success.got_server_hello"
    assert set(tally) == {"target", "control", "target_at_site", "control_at_site", "made_up", "nameless"}
    assert all(counts == {"ok": 2} for counts in tally.values())
    assert found.measured.seconds > 360, "residual windows are waited for, where a filter may have been triggered"
    assert all(step.failure is None for step in found.read.steps)


def test_arms_are_tried_in_an_order_of_chance() -> None:
    def order(seed: int) -> tuple[str, ...]:
        keys = made("sni_blocking", "open", "shop.example", options={"address": "203.0.113.64"}, seed=seed).keys
        parts = [{**keys["target"], "arm": "target"}, {**keys["control"], "arm": "control"}, *keys["x_parts"]]
        return tuple(one["arm"] for one in sorted(parts, key=lambda one: one[STEPS].acts[0].t0))

    assert len({order(seed) for seed in range(3)}) > 1
    assert order(1) == order(1)


def test_without_a_control_server_nothing_is_concluded() -> None:
    keys = made("sni_blocking", "open", "shop.example", options={"address": "203.0.113.64"}, control_servers=()).keys
    assert keys["result"] == "anomaly.test_helper_unreachable"
    assert "target" not in keys


LISTED = """
base = "open"
title = "What is not on a list does not pass"
meaning = "Of server names only those on a list pass, over both versions of IP."
source = "net4people/bbs issues 516 and 630"
country = "XX"

[[censor]]
id = "list"
behaviour = "sni_allow_list"
networks = ["a1"]
placement = { hop = 3 }
match = { suffix = ["lab.example"] }
"""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A world in which the control server's name is on the list, and no site's."""
    path: Path = tmp_path_factory.mktemp("worlds") / "listed.toml"
    path.write_text(LISTED, encoding="utf-8")
    return str(path)


def test_where_only_listed_names_pass_a_made_up_one_fails_as_well(listed: str) -> None:
    found = made("sni_blocking", listed, "shop.example", options={"address": "203.0.113.64"}, families=V4)
    tally = found.keys["x_tally"]
    assert set(tally["control"]) == {"ok"}
    assert tally["target"] == tally["made_up"] == {"generic_timeout_error": 3}
    names = [part["sni"] for part in found.keys["x_parts"] if part["arm"].startswith("made_up")]
    assert len(set(names)) == len(names) == 3, "another one each time"
    assert {len(name) for name in names} == {len(found.keys["control"]["sni"])}, "and each as long as the innocent one"
    assert all(name.endswith(".invalid") for name in names)


def test_where_the_name_alone_fails_made_up_ones_pass_in_few_tries() -> None:
    found = made("sni_blocking", "turkey", "pirate.example", options={"address": "203.0.113.11"}, families=V4)
    tally = found.keys["x_tally"]
    assert tally["made_up"] == tally["nameless"] == {"ok": 2}
    assert tally["control"] == OK, "they take no rounds of their own"
    assert found.measured.seconds < 6 * 360 + 60, "and no window: the name was sent six times"


def test_where_the_name_passes_no_odd_hello_is_sent() -> None:
    found = made("sni_blocking", "open", "shop.example", options={"address": "203.0.113.64"}, families=V4)
    assert set(found.keys["x_tally"]) == {"target", "control", "target_at_site", "control_at_site"}


@pytest.mark.parametrize(("like", "length"), [("a.example", 16), ("control.example.org", 19), ("a" * 250, 71)])
def test_a_made_up_name_is_as_long_as_another_where_that_can_be(like: str, length: int) -> None:
    names = {made_up(like, Random(seed)) for seed in range(20)}  # noqa: S311 - no secret
    assert {len(name) for name in names} == {length}
    assert len(names) == 20
