"""What the device itself puts between the probe and its network: tunnels, proxies, the size of packets (M24).

Read from the system, and only in the field; nothing is sent. Linux tells it in ``/proc`` and ``/sys``; elsewhere
nothing is known of tunnels. What cannot be seen: IPsec without an interface, and whatever another device does (a router
with a VPN, a relay of the operating system).
"""

from __future__ import annotations

import fcntl
import ipaddress
import os
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

PROXIES = ("all_proxy", "ftp_proxy", "http_proxy", "https_proxy")
"""Variables by which programs are told of a proxy, in small letters; the probe itself uses none."""

_TUNNELS = frozenset({768, 769, 776, 778, 823})  # ARPHRD_... of if_arp.h: IP in IP, 6in4, GRE, each of both versions
_TUN = 0x0001  # IFF_TUN of if_tun.h: packets of IP. Those of Ethernet (TAP) are what containers have, too
_KINDS = frozenset({"wireguard"})  # DEVTYPE of an interface that has no number of its own
_GET_ADDRESS = 0x8915  # SIOCGIFADDR, netdevice(7)
_NAME_BYTES = 16


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of it."""

    is_tunnelled: bool | None = None
    """Whether what the probe sends goes into a tunnel, as those of VPNs. None: not known."""
    proxies: tuple[str, ...] = ()
    """Variables that name a proxy. What they say is nobody's business."""
    packet_bytes: Mapping[int, int] = {}
    """The largest packet that leaves the device whole, by version of IP."""


def device_of(own: Mapping[int, str], environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Device:
    """Look at the device.

    Args:
        own: the address of each version of IP that the kernel would send from.
        environment: variables of the process.
        root: where ``/proc`` and ``/sys`` are.

    """
    found = {version: _interface(address, root) for version, address in own.items()}
    names = {version: name for version, name in found.items() if name}
    set_ones = {name.lower() for name, value in environment.items() if value}
    sizes = {version: _number(root / "sys/class/net" / name / "mtu") for version, name in names.items()}
    return Device(
        is_tunnelled=any(_is_tunnel(root / "sys/class/net" / name) for name in names.values()) if names else None,
        proxies=tuple(name for name in PROXIES if name in set_ones),
        packet_bytes={version: size for version, size in sizes.items() if size},
    )


def _interface(address: str, root: Path) -> str | None:
    """Name the interface that has an address."""
    if ":" in address:
        return _interface6(address, root / "proc/net/if_inet6")
    with suppress(OSError):
        names = sorted(path.name for path in (root / "sys/class/net").iterdir())
        return next((name for name in names if address in _addresses4(name)), None)
    return None


def _interface6(address: str, table: Path) -> str | None:
    wanted = ipaddress.IPv6Address(address.partition("%")[0]).packed.hex()
    with suppress(OSError):
        rows = (line.split() for line in table.read_text("ascii", "replace").splitlines())
        return next((row[-1] for row in rows if row and row[0] == wanted), None)
    return None


def _addresses4(name: str) -> Iterable[str]:
    """Give the IPv4 address of an interface, if it has one."""
    asked = struct.pack(f"{_NAME_BYTES}s{_NAME_BYTES}x", name.encode()[: _NAME_BYTES - 1])
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
        told = fcntl.ioctl(looking, _GET_ADDRESS, asked)
        yield socket.inet_ntoa(told[20:24])


def _is_tunnel(interface: Path) -> bool:
    flags = _text(interface / "tun_flags")
    kinds = {line.partition("=")[2] for line in _text(interface / "uevent").splitlines() if line.startswith("DEVTYPE=")}
    is_tun = flags.startswith("0x") and bool(int(flags, 16) & _TUN)
    return is_tun or bool(kinds & _KINDS) or _number(interface / "type") in _TUNNELS


def _number(path: Path) -> int:
    """Read a number; 0 where there is none."""
    text = _text(path)
    return int(text) if text.isdecimal() else 0


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
