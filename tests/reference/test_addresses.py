from __future__ import annotations

import hashlib
import ipaddress
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reference import mmdb
from trigpoint.errors import InputError
from trigpoint.model.facts import AddressFacts
from trigpoint.reference.addresses import AddressDatabase, facts_without_database, is_bogon
from trigpoint.reference.special_purpose import IPV4_BLOCKS, IPV6_BLOCKS

if TYPE_CHECKING:
    from pathlib import Path

# Where this table and the standard library's is_global differ on purpose, or where the library's answer depends on
# the version of Python. Each is pinned by a case below.
ARGUED = [
    ipaddress.ip_network(prefix)
    for prefix in (
        "224.0.0.0/4",  # multicast: the library calls most of it global, no host has such an address
        "192.0.0.0/24",  # whole block since Python 3.11.10, with its two exceptions
        "192.88.99.2/32",  # 6a44 relay: the library does not have it
        "::ffff:0:0/96",  # IPv4-mapped: the library looks inside since Python 3.13 only
        "64:ff9b::/96",  # NAT64: the library says global whatever is inside
        "64:ff9b:1::/48",  # NAT64 of the provider: not global, yet honest
        "2001::/23",  # the exceptions in it came with Python 3.11.10
        "2002::/16",  # 6to4: the library has said both
        "3fff::/20",  # documentation since RFC 9637, in the library since Python 3.14
    )
]
# ... and what IETF reserves: the library says global of all that is in no registry.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def near(prefix: str) -> list[str]:
    """First and last address of a block, and their neighbours outside."""
    network = ipaddress.ip_network(prefix)
    first, last = int(network.network_address), int(network.broadcast_address)
    kind = type(network.network_address)
    numbers = (first - 1, first, last, last + 1)
    return [str(kind(number)) for number in numbers if 0 <= number < 2**network.max_prefixlen]


EDGES = [address for block in IPV4_BLOCKS + IPV6_BLOCKS for address in near(block.prefix)]


@given(st.sampled_from(EDGES) | st.ip_addresses().map(str) | st.ip_addresses(network="2000::/3").map(str))
def test_the_standard_library_agrees_where_no_difference_is_argued(address: str) -> None:
    parsed = ipaddress.ip_address(address)
    assume(not any(parsed in network for network in ARGUED if network.version == parsed.version))
    assume(parsed.version == 4 or parsed in GLOBAL_UNICAST or not parsed.is_global)
    assert is_bogon(address) is not parsed.is_global


@pytest.mark.parametrize(
    "address",
    [
        "10.10.34.35",  # Iran's block-page address
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104 - an answer, not a socket
        "100.64.0.1",
        "169.254.1.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "198.19.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.88.99.2",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "1::1",
        "4000::1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.10.34.35",
        "2002:a0a:2223::1",  # 6to4 of 10.10.34.35
        "2001::1",  # Teredo
        "2001:0:c000:22d::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "100:0:0:1::1",
        "5f00::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_globally_routable_is_a_bogon(address: str) -> None:
    assert is_bogon(address) is True


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "9.255.255.255",
        "11.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.0.9",
        "192.0.0.10",
        "192.31.196.1",
        "192.88.99.1",
        "192.175.48.1",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:93.184.215.14",
        "64:ff9b::93.184.215.14",
        "64:ff9b:1::1",  # a provider's own NAT64
        "2002:5db8:d70e::1",  # 6to4 of 93.184.215.14
        "2001:1::1",
        "2001:3::1",
        "2001:4:112::1",
        "2001:20::1",
        "2001:200::1",  # APNIC, the first after 2001::/23
        "2606:2800:220:1::",
        "2620:4f:8000::1",
    ],
)
def test_what_is_globally_routable_is_not_a_bogon(address: str) -> None:
    assert is_bogon(address) is False


@pytest.mark.parametrize("text", ["", "www.example.com", "1.2.3", "256.1.1.1", "1.2.3.4:53", "[::1]", "010.0.0.1"])
def test_what_is_no_address_is_neither(text: str) -> None:
    assert is_bogon(text) is None


@given(st.text())
def test_any_text_is_an_address_or_not(text: str) -> None:
    assert is_bogon(text) in {True, False, None}


def test_without_a_database_the_address_alone_speaks() -> None:
    assert facts_without_database("10.0.0.1") == AddressFacts(is_bogon=True)
    assert facts_without_database("nowhere") == AddressFacts()


@pytest.mark.parametrize(
    ("record", "asn", "as_name", "country"),
    [
        ({"autonomous_system_number": 64500, "autonomous_system_organization": "Ex"}, 64500, "Ex", None),  # GeoLite2
        ({"country": {"iso_code": "IR", "names": {"en": "Iran"}}}, None, None, "IR"),  # GeoLite2 country
        ({"asn": "AS64500", "as_name": "Ex", "country_code": "IR", "country": "Iran"}, 64500, "Ex", "IR"),  # IPinfo
        ({"asn": "AS64500", "as_name": "Ex", "country": "IR", "country_name": "Iran"}, 64500, "Ex", "IR"),
        ({"as_number": 64500, "as_description": "Ex", "country_code": "IR"}, 64500, "Ex", "IR"),  # IPtoASN
        ({"asn": "64500"}, 64500, None, None),
        ({"asn": 64500}, 64500, None, None),
        ({"asn": 0, "as_name": "Not routed", "country_code": "None"}, None, None, None),
        ({"asn": "AS99999999999"}, None, None, None),
        ({"asn": "AS0"}, None, None, None),
        ({"asn": 2**40}, None, None, None),
        ({"asn": "", "as_name": "", "country": "Iran"}, None, None, None),
        ({"asn": {"deep": 1}, "country": {"iso_code": 7}}, None, None, None),
        ("a record that is text", None, None, None),
        ({}, None, None, None),
    ],
)
def test_databases_of_several_makers_are_understood(
    tmp_path: Path, record: object, asn: int | None, as_name: str | None, country: str | None
) -> None:
    database = AddressDatabase(mmdb.write(tmp_path / "a.mmdb", {"93.184.0.0/16": record}))
    assert database.lookup("93.184.1.1") == AddressFacts(
        asn=asn, as_name=as_name, address_country=country, is_bogon=False
    )
    assert database.lookup("8.8.8.8") == AddressFacts(is_bogon=False)


def test_an_ipv4_database_knows_nothing_of_ipv6_or_of_text(tmp_path: Path) -> None:
    database = AddressDatabase(mmdb.write(tmp_path / "a.mmdb", {"93.184.0.0/16": {"asn": 1}}, ip_version=4))
    assert database.lookup("93.184.0.1").asn == 1
    assert database.lookup("2606:2800:220:1::") == AddressFacts(is_bogon=False)
    assert database.lookup("no address") == AddressFacts()


def test_a_database_is_named_by_its_hash_and_its_own_date(tmp_path: Path) -> None:
    path = mmdb.write(tmp_path / "a.mmdb", {"::/1": {"asn": 1}}, build_epoch=1_700_000_000)
    reference = AddressDatabase(path).provenance()
    assert reference.name == "address database"
    assert reference.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert reference.vintage == "2023-11-14T22:13:20Z"


def test_a_database_with_a_date_beyond_the_calendar_has_no_vintage(tmp_path: Path) -> None:
    path = mmdb.write(tmp_path / "a.mmdb", {"::/1": {"asn": 1}}, build_epoch=2**63)
    assert AddressDatabase(path).provenance().vintage is None


@pytest.mark.parametrize("content", [b"", b"not a database", None])
def test_what_is_no_database_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.mmdb: cannot be read as an address database"):
        AddressDatabase(path)
