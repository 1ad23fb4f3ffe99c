from __future__ import annotations

import ipaddress

import pytest

from trigpoint.reference.special_purpose import IPV4_BLOCKS, IPV6_BLOCKS, Block, Reach


@pytest.mark.parametrize("block", IPV4_BLOCKS + IPV6_BLOCKS, ids=lambda block: block.prefix)
def test_a_block_is_a_network_with_a_name_and_a_source(block: Block) -> None:
    ipaddress.ip_network(block.prefix)
    assert block.name
    assert block.source.startswith("RFC ")


@pytest.mark.parametrize("blocks", [IPV4_BLOCKS, IPV6_BLOCKS], ids=["IPv4", "IPv6"])
def test_no_block_stands_twice_and_one_holds_everything(blocks: tuple[Block, ...]) -> None:
    networks = [ipaddress.ip_network(block.prefix) for block in blocks]
    assert len(set(networks)) == len(networks)
    assert [network for network in networks if network.prefixlen == 0]


def test_what_stands_for_an_ipv4_address_is_argued() -> None:
    embedded = [block for block in IPV4_BLOCKS + IPV6_BLOCKS if block.reach is Reach.EMBEDDED]
    assert {block.prefix for block in embedded} == {"::ffff:0:0/96", "64:ff9b::/96", "2002::/16"}
    assert all(block.reason for block in embedded)
