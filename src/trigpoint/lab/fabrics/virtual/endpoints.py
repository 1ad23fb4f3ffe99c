"""Socket addresses as Python has them, and as packets have them."""

from __future__ import annotations

import socket
from typing import Any

from trigpoint.net.packets import Endpoint, address_bytes, address_text

SocketAddress = tuple[str, int] | tuple[str, int, int, int]
"""As the ``socket`` module has it: of IPv6 with flow and scope."""

ANY4, ANY6 = bytes(4), bytes(16)
"""Every address of a host."""
_MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291, section 2.5.5.2
_MOST_PORTS = 0xFFFF
_V4_BYTES = 4


def endpoint(address: Any) -> Endpoint:  # noqa: ANN401 - whatever a program gives for an address
    """Read a socket address; an IPv4 address that is mapped into IPv6 becomes itself.

    >>> endpoint(("::ffff:192.0.2.1", 53, 0, 0)) == endpoint(("192.0.2.1", 53))
    True

    Raises:
        OSError: it is no numeric address.
        OverflowError: the port is none.

    """
    host, port = address[0], int(address[1])
    found = address_bytes(host.decode() if isinstance(host, bytes) else host)
    if not 0 <= port <= _MOST_PORTS:
        message = "port must be 0-65535."
        raise OverflowError(message)
    return (found[12:] if found.startswith(_MAPPED) else found), port


def socket_address(end: Endpoint, family: int) -> SocketAddress:
    """Write a socket address for a socket of a family; in an IPv6 socket, IPv4 addresses are mapped.

    >>> socket_address((bytes([192, 0, 2, 1]), 53), socket.AF_INET6)
    ('::ffff:192.0.2.1', 53, 0, 0)
    """
    address, port = end
    if family == socket.AF_INET:
        return address_text(address), port
    if len(address) == _V4_BYTES:
        return f"::ffff:{address_text(address)}", port, 0, 0
    return address_text(address), port, 0, 0


def family_of(address: bytes) -> socket.AddressFamily:
    """Say of which family an address is."""
    return socket.AF_INET if len(address) == _V4_BYTES else socket.AF_INET6


def is_loopback(address: bytes) -> bool:
    """Tell whether an address means the host itself."""
    return address[0] == 127 if len(address) == _V4_BYTES else address == ANY6[:-1] + b"\x01"  # noqa: PLR2004 - RFC 1122
