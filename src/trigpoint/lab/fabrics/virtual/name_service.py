"""``getaddrinfo`` and ``getnameinfo`` as the C library has them, for the place that asks."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, TypeAlias

from trigpoint.lab.fabrics.virtual.endpoints import ANY4, ANY6, endpoint, family_of, socket_address
from trigpoint.lab.fabrics.virtual.lookup import unknown
from trigpoint.net.packets import address_bytes, address_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress
    from trigpoint.lab.fabrics.virtual.internet import Internet
    from trigpoint.lab.fabrics.virtual.lookup import Lookup

AddressInfo: TypeAlias = "tuple[socket.AddressFamily, socket.SocketKind, int, str, SocketAddress]"
"""Family, kind, protocol, canonical name, and the address to connect to."""

_FAMILIES = (socket.AF_INET6, socket.AF_INET)  # in the order of RFC 6724, section 2.1: IPv6 before IPv4
_KINDS = (
    (socket.SOCK_STREAM, socket.IPPROTO_TCP),
    (socket.SOCK_DGRAM, socket.IPPROTO_UDP),
    (socket.SOCK_RAW, 0),
)
_LOOPBACK = {socket.AF_INET: address_bytes("127.0.0.1"), socket.AF_INET6: address_bytes("::1")}
_ANY = {socket.AF_INET: ANY4, socket.AF_INET6: ANY6}


class NameService:
    """Names and addresses of a loop.

    Args:
        internet: knows who asks.
        lookup: asks the resolver.

    """

    def __init__(self, internet: Internet, lookup: Lookup) -> None:
        self._internet = internet
        self._lookup = lookup

    async def getaddrinfo(
        self, host: str | bytes | None, port: str | bytes | int | None, wanted: tuple[int, int, int], flags: int
    ) -> list[AddressInfo]:
        """Find the addresses of a host: see :func:`socket.getaddrinfo`.

        Args:
            host: a name or an address. None: this host itself.
            port: a number, or the name of a service.
            wanted: family, kind and protocol; 0 for any.
            flags: ``AI_PASSIVE``, ``AI_NUMERICHOST``, ``AI_ADDRCONFIG`` and ``AI_CANONNAME`` are obeyed.

        Raises:
            socket.gaierror: there is none, or nobody can say.

        """
        family, kind, protocol = wanted
        name = host.decode() if isinstance(host, bytes) else host or ""
        number = _port(port)
        families = self._families(family, only_own=bool(flags & socket.AI_ADDRCONFIG))
        addresses = await self._addresses(name, families, flags)
        canonical = name if flags & socket.AI_CANONNAME else ""
        kinds = [each for each in _KINDS if kind in {0, each[0]} and protocol in {0, each[1]}]
        return [
            (family_of(address), each, proto, canonical, socket_address((address, number), family_of(address)))
            for address in addresses
            for each, proto in kinds
        ]

    async def _addresses(self, name: str, families: Sequence[socket.AddressFamily], flags: int) -> list[bytes]:
        if not name:
            return [(_ANY if flags & socket.AI_PASSIVE else _LOOPBACK)[family] for family in families]
        if name.rstrip(".").lower() == "localhost":
            return [_LOOPBACK[family] for family in families]
        try:
            numeric = address_bytes(name)
        except OSError:
            pass
        else:
            if family_of(numeric) in families:
                return [numeric]
            raise socket.gaierror(socket.EAI_ADDRFAMILY, "Address family for hostname not supported")
        if flags & socket.AI_NUMERICHOST:
            raise unknown()
        found = await self._lookup.addresses(name, families, self._internet.place)
        return [address_bytes(text) for _, text in found]

    def _families(self, family: int, *, only_own: bool) -> list[socket.AddressFamily]:
        """Give the families to look for; those of which the host has an address come first (RFC 6724, rule 1)."""
        own = {family_of(address) for address in self._internet.host.addresses}
        wanted = [each for each in _FAMILIES if family in {0, each} and (each in own or not only_own)]
        return sorted(wanted, key=lambda each: each not in own)

    def getnameinfo(self, address: SocketAddress, flags: int) -> tuple[str, str]:
        """Give host and service of a socket address, both as numbers: nobody has a reverse zone.

        Raises:
            socket.gaierror: a name is demanded (``NI_NAMEREQD``), or the address is none.

        """
        if flags & socket.NI_NAMEREQD:
            raise unknown()
        try:
            host, port = endpoint(address)
        except OSError as error:
            raise unknown() from error
        return address_text(host), str(port)


def _port(port: str | bytes | int | None) -> int:
    text = port.decode() if isinstance(port, bytes) else str(port or 0)
    if text.isdigit():
        return int(text)
    try:
        return socket.getservbyname(text)
    except OSError as error:
        raise socket.gaierror(socket.EAI_SERVICE, "Servname not supported for ai_socktype") from error
