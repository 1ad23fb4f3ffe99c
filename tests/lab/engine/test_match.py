from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.talks import CLIENTS, SERVERS
from trigpoint.lab.engine.flow import Flow
from trigpoint.lab.engine.match import FlowFilter, Match
from trigpoint.net.packets import TCP, UDP, address_bytes


def flow(version: int = 4, *, port: int = 443, protocol: int = TCP, server: str = "", client: str = "") -> Flow:
    inside, outside = address_bytes(client or CLIENTS[version]), address_bytes(server or SERVERS[version])
    return Flow((inside, 1, outside, port, protocol), inside, 1, outside, port, protocol, version, 0.0)


@pytest.mark.parametrize(
    ("match", "how", "holds"),
    [
        ({}, {}, True),
        ({"ports": (80,)}, {}, False),
        ({"ports": (80, 443)}, {}, True),
        ({"except_ports": (443,)}, {}, False),
        ({"families": (6,)}, {}, False),
        ({"families": (6,)}, {"version": 6}, True),
        ({"protocols": ("udp",)}, {}, False),
        ({"protocols": ("udp", "icmp")}, {"protocol": UDP}, True),
        ({"addresses": ("203.0.113.9",)}, {}, True),
        ({"addresses": ("203.0.113.9",)}, {"version": 6}, False),
        ({"addresses": ("203.0.0.0/16", "2001:db8:1::/48")}, {"version": 6}, True),
        ({"addresses": ("203.0.0.0/16",), "except_addresses": ("203.0.113.8/31",)}, {}, False),
        ({"clients": ("192.0.2.0/28",)}, {}, True),
        ({"clients": ("192.0.2.0/28",)}, {"client": "192.0.2.77"}, False),
        ({"addresses": ("0.0.0.0/0",)}, {}, True),
    ],
)
def test_all_conditions_hold_together(match: dict, how: dict, holds: bool) -> None:
    assert FlowFilter(Match(**match)).holds(flow(**how)) == holds


def test_what_is_usual_counts_where_nothing_is_said() -> None:
    filter_ = FlowFilter(Match(), (53,), ("udp",))
    assert filter_.holds(flow(port=53, protocol=UDP))
    assert not filter_.holds(flow(port=53))
    assert FlowFilter(Match(ports=(5353,)), (53,)).holds(flow(port=5353))


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(0, 2**32 - 1))
def test_prefixes_are_what_the_standard_library_says(start: int, bits: int, server: int) -> None:
    network = ipaddress.ip_network((start, bits), strict=False)
    address = ipaddress.IPv4Address(server)
    filter_ = FlowFilter(Match(addresses=(str(network),)))
    assert filter_.holds(flow(server=str(address))) == (address in network)


@pytest.mark.parametrize("key", ["addresses", "except_addresses", "clients"])
def test_what_is_no_prefix_is_refused_by_key(key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}: 'x' is no address or prefix"):
        Match(**{key: ("x",)})
