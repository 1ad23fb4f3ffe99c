"""What is asked of the kernel is there afterwards."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.lab.fabrics.kernel.inside import failure, seen_inside
from trigpoint.lab.fabrics.kernel.namespaces import Namespace
from trigpoint.lab.fabrics.kernel.netlink import Netlink, attribute


def test_attributes_are_padded_to_four_bytes() -> None:
    assert [len(attribute(1, b"x" * size)) for size in range(6)] == [4, 8, 8, 8, 8, 12]


def _build(_machine: int) -> tuple[list[str], list[str], str, list[str]]:
    """Build a pair of links; give those of each side, the addresses of IPv6, and where datagrams come from."""
    here, there = Namespace(), Namespace()
    with here.inside(), Netlink() as netlink:
        netlink.set_up("lo")
        netlink.add_pair("one", bytes.fromhex("020000000002"), ("two", bytes.fromhex("020000000001"), there.descriptor))
        netlink.set_up("one", mtu=1400, queue=77)
        netlink.add_addresses("one", ["192.0.2.1", "198.51.100.1", "2001:db8::1"])
        netlink.add_default_route("one", "198.51.100.1")
        netlink.add_default_route("one", "2001:db8::1")
        ours = [name for _, name in socket.if_nameindex()]
        addresses = Path("/proc/thread-self/net/if_inet6").read_text()
        sources = []
        for family, remote in ((socket.AF_INET, "203.0.113.1"), (socket.AF_INET6, "2001:db8:1::1")):
            with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
                datagrams.connect((remote, 9))
                sources.append(datagrams.getsockname()[0])
    with there.inside():
        return ours, [name for _, name in socket.if_nameindex()], addresses, sources


def test_links_addresses_and_routes_are_as_asked(namespaces: object) -> None:
    ours, theirs, addresses, sources = seen_inside(_build)
    assert (ours, theirs) == (["lo", "one"], ["lo", "two"])
    assert "20010db8000000000000000000000001 02 80 00 82" in addresses
    assert "fe80" not in addresses
    assert sources == ["198.51.100.1", "2001:db8::1"]


def _refused(_machine: int) -> tuple[str, ...]:
    """Say how requests fail: an address that is there, an unknown link, nonsense, a pair in no network."""
    space = Namespace()
    with space.inside(), Netlink() as netlink:
        netlink.set_up("lo")
        netlink.add_addresses("lo", ["192.0.2.1"])
        return (
            failure(netlink.add_addresses, "lo", ["192.0.2.1"]),
            failure(netlink.set_up, "none"),
            failure(netlink.add_addresses, "lo", ["nonsense"]),
            failure(netlink.add_pair, "one", b"", ("two", b"", -1)),
        )


def test_a_refusal_of_the_kernel_says_what_it_was_about(namespaces: object) -> None:
    told = ("address 192.0.2.1: File exists", "no interface with this name", "illegal IP", "veth one")
    for said, expected in zip(seen_inside(_refused), told, strict=True):
        assert expected in said


def test_an_answer_to_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with Netlink() as netlink:
        real = netlink._socket
        netlink._socket = _Deaf()
        try:
            with pytest.raises(OSError, match="something else"):
                netlink._ask(16, b"", "nothing")
        finally:
            netlink._socket = real


class _Deaf:
    def send(self, data: bytes) -> None:
        pass

    def recv(self, _most: int) -> bytes:
        return bytes(64)
