"""Where an address is silent here and not for the helper, the way to it is traced; and the judge is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.probe.lab import Made, made
from trigpoint.judge import judge
from trigpoint.model.step import Datagram
from trigpoint.observe import tables
from trigpoint.probe.web.routes import TRACES

BANK = ("203.0.113.80", "2001:db8:4b::80")
CONTROL = ("198.18.0.2", "2001:db8:c::2")
ROUTER, HOST, NOBODY = "host_unreachable", "connection_refused", "generic_timeout_error"


def says(found: Made) -> tuple[str, str, str]:
    _, verdicts = judge(tables([found.read]))
    (row,) = verdicts.iter_rows(named=True)
    return row["state"], row["mechanisms"], row["explanations"]


def deepest(trace: dict[str, Any], failure: str) -> int:
    return max((hop["ttl"] for hop in trace["hops"] if hop["failure"] == failure and hop["ttl"] < 64), default=0)


@pytest.mark.parametrize("network", ["a1", "a2"])
def test_a_server_that_is_silent_to_a_country_is_traced_and_not_listed(network: str) -> None:
    found = made("web_connectivity", "server-geoblock", "https://bank.example/", network=network)
    traces = found.keys[TRACES]
    assert {(trace["arm"], trace["address"]) for trace in traces} == {
        *(("target", address) for address in BANK),
        *(("control", address) for address in CONTROL),
    }
    assert [deepest(trace, ROUTER) for trace in traces] == [8] * 4
    assert [deepest(trace, HOST) > 0 for trace in traces] == [trace["arm"] == "control" for trace in traces]
    state, mechanisms, explanations = says(found)
    assert (state, mechanisms) == ("insufficient", "tcp.timeout")  # a sign
    assert "server.geoblock" in explanations.split()


@pytest.mark.parametrize(
    ("world", "url"),
    [
        ("gfw-2014", "https://mirror.example/"),  # a null route of both ways
        ("gfw-2014", "https://bank.example/"),  # innocent, behind the same
        ("gfw-2014", "https://facebook.example/"),  # a null route of the way back; the resolver lies besides
        ("gfw-2024", "https://facebook.example/"),  # the same, of TCP alone
    ],
)
def test_null_routes_at_the_border_stay_blocked(world: str, url: str) -> None:
    found = made("web_connectivity", world, url, network="a1")
    assert found.keys[TRACES]
    state, mechanisms, _ = says(found)
    assert state == "blocked"
    assert "tcp.timeout" in mechanisms


def test_each_hop_is_a_step_of_the_record() -> None:
    found = made("web_connectivity", "server-geoblock", "https://bank.example/", network="a1")
    hops = [(trace, hop) for trace in found.keys[TRACES] for hop in trace["hops"]]
    steps = [step for step in found.read.steps if isinstance(step, Datagram)]
    assert [(step.protocol, step.address, step.port, step.failure, step.started, step.ended) for step in steps] == [
        ("trace", trace["address"], hop["port"], hop["failure"], hop["t0"], hop["t"]) for trace, hop in hops
    ]
    assert [step.tags for step in steps] == [f"arm={trace['arm']} ttl={hop['ttl']}" for trace, hop in hops]
    assert len({step.transaction for step in steps}) == 4  # one for each address


@pytest.mark.parametrize(
    ("world", "url", "changes"),
    [
        ("open", "https://news.example/", {}),
        ("bad-sites", "https://silent.example/", {}),  # the helper cannot connect either
        ("server-geoblock", "https://bank.example/", {"helpers": ()}),
    ],
)
def test_nothing_is_traced_without_a_reason(world: str, url: str, changes: dict[str, Any]) -> None:
    assert TRACES not in made("web_connectivity", world, url, network="a1", **changes).keys


def test_without_a_control_server_the_target_alone_is_traced_and_the_verdict_is_as_without() -> None:
    found = made("web_connectivity", "server-geoblock", "https://bank.example/", network="a1", control_servers=())
    assert [trace["arm"] for trace in found.keys[TRACES]] == ["target"] * 2
    assert says(found)[:2] == ("blocked", "tcp.timeout")


def test_a_family_that_the_network_has_not_is_not_traced() -> None:
    found = made("web_connectivity", "server-geoblock", "https://bank.example/", network="a1", families=frozenset({4}))
    assert {trace["address"] for trace in found.keys[TRACES]} == {BANK[0], CONTROL[0]}
