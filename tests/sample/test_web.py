# ruff: noqa: S311 - a seeded source, as the sample itself takes
from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from trigpoint.sample.country import ADDRESSES, NETWORKS, SITES
from trigpoint.sample.pages import redirect
from trigpoint.sample.recorder import Reply
from trigpoint.sample.scenario import Context
from trigpoint.sample.web import Control, Path, Visit, case, measure

CONTEXT = Context(NETWORKS[0], datetime(2024, 11, 5, 10, 30, tzinfo=UTC), "run")
HOST = "daily-herald.example"


def keys(**visit: Any) -> dict[str, Any]:
    return measure(Visit(host=HOST, **visit), random.Random(1), CONTEXT)["test_keys"]


def test_an_open_site_is_fetched_once_and_asked_of_three_resolvers() -> None:
    found = keys()
    assert [query["engine"] for query in found["queries"]] == ["getaddrinfo", "udp", "udp", "doh", "doh"]
    assert [request["response"]["code"] for request in found["requests"]] == [200]
    assert {step["ip"] for step in found["tcp_connect"]} == set(SITES[HOST].addresses)
    assert (found["blocking"], found["accessible"]) == (False, True)


def test_the_control_measures_the_probes_addresses_too() -> None:
    found = keys(path=Path(system=Reply((ADDRESSES["forged public"],))))
    end = f"{ADDRESSES['forged public']}:443"
    assert found["control"]["tcp_connect"][end] == {"status": False, "failure": "generic_timeout_error"}
    assert all(found["control"]["tcp_connect"][f"{address}:443"]["status"] for address in SITES[HOST].addresses)


def test_a_failure_belongs_to_an_address() -> None:
    first, second = SITES[HOST].addresses
    found = keys(path=Path(tcp={first: "connection_reset"}))
    assert [step["status"]["failure"] for step in found["tcp_connect"]] == ["connection_reset", None]
    assert [step["address"] for step in found["tls_handshakes"]] == [f"{second}:443"]


def test_a_connection_that_failed_may_be_tried_again() -> None:
    found = keys(path=Path(tcp={"*": "generic_timeout_error"}, retries=1))
    assert [step["status"]["success"] for step in found["tcp_connect"]] == [False, True] * 2


def test_a_redirect_is_a_hop_of_its_own() -> None:
    url = f"https://{HOST}/"
    found = keys(scheme="http", path=Path(page=redirect(url), next_hop=(url, Path())))
    assert [(step["request"]["url"], step["tags"][0]) for step in found["requests"]] == [
        (url, "depth=1"),
        (f"http://{HOST}/", "depth=0"),
    ]


@pytest.mark.parametrize(
    ("control", "expected"),
    [(Control(is_absent=True), None), (Control(failure="generic_timeout_error"), {})],
)
def test_without_a_control_the_probe_concludes_nothing(control: Control, expected: object) -> None:
    found = keys(control=control)
    assert found["control"] == expected
    assert found["blocking"] is None


def test_a_control_that_fails_to_fetch_says_why() -> None:
    request = keys(control=Control(http="eof_error"))["control"]["http_request"]
    assert (request["failure"], request["status_code"]) == ("eof_error", -1)


def test_who_answered_is_recorded_where_asked() -> None:
    assert keys(path=Path(whoami=("11.20.0.53", "11.20.0.53")))["x_dns_whoami"]["system_v4"] == [
        {"address": "11.20.0.53"}
    ]


@pytest.mark.parametrize("dialect", ["0.4", "0.1"])
def test_older_generations_ask_one_resolver_and_keep_no_transactions(dialect: str) -> None:
    found = keys(dialect=dialect, scheme="http")
    steps = [step for name in ("queries", "requests", "tcp_connect") for step in found[name]]
    assert not any("transaction_id" in step or "tags" in step or "t0" in step for step in steps)
    assert "tls_handshake" not in found["control"]
    assert ("tls_handshakes" in found) is (dialect == "0.4")


def test_a_case_declares_names_separated_by_blanks() -> None:
    scenario = case("a", "B.", "blocked", Visit(host=HOST), mechanisms="dns tcp.reset", series="s")
    assert (scenario.mechanisms, scenario.explanations, scenario.series) == (("dns", "tcp.reset"), (), "s")
