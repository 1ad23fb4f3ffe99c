"""Traces are datagrams, hop by hop; what is none of ours is passed over."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.archive.shapes import json_values, with_keys
from trigpoint.model.step import Datagram

HOP = {"ttl": 3, "port": 33437, "failure": "host_unreachable", "t0": 1.0, "t": 1.5, "transaction_id": 9}


def test_a_hop_is_a_datagram_with_its_arm_and_its_life() -> None:
    routes = [{"arm": "target", "address": "2001:DB8::1", "hops": [None, HOP]}, {"arm": "control", "hops": [HOP]}]
    (step,) = with_keys("web_connectivity", {"x_traces": routes}).steps
    assert step == Datagram(
        step=0,
        pointer="/test_keys/x_traces/0/hops/1",
        vantage="probe",
        transaction=9,
        started=1.0,
        ended=1.5,
        tags="arm=target ttl=3",
        failure="host_unreachable",
        protocol="trace",
        address="2001:db8::1",
        port=33437,
    )


@pytest.mark.parametrize(
    "hop", [{}, {"ttl": None}, {"ttl": "3"}, {"ttl": 2**70}, {"ttl": 3, "t": "soon"}, [], 3, "3", {"ttl": 3.5}]
)
def test_a_broken_hop_does_not_spoil_the_others(hop: object) -> None:
    routes = [{"arm": "target", "address": "192.0.2.1", "hops": [hop, HOP]}]
    steps = with_keys("web_connectivity", {"x_traces": routes}).steps
    assert steps[-1].pointer == "/test_keys/x_traces/0/hops/1"


@given(json_values)
def test_whatever_stands_there_is_no_accident(value: object) -> None:
    assert with_keys("web_connectivity", {"x_traces": value}).nettest == "web_connectivity"
    routes = [{"arm": value, "address": "192.0.2.1", "hops": [value, HOP]}]
    steps = with_keys("web_connectivity", {"x_traces": routes}).steps
    assert all(isinstance(step, Datagram) and step.protocol == "trace" for step in steps)
