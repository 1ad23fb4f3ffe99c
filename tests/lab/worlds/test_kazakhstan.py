"""The interceptor of Kazakhstan's world: how many names, how many addresses, and which of both."""

from __future__ import annotations

import asyncio
import ssl

import pytest
from cryptography import x509

from tests.lab.test_lab import FABRICS
from trigpoint.lab.engine.flow import flow_of
from trigpoint.lab.engine.match import FlowFilter, Match
from trigpoint.lab.lab import Lab
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load
from trigpoint.net.packets import SYN, Segment, address_bytes, parse, tcp

WORLD = load("kazakhstan-mitm")
INTERCEPTIONS = [entry for entry in WORLD.censors if entry["behaviour"] == "tls_interception"]
MATCHES = [entry["match"] for entry in INTERCEPTIONS]
INSIDE = WORLD.host("inside").addresses
INTERCEPTORS = [host.interceptor for host in WORLD.hosts if host.interceptor]


def test_the_list_has_37_names_and_is_one_everywhere() -> None:
    listed = set(MATCHES[0]["exact"])
    assert len(listed) == 37
    assert all(set(match["exact"]) == listed for match in MATCHES)
    assert all(set(interceptor.names.exact) == listed for interceptor in INTERCEPTORS)
    assert listed <= {site.name for site in WORLD.sites}


@pytest.mark.parametrize("size", [4, 16])
def test_24_percent_of_the_addresses_of_sites_are_on_the_carrier_s_paths(size: int) -> None:
    served = {name for site in WORLD.sites for name in site.hosts if not WORLD.host(name).network}
    servers = {address_bytes(address) for name in served for address in WORLD.host(name).addresses}
    client = address_bytes(WORLD.networks[0].client[size == 16])
    flows = FlowFilter(Match(addresses=tuple(MATCHES[0]["addresses"])))
    taken = []
    for server in (server for server in servers if len(server) == size):
        packet = parse(tcp((client, 40_000), (server, 443), Segment(1, 0, SYN)))
        assert packet is not None
        taken.append(flows.holds(flow_of(packet, 0.0, outward=True)))
    assert sum(taken) / len(taken) == 0.24


def test_the_interceptor_s_own_connections_are_not_intercepted() -> None:
    own = next(set(match["except_addresses"]) for match in MATCHES if "except_addresses" in match)
    assert own == set(WORLD.host("qaznet").addresses)


async def issuer(lab: Lab, place: str, name: str, address: str) -> str:
    """Who signed what a server inside shows for a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with asyncio.timeout(20):
        transport, _ = await lab.stack(place).connect(asyncio.Protocol, (address, 443), tls=context, server_name=name)
    der = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
    transport.abort()
    return x509.load_der_x509_certificate(der).issuer.rfc4514_string()


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("address", INSIDE)
def test_who_asks_a_server_inside_for_a_listed_name_gets_a_forged_chain(fabric: str, address: str) -> None:
    async def main(lab: Lab) -> list[str]:
        asked = [("outside", "facebook.example"), ("outside", "akimat.example"), ("control", "facebook.example")]
        return [await issuer(lab, place, name, address) for place, name in asked]

    lab = Lab("kazakhstan-mitm", fabric=fabric)
    assert lab.play(main) == ["CN=Qaznet-Lab Root", "CN=Trigpoint Lab CA 1", "CN=Trigpoint Lab CA 1"]
    acts = [(logged.network, logged.event.act, logged.event.name) for logged in lab.events]
    assert ("a1", "divert", "facebook.example") in acts
    assert ("outside", "intercept", "facebook.example") in acts
    assert {name for _, _, name in acts} == {"facebook.example"}
    assert compare(lab.world, lab.events).unforeseen == ()
