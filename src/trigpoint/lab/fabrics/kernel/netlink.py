"""Links, addresses and routes, asked of the kernel by rtnetlink (rtnetlink(7), RFC 3549).

Only what the lab needs, so that it starts at once; a whole library takes longer to import than a lab to build.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

_HEADER = struct.Struct("=IHHII")
_LINK, _ADDRESS, _ROUTE = struct.Struct("=BxHiII"), struct.Struct("=BBBBi"), struct.Struct("=BBBBBBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_NEW_LINK, _NEW_ADDRESS, _NEW_ROUTE, _ERROR = 16, 20, 24, 2  # RTM_..., NLMSG_ERROR
_REQUEST, _ACKNOWLEDGE, _EXCLUSIVE, _CREATE = 1, 4, 0x200, 0x400  # NLM_F_...
_UP, _NO_NEIGHBOURS, _MULTICAST = 0x1, 0x80, 0x1000  # IFF_UP, IFF_NOARP, IFF_MULTICAST
_IFLA_ADDRESS, _IFLA_NAME, _IFLA_MTU, _IFLA_QUEUE, _IFLA_INFO = 1, 3, 4, 13, 18
_IFLA_FAMILIES, _IFLA_NAMESPACE = 26, 28
_INFO_KIND, _INFO_DATA, _VETH_PEER = 1, 2, 1
_GENERATION, _NONE = 8, 1  # IFLA_INET6_ADDR_GEN_MODE: no link-local address
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS, _NO_DETECTION = 1, 2, 8, 0x2  # IFA_F_NODAD
_RTA_TARGET, _RTA_INTERFACE, _RTA_SOURCE = 1, 4, 7
_MAIN, _LOCAL, _STATIC, _SCOPE_LINK, _UNICAST, _LOCALLY = 254, 255, 4, 253, 1, 2  # RT_TABLE_..., RTPROT_..., RTN_...
_LOOPBACK = 1  # index of lo in every namespace
_MOST = 65_536


def attribute(kind: int, value: bytes) -> bytes:
    """Write one attribute, padded to four bytes.

    >>> attribute(3, b"lo").hex(" ", 4)
    '06000300 6c6f0000'
    """
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value + bytes(-len(value) % 4)


class Netlink:
    """A conversation with the kernel about the network namespace in which it began."""

    def __init__(self) -> None:
        """Begin it.

        Raises:
            OSError: the kernel has no rtnetlink.

        """
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self._number = 0

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the conversation."""
        self._socket.close()

    def add_pair(self, name: str, hardware: bytes, peer: tuple[str, bytes, int]) -> None:
        """Make two Ethernet interfaces joined by a cable.

        Args:
            name: of the one here.
            hardware: its address, six bytes.
            peer: name and address of the other, and a descriptor of the namespace where it is.

        Raises:
            OSError: the kernel does not allow it, or has no veth.

        """
        there = _named(peer[0], peer[1]) + attribute(_IFLA_NAMESPACE, struct.pack("=i", peer[2]))
        data = attribute(_INFO_DATA, attribute(_VETH_PEER, _LINK.pack(0, 0, 0, 0, 0) + there))
        info = attribute(_IFLA_INFO, attribute(_INFO_KIND, b"veth") + data)
        self._ask(_NEW_LINK, _LINK.pack(0, 0, 0, 0, 0) + _named(name, hardware) + info, f"veth {name}")

    def set_up(self, name: str, *, mtu: int = 0, queue: int = 0) -> None:
        """Raise an interface that asks for no neighbours and sends nothing of its own accord.

        Args:
            name: which.
            mtu: bytes of the largest packet. 0: as it is.
            queue: packets that wait for a reader at most. 0: as it is.

        Raises:
            OSError: there is none, or the kernel does not allow it.

        """
        index = socket.if_nametoindex(name)
        flags, change = (_UP, _UP) if name == "lo" else (_UP | _NO_NEIGHBOURS, _UP | _NO_NEIGHBOURS | _MULTICAST)
        body = _LINK.pack(0, 0, index, flags, change)
        body += attribute(_IFLA_MTU, struct.pack("=I", mtu)) if mtu else b""
        body += attribute(_IFLA_QUEUE, struct.pack("=I", queue)) if queue else b""
        if name != "lo":
            mode = attribute(socket.AF_INET6, attribute(_GENERATION, bytes([_NONE])))
            # Before the interface is up, or it has a link-local address already.
            families = _LINK.pack(0, 0, index, 0, 0) + attribute(_IFLA_FAMILIES, mode)
            self._ask(_NEW_LINK, families, f"IPv6 of {name}", create=False)
        self._ask(_NEW_LINK, body, f"raising {name}", create=False)

    def add_addresses(self, name: str, addresses: Sequence[str]) -> None:
        """Give an interface addresses, each alone in its net, usable at once.

        Raises:
            OSError: one is none, or the kernel does not allow it.

        """
        index = socket.if_nametoindex(name)
        for text in addresses:
            family, packed = _packed(text)
            body = _ADDRESS.pack(family, len(packed) * 8, _NO_DETECTION, 0, index)
            body += attribute(_IFA_LOCAL, packed) + attribute(_IFA_ADDRESS, packed)
            self._ask(_NEW_ADDRESS, body + attribute(_IFA_FLAGS, struct.pack("=I", _NO_DETECTION)), f"address {text}")
            if family == socket.AF_INET6:
                # The kernel lets packets in some milliseconds later, by a route that it adds when it finds the time.
                route = _ROUTE.pack(family, len(packed) * 8, 0, 0, _LOCAL, _STATIC, 0, _LOCALLY, 0)
                route += attribute(_RTA_TARGET, packed) + attribute(_RTA_INTERFACE, struct.pack("=i", _LOOPBACK))
                self._ask(_NEW_ROUTE, route, f"address {text}")

    def add_default_route(self, name: str, source: str) -> None:
        """Send everything of a family out of an interface, from an address unless a program chooses another.

        Raises:
            OSError: the address is not there, or the kernel does not allow it.

        """
        family, packed = _packed(source)
        scope = _SCOPE_LINK if family == socket.AF_INET else 0
        body = _ROUTE.pack(family, 0, 0, 0, _MAIN, _STATIC, scope, _UNICAST, 0)
        body += attribute(_RTA_INTERFACE, struct.pack("=i", socket.if_nametoindex(name)))
        self._ask(_NEW_ROUTE, body + attribute(_RTA_SOURCE, packed), f"route from {source}")

    def _ask(self, kind: int, body: bytes, what: str, *, create: bool = True) -> None:
        self._number += 1
        flags = _REQUEST | _ACKNOWLEDGE | (_CREATE | _EXCLUSIVE if create else 0)
        self._socket.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, self._number, 0) + body)
        answer = self._socket.recv(_MOST)
        _, answered, _, number, _ = _HEADER.unpack_from(answer)
        (code,) = struct.unpack_from("=i", answer, _HEADER.size)
        if answered != _ERROR or number != self._number:
            message = f"{what}: the kernel answered something else"
            raise OSError(message)
        if code:
            raise OSError(-code, f"{what}: {os.strerror(-code)}")


def _named(name: str, hardware: bytes) -> bytes:
    return attribute(_IFLA_NAME, name.encode() + b"\x00") + attribute(_IFLA_ADDRESS, hardware)


def _packed(text: str) -> tuple[int, bytes]:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return family, socket.inet_pton(family, text)
