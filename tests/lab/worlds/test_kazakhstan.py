"""The interceptor of Kazakhstan's world: how many names, how many addresses, and which of both."""

from __future__ import annotations

import pytest

from trigpoint.lab.engine.flow import flow_of
from trigpoint.lab.engine.match import FlowFilter, Match
from trigpoint.lab.world.load import load
from trigpoint.net.packets import SYN, Segment, address_bytes, parse, tcp

WORLD = load("kazakhstan-mitm")
MATCHES = [entry["match"] for entry in WORLD.censors if entry["behaviour"] == "tls_interception"]
INTERCEPTORS = [host.interceptor for host in WORLD.hosts if host.interceptor]


def test_the_list_has_37_names_and_is_one_everywhere() -> None:
    listed = set(MATCHES[0]["exact"])
    assert len(listed) == 37
    assert all(set(match["exact"]) == listed for match in MATCHES)
    assert all(set(interceptor.names.exact) == listed for interceptor in INTERCEPTORS)
    assert listed <= {site.name for site in WORLD.sites}


@pytest.mark.parametrize("size", [4, 16])
def test_24_percent_of_the_addresses_of_sites_are_on_the_carrier_s_paths(size: int) -> None:
    served = {name for site in WORLD.sites for name in site.hosts}
    servers = {address_bytes(address) for name in served for address in WORLD.host(name).addresses}
    client = address_bytes(WORLD.networks[0].client[size == 16])
    flows = FlowFilter(Match(addresses=tuple(MATCHES[0]["addresses"])))
    taken = []
    for server in (server for server in servers if len(server) == size):
        packet = parse(tcp((client, 40_000), (server, 443), Segment(1, 0, SYN)))
        assert packet is not None
        taken.append(flows.holds(flow_of(packet, 0.0, outward=True)))
    assert sum(taken) / len(taken) == 0.24
