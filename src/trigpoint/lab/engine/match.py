"""Which flows and which names a censor means."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.group import Count, Port, Share
from trigpoint.lab.engine.names import NameList, Names
from trigpoint.net.packets import ICMP, ICMPV6, TCP, UDP

if TYPE_CHECKING:
    from trigpoint.lab.engine.flow import Flow

_PROTOCOLS = {"tcp": (TCP,), "udp": (UDP,), "icmp": (ICMP, ICMPV6)}
_BITS = {4: 32, 16: 128}


class Match(Names, frozen=True):
    """Conditions on names, which all hold together with those on the flow: conjunctions need no more than this."""

    ports: tuple[Port, ...] = ()
    """Ports of whoever is asked, which is the server outside, or inside where a flow begins outside. None: as is usual
    for the behaviour."""
    except_ports: tuple[Port, ...] = ()
    """Such ports that are exempt."""
    addresses: tuple[str, ...] = ()
    """Addresses and prefixes of whoever is outside: the server, as a rule. None: all."""
    except_addresses: tuple[str, ...] = ()
    """Addresses and prefixes outside that are exempt."""
    clients: tuple[str, ...] = ()
    """Addresses and prefixes of whoever is inside: the client, as a rule. None: all."""
    families: tuple[Literal[4, 6], ...] = (4, 6)
    """Versions of IP."""
    protocols: tuple[Literal["tcp", "udp", "icmp"], ...] = ()
    """What IP carries. None: as is usual for the behaviour."""
    except_names: tuple[str, ...] = ()
    """Names, with everything below them, that are exempt."""
    outward_names: tuple[str, ...] = ()
    """Names, with everything below them, that count only from inside outwards, where ``placement.direction`` is both:
    what comes from outside may say them."""
    http_methods: tuple[str, ...] = ()
    """Methods of HTTP requests that are looked at, in their case, as in Iran. None: all, whatever their case."""
    needs_syn: bool = False
    """Whether the censor must have seen the opener's SYN."""
    needs_synack: bool = False
    """Whether it must have seen the answer to the SYN."""
    tcp_reassembly: Literal["none", "in_order", "full"] = "in_order"
    """``none``: each segment by itself; ``in_order``: segments that come in order; ``full``: in any order."""
    reassembly_share: Share = 1.0
    """Share of flows of which that holds, as where boxes put together what their load allows; in all others each
    segment stands by itself."""
    record_reassembly: bool = True
    """Whether a ClientHello in several TLS records is put together."""
    crypto_reassembly: Literal["none", "datagram", "full"] = "datagram"
    """What of QUIC is put together: ``none``: one CRYPTO frame holds the ClientHello; ``datagram``: the frames of one
    datagram; ``full``: those of several."""
    max_packets_inspected: Count = 0
    """Packets with payload of the triggering direction that are looked at. 0: all."""
    header_length_20: bool = False
    """Whether only segments without TCP options are looked at."""
    checksum_checked: bool = False
    """Whether packets with a wrong checksum are passed over."""

    def __post_init__(self) -> None:
        """Refuse prefixes that are none."""
        super().__post_init__()
        for key in ("addresses", "except_addresses", "clients"):
            _prefixes(key, getattr(self, key))


class Exemptions:
    """Names that do not count, whatever is listed."""

    __slots__ = ("_always", "_inward")

    def __init__(self, match: Match) -> None:
        self._always, self._inward = map(_listed, (match.except_names, match.outward_names))

    def hold(self, name: str, *, outward: bool) -> bool:
        """Tell whether a name is exempt in what goes outward, or inward."""
        if self._always and self._always.find(name):
            return True
        return not outward and self._inward is not None and bool(self._inward.find(name))


def _listed(names: tuple[str, ...]) -> NameList | None:
    return NameList(Names(suffix=names)) if names else None


class _Prefixes:
    """A set of prefixes, asked by address bytes."""

    __slots__ = ("_networks",)

    def __init__(self, networks: dict[tuple[int, int], set[int]]) -> None:
        self._networks = networks

    def __bool__(self) -> bool:
        return bool(self._networks)

    def has(self, address: bytes) -> bool:
        number, size = int.from_bytes(address, "big"), len(address)
        return any(
            size == of_size and number >> (_BITS[size] - bits) in starts
            for (of_size, bits), starts in self._networks.items()
        )


def _prefixes(key: str, texts: tuple[str, ...]) -> _Prefixes:
    networks: dict[tuple[int, int], set[int]] = {}
    for text in texts:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError as error:
            message = f"{key}: {text!r} is no address or prefix"
            raise ValueError(message) from error
        size = len(network.network_address.packed)
        start = int(network.network_address) >> (_BITS[size] - network.prefixlen)
        networks.setdefault((size, network.prefixlen), set()).add(start)
    return _Prefixes(networks)


class FlowFilter:
    """The conditions of a :class:`Match` on the flow, asked once for each flow.

    Args:
        match: the conditions.
        ports: of the server, where the match names none; empty for all.
        protocols: what IP carries, where the match names none; empty for all.

    """

    __slots__ = ("_addresses", "_clients", "_except_addresses", "_except_ports", "_families", "_ports", "_protocols")

    def __init__(self, match: Match, ports: tuple[int, ...] = (), protocols: tuple[str, ...] = ()) -> None:
        self._families = match.families
        self._ports = frozenset(match.ports or ports)
        self._except_ports = frozenset(match.except_ports)
        self._protocols = {number for name in match.protocols or protocols for number in _PROTOCOLS[name]}
        self._addresses = _prefixes("addresses", match.addresses)
        self._except_addresses = _prefixes("except_addresses", match.except_addresses)
        self._clients = _prefixes("clients", match.clients)

    def holds(self, flow: Flow) -> bool:
        """Tell whether a flow is meant."""
        if flow.version not in self._families or (self._protocols and flow.protocol not in self._protocols):
            return False
        return self._port_holds(flow.asked_port) and self._addresses_hold(flow)

    def _port_holds(self, port: int) -> bool:
        return port not in self._except_ports and (not self._ports or port in self._ports)

    def _addresses_hold(self, flow: Flow) -> bool:
        if self._addresses and not self._addresses.has(flow.server):
            return False
        if self._clients and not self._clients.has(flow.client):
            return False
        return not self._except_addresses.has(flow.server)
