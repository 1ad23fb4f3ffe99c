"""Port, address or range: the site's address, other ports of it, and neighbours that a helper reaches, in the lab."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.probe.lab import made
from trigpoint.model.step import Datagram, TcpConnect
from trigpoint.probe.nettests.address_blocking import near

SILENT = {"generic_timeout_error"}


@pytest.mark.parametrize(
    ("world", "url", "at", "neighbours", "at_neighbours"),
    [
        ("turkmenistan", "https://vpn.example/", None, ["203.0.113.131", "203.0.113.134"], SILENT),
        (
            "turkmenistan",
            "https://vpn.example/",
            "2001:db8:4057::130",
            ["2001:db8:4057::131", "2001:db8:4057::134"],
            SILENT,
        ),
        ("gfw-2014", "https://mirror.example/", None, [f"203.0.113.{host}" for host in (67, 66, 65, 64)], {"ok"}),
    ],
)
def test_a_range_is_silent_where_the_neighbours_are_and_an_address_where_they_are_not(
    world: str, url: str, at: str | None, neighbours: list[str], at_neighbours: set[str]
) -> None:
    found = made("address_blocking", world, url, options={"address": at})
    assert found.keys["x_neighbours"] == neighbours
    outcomes = {arm: set(counts) for arm, counts in found.keys["x_tally"].items()}
    assert outcomes == {"target": SILENT, "port": SILENT, "neighbour": at_neighbours, "control": {"ok"}}
    tried = [step for step in found.read.steps if isinstance(step, TcpConnect) and "arm=" in (step.tags or "")]
    assert len(tried) == 4 + 2 + 4 + 12, "at most four connections to neighbours"
    assert len({":" in step.address for step in tried}) == 1, "versions of IP are looked at apart"
    traced = {step.address for step in found.read.steps if isinstance(step, Datagram) and step.tags != "arm=control"}
    assert not traced & set(neighbours), "nobody's neighbour is traced"


def test_an_address_that_the_helper_does_not_have_is_not_tried() -> None:
    found = made("address_blocking", "open", "https://news.example/", options={"address": "203.0.113.64"})
    assert "203.0.113.10:443" in {part["endpoint"] for part in found.keys["x_parts"]}
    assert "203.0.113.64:443" not in {part["endpoint"] for part in found.keys["x_parts"]}
    assert found.keys["x_tally"]["port"] == {"connection_refused": 1, "ok": 1}, "the host can be reached"


def test_without_a_helper_nothing_is_tried() -> None:
    found = made("address_blocking", "open", "https://news.example/", helpers=())
    assert (found.keys["x_parts"], found.keys["x_neighbours"]) == ([], [])


def test_an_address_of_a_version_that_the_network_lacks_is_not_tried() -> None:
    found = made(
        "address_blocking",
        "turkmenistan",
        "https://vpn.example/",
        options={"address": "2001:db8:4057::130"},
        families=frozenset({4}),
    )
    assert found.keys["x_neighbours"] == ["203.0.113.131", "203.0.113.134"]


@given(st.ip_addresses())
def test_neighbours_are_near_and_in_the_same_range(address: IPv4Address | IPv6Address) -> None:
    found = [ip_address(one) for one in near(str(address))]
    host_bits = {4: 8, 6: 64}[address.version]
    hosts = (1 << host_bits) - 1
    assert len(found) == len(set(found)) <= 17
    assert all(abs(int(one) - int(address)) <= 8 and int(one) & ~hosts == int(address) & ~hosts for one in found)
    assert all(int(one) & hosts not in {0, hosts} for one in found)
