"""What the device puts between the probe and its network, from made-up files of the system."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from trigpoint.probe import device as module
from trigpoint.probe.device import Device, device_of

if TYPE_CHECKING:
    from pathlib import Path

FOUR, SIX = "192.0.2.7", "2001:db8::7"


def interface(root: Path, name: str, **files: str) -> None:
    folder = root / "sys" / "class" / "net" / name
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_text(f"{content}\n", encoding="ascii")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system whose interface ``own`` has both addresses."""
    (tmp_path / "proc" / "net").mkdir(parents=True)
    rows = ("00000000000000000000000000000001 01 80 10 80 lo", "20010db8000000000000000000000007 02 40 00 80 own")
    (tmp_path / "proc" / "net" / "if_inet6").write_text("\n".join(("", *rows, "")), encoding="ascii")
    interface(tmp_path, "lo", type="772", mtu="65536")
    monkeypatch.setattr(module, "_addresses4", lambda name: {"own": [FOUR]}.get(name, ["127.0.0.1"]))
    return tmp_path


@pytest.mark.parametrize(
    ("files", "is_tunnelled"),
    [
        ({"type": "1", "uevent": "INTERFACE=own"}, False),
        ({"type": "65534", "tun_flags": "0x1001"}, True),
        ({"type": "1", "tun_flags": "0x1002"}, False),
        ({"type": "65534", "uevent": "DEVTYPE=wireguard\nINTERFACE=own"}, True),
        ({"type": "65534", "uevent": "DEVTYPE=wwan"}, False),
        ({"type": "512"}, False),
        ({"type": "776"}, True),
        ({"type": "778"}, True),
        ({}, False),
    ],
    ids=["ethernet", "tun", "tap", "wireguard", "modem", "ppp", "6in4", "gre", "nothing said"],
)
def test_a_tunnel_is_told_from_other_lines(root: Path, files: dict[str, str], *, is_tunnelled: bool) -> None:
    interface(root, "own", **files)
    assert device_of({4: FOUR}, {}, root).is_tunnelled is is_tunnelled
    assert device_of({6: SIX}, {}, root).is_tunnelled is is_tunnelled
    assert device_of({6: f"{SIX}%own"}, {}, root).is_tunnelled is is_tunnelled


def test_packets_are_as_large_as_the_interface_says(root: Path) -> None:
    interface(root, "own", mtu="1420")
    assert device_of({4: FOUR, 6: SIX}, {}, root).packet_bytes == {4: 1420, 6: 1420}
    assert device_of({4: "127.0.0.1"}, {}, root) == Device(is_tunnelled=False, packet_bytes={4: 65536})


def test_what_the_system_does_not_tell_is_not_known(root: Path, tmp_path: Path) -> None:
    assert device_of({4: "198.51.100.1", 6: "2001:db8::1"}, {}, root) == Device()
    assert device_of({4: FOUR, 6: SIX}, {}, tmp_path / "elsewhere") == Device()
    assert device_of({}, {}, root) == Device()


def test_of_proxies_only_the_variables_are_told() -> None:
    environment = {"HTTPS_PROXY": "http://me:secret@10.0.0.1:3128", "http_proxy": "x", "all_proxy": "", "no_proxy": "a"}
    assert device_of({}, environment).proxies == ("http_proxy", "https_proxy")


def test_the_kernel_is_asked_for_addresses() -> None:
    names = [name for _, name in socket.if_nameindex()]
    if "lo" not in names:
        pytest.skip("this machine's loopback interface has another name")
    assert list(module._addresses4("lo")) in ([], ["127.0.0.1"])
    assert list(module._addresses4("no-such-interface-of-any-kind")) == []
