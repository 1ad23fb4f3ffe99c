"""The walk to a name's own servers in the lab: they turn a country away, or a resolver lies though they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.probe.lab import made
from trigpoint.lab.world.load import load
from trigpoint.lab.world.record import Extra
from trigpoint.probe.followups import TABLE
from trigpoint.probe.signs import Sign

if TYPE_CHECKING:
    from tests.probe.lab import Made

AUTHORITY = ["198.51.100.53", "2001:db8:53::53"]
TOGETHER = {"target", "target_v6", "control", "control_v6"}


def outcomes(found: Made) -> dict[str, set[str]]:
    return {arm: set(counts) for arm, counts in found.keys["x_tally"].items()}


def walks(found: Made) -> dict[str, list[str]]:
    """Give the servers at the end of each walk, those of IPv4 first."""
    parts = (part for part in found.keys["x_parts"] if part["arm"].startswith("walk_"))
    return {part["arm"]: sorted(part["servers"], key=lambda server: ":" in server) for part in parts}


@pytest.mark.parametrize(
    ("name", "failure"), [("mil.example", "dns_refused_error"), ("trade.example", "dns_servfail_error")]
)
def test_servers_that_turn_a_country_away_refuse_the_name_and_answer_for_another(name: str, failure: str) -> None:
    found = made("delegation", "server-geoblock", name)
    assert outcomes(found) == {arm: {failure if "target" in arm else "ok"} for arm in TOGETHER}


def test_where_the_resolver_lies_the_names_own_servers_answer() -> None:
    found = made("delegation", "turkey", "wikileaks.example")
    assert outcomes(found) == {arm: {"ok"} for arm in TOGETHER}
    assert walks(found) == {"walk_target": AUTHORITY, "walk_control": AUTHORITY}


def test_no_server_is_asked_for_more_of_a_name_than_it_needs() -> None:
    found = made("delegation", "open", "news.example", options={"repeats": 1})
    asked = [step for step in found.read.steps if "arm=walk_target" in (step.tags or "")]
    assert [(step.hostname, step.query_type) for step in asked] == [("example", "NS"), ("news.example", "NS")]  # type: ignore[attr-defined]


def test_a_zone_with_servers_of_its_own_is_asked_there() -> None:
    world = load("open")
    servers = Extra(name="news.example", type="NS", value="pub-1.lab.example")
    world = msgspec.structs.replace(world, records=(*world.records, servers))
    found = made("delegation", world, "news.example", options={"repeats": 1})  # type: ignore[arg-type]
    assert walks(found) == {"walk_target": ["198.51.100.8", "2001:db8:8::8"], "walk_control": AUTHORITY}


def test_where_no_server_replies_nothing_is_said() -> None:
    found = made("delegation", "open", "news.example", options={"repeats": 1}, roots=("198.51.100.253",))
    assert found.keys["x_tally"] == {arm: {"generic_timeout_error": 1} for arm in ("control", "target")}


def test_without_servers_of_a_version_of_ip_it_is_not_tried() -> None:
    found = made("delegation", "open", "news.example", options={"repeats": 1}, roots=(AUTHORITY[0],))
    assert set(found.keys["x_tally"]) == {"control", "target"}
    assert made("delegation", "open", "news.example", roots=()).keys["x_tally"] == {}


@pytest.mark.parametrize(
    ("failure", "is_asked"),
    [
        ("dns_servfail_error", True),
        ("dns_refused_error", True),
        ("dns_temporary_failure", True),
        ("dns_nxdomain_error", False),
        (None, False),
    ],
)
def test_it_follows_what_a_resolver_could_not_or_would_not_answer(failure: str | None, *, is_asked: bool) -> None:
    (own,) = (one for one in TABLE["dns"] if one.nettest == "delegation")
    assert own.suits(Sign("dns", failure, "mil.example"), "https://mil.example/") == is_asked
