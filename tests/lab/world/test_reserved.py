"""What is nobody's is told from what is somebody's."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.world.reserved import a_label, check_asn, check_name, holds_internet, is_of_internet, is_reserved

SIX_TO_FOUR = ipaddress.ip_network("2002::/16")  # global since Python 3.11.4, and somebody's all the time
addresses = st.ip_addresses().map(str)


@given(addresses)
def test_no_address_is_both(address: str) -> None:
    assert not (is_reserved(address) and is_of_internet(address))


@given(addresses)
def test_what_is_of_the_internet_is_global(address: str) -> None:
    found = ipaddress.ip_address(address)
    assert not is_of_internet(address) or found.is_global or found in SIX_TO_FOUR


@pytest.mark.parametrize("address", ["192.0.2.1", "198.19.0.1", "10.1.1.1", "100.64.0.1", "2001:db8::1", "fd00::1"])
def test_documentation_benchmarks_and_private_use_are_reserved(address: str) -> None:
    assert is_reserved(address)


@pytest.mark.parametrize(
    ("prefix", "holds"),
    [("2001::/32", False), ("2001:db8::/48", False), ("fd00::/8", False), ("2001::/16", True), ("2a00::/12", True)],
)
def test_a_prefix_with_any_address_of_the_internet_holds_some(prefix: str, *, holds: bool) -> None:
    assert holds_internet(prefix) is holds


@pytest.mark.parametrize("asn", [64_496, 64_511, 64_512, 65_534, 65_536, 65_551, 4_200_000_000, 4_294_967_294])
def test_numbers_for_documentation_and_private_use_pass(asn: int) -> None:
    check_asn(asn)


@pytest.mark.parametrize("name", ["x.example", "X.Test.", "bücher.invalid", "nas.lan", "a.internal", "r.home.arpa"])
def test_names_below_reserved_tops_pass(name: str) -> None:
    check_name("name", name)


@pytest.mark.parametrize("name", ["example", "x.com", "x.notexample", "home.arpa", "a..example", "", "a\n.example"])
def test_all_other_names_are_refused_by_key(name: str) -> None:
    with pytest.raises(ValueError, match=r"^cname: "):
        check_name("cname", name)


def test_a_name_becomes_a_labels() -> None:
    assert a_label("name", "WWW.Bücher.example.") == "www.xn--bcher-kva.example"
