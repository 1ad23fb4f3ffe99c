"""An observer of worlds contradicts truth that does not hold, or the acceptance test would prove nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.lab.client import Fetched
from tests.lab.worlds.observing import IN_VIRTUAL_TIME, Observer, at_the_beginning, rows_of, shows
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load
from trigpoint.lab.world.truth import Truth

OK = Fetched("", None, (("203.0.113.10",),), b"leaf", 200, "", b"page", 0.2)
TRUE = ("203.0.113.10",)


def row(**values: Any) -> Truth:
    return msgspec.convert({"target": "news.example", "state": "blocked", **values}, Truth)


@pytest.mark.parametrize(
    ("told", "changes", "holds"),
    [
        ({}, {}, True),
        ({}, {"step": "tls", "failure": "connection_reset"}, False),
        ({"step": "tls", "failure": "connection_reset"}, {}, False),
        ({"step": "tls", "failure": "connection_reset"}, {"step": "tls", "failure": "connection_reset"}, True),
        ({"step": "tls", "failure": "connection_reset"}, {"step": "tcp", "failure": "connection_reset"}, False),
        ({"step": "dns"}, {}, False),
        ({"step": "dns"}, {"answers": (("10.10.34.36",), TRUE)}, True),
        ({"step": "dns"}, {"answers": (), "step": "dns", "failure": "dns_no_answer"}, True),
        ({"step": "dns"}, {"answers": (), "step": "dns", "failure": "generic_timeout_error"}, False),
        ({"step": "tls"}, {}, False),
        ({"step": "tls"}, {"certificate": b"other"}, True),
        ({"step": "http"}, {}, False),
        ({"step": "http"}, {"location": "http://warning.example/"}, True),
        ({"state": "ok", "interference": ["tls.throttle.sni"]}, {}, False),
        ({"state": "ok", "interference": ["tls.throttle.sni"]}, {"seconds": 5.0}, True),
    ],
)
def test_what_was_seen_is_held_against_the_row(told: dict, changes: dict, holds: bool) -> None:
    assert shows(row(**told), msgspec.structs.replace(OK, **changes), OK, TRUE) is holds


@pytest.mark.parametrize(
    ("name", "target", "wrong"),
    [
        ("turkey", "pirate.example", {"state": "ok"}),
        ("turkey", "news.example", {"mechanisms": ["tls.reset.sni"], "step": "tls", "failure": "connection_reset"}),
        ("turkmenistan", "mytwitter.example", {"mechanisms": ["dns.injection.bogon", "tls.reset.sni"], "step": "dns"}),
        ("turkey:routes-2014", "shop.example", {"state": "ok", "interference": ["dns.interception"]}),
    ],
)
def test_truth_that_does_not_hold_is_found_out(name: str, target: str, wrong: dict[str, Any]) -> None:
    world = at_the_beginning(load(name))
    told = row(target=target, networks=["a1"], **wrong)

    async def observed(lab: Lab) -> list[list[str]]:
        observer = Observer(lab, IN_VIRTUAL_TIME)
        return [await observer.see(row, family) for row, family in rows_of(lab.world, "a1")]

    lab = Lab(msgspec.structs.replace(world, truth=(told,)), fabric="virtual", network="a1")
    assert list(map(len, lab.play(observed))) == [1, 1]


def test_the_beginning_has_no_schedule_but_what_works_then() -> None:
    world = at_the_beginning(load("gfw-2014"))
    assert "dns-accident" not in {entry["id"] for entry in world.censors}
    assert not [entry for entry in at_the_beginning(load("italy-dns")).censors if "schedule" in entry]
