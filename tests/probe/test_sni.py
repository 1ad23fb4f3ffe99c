"""sni_blocking in the lab: the name alone, name and address, resets and silence, and nothing where nothing is."""

from __future__ import annotations

import pytest

from tests.probe.lab import measured
from trigpoint.probe.arms import PARTS
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.nettests.sni_blocking import NETTEST

OK = {"ok": 1}


@pytest.mark.parametrize(
    ("world", "network", "name", "address", "failure", "result"),
    [
        ("gfw-2024", "a1", "medium.example", "203.0.113.24", "connection_reset", "interference.reset"),
        ("tspu", "a1", "facebook.example", "203.0.113.20", "generic_timeout_error", "anomaly.timeout"),
        ("iran", "a1", "youtube.example", "203.0.113.22", "generic_timeout_error", "anomaly.timeout"),
        ("turkey", "a1", "pirate.example", "203.0.113.11", "connection_reset", "interference.reset"),
    ],
)
def test_a_filtered_name_fails_at_every_server_and_an_innocent_one_nowhere(
    world: str, network: str, name: str, address: str, failure: str, result: str
) -> None:
    keys, _, _ = measured(NETTEST, world, name, network=network, options={"address": address})
    assert keys["result"] == result
    assert keys["target"]["failure"] == failure
    assert keys["x_tally"]["target_v6"] == {failure: 1}
    assert keys["x_tally"]["target_at_site"] == {failure: 1}
    assert keys["x_tally"]["control"] == keys["x_tally"]["control_v6"] == keys["x_tally"]["control_at_site"] == OK


def test_name_and_address_together_fail_at_the_site_alone() -> None:
    keys, _, _ = measured(NETTEST, "india-isp", "video.example", network="a2", options={"address": "203.0.113.20"})
    assert keys["result"] == "success.got_server_hello"
    assert keys["x_tally"]["target_at_site"] == {"connection_reset": 1}
    assert keys["x_tally"]["control_at_site"] == OK


def test_nothing_is_found_where_nothing_is_filtered() -> None:
    keys, _, seconds = measured(
        NETTEST, "open", "shop.example", options={"address": "203.0.113.64", "repeats": 2}, families=frozenset({4})
    )
    assert keys["result"] == "success.got_server_hello"
    assert set(keys["x_tally"]) == {"target", "control", "target_at_site", "control_at_site"}
    assert all(counts == {"ok": 2} for counts in keys["x_tally"].values())
    assert seconds > 360, "residual windows are waited for, where a filter may have been triggered"


def test_arms_are_tried_in_an_order_of_chance() -> None:
    def order(seed: int) -> list[str]:
        keys, _, _ = measured(NETTEST, "open", "shop.example", options={"address": "203.0.113.64"}, seed=seed)
        parts = [{**keys["target"], "arm": "target"}, {**keys["control"], "arm": "control"}, *keys[PARTS]]
        return [one["arm"] for one in sorted(parts, key=lambda one: one[STEPS].acts[0].t0)]

    assert len({tuple(order(seed)) for seed in range(3)}) > 1
    assert order(1) == order(1)


def test_without_a_control_server_nothing_is_concluded() -> None:
    keys, _, _ = measured(
        NETTEST, "open", "shop.example", options={"address": "203.0.113.64"}, control_servers=()
    )
    assert keys["result"] == "anomaly.test_helper_unreachable"
    assert "target" not in keys
