"""Special-purpose IP address blocks, as data: which of them a public name may answer with.

The rows are those of the two IANA registries that RFC 6890 set up ("IPv4 Special-Purpose Address Registry" and
"IPv6 Special-Purpose Address Registry", as of October 2025), with the column "Globally Reachable". The longest
prefix wins. Where the registries say "N/A" or are silent, ``reason`` says what was decided and why.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Reach(StrEnum):
    """What is true of the addresses of a block."""

    GLOBAL = "global"
    """Reachable from everywhere."""
    BOGON = "bogon"
    """Not globally reachable: as the answer for a public name it cannot be true."""
    EMBEDDED = "embedded"
    """Stands for the IPv4 address inside it, and is what that one is."""


class Block(msgspec.Struct, frozen=True):
    """One block of addresses."""

    prefix: str
    """Prefix in CIDR notation."""
    reach: Reach
    """What is true of its addresses."""
    name: str
    """Its name in the registry."""
    source: str
    """Document that defines it."""
    reason: str = ""
    """Why this reach, where the registries do not say. Empty: they do."""
    embedded_at: int = 0
    """For ``EMBEDDED``: bits to the right of the IPv4 address inside."""


_GLOBAL, _BOGON, _EMBEDDED = Reach.GLOBAL, Reach.BOGON, Reach.EMBEDDED

IPV4_BLOCKS = (
    Block("0.0.0.0/0", _GLOBAL, "Everything else", "RFC 791"),
    Block("0.0.0.0/8", _BOGON, "This network", "RFC 791, section 3.2"),
    Block("10.0.0.0/8", _BOGON, "Private-Use", "RFC 1918"),
    Block("100.64.0.0/10", _BOGON, "Shared Address Space", "RFC 6598"),
    Block("127.0.0.0/8", _BOGON, "Loopback", "RFC 1122, section 3.2.1.3"),
    Block("169.254.0.0/16", _BOGON, "Link Local", "RFC 3927"),
    Block("172.16.0.0/12", _BOGON, "Private-Use", "RFC 1918"),
    Block("192.0.0.0/24", _BOGON, "IETF Protocol Assignments", "RFC 6890, section 2.1"),
    Block("192.0.0.9/32", _GLOBAL, "Port Control Protocol Anycast", "RFC 7723"),
    Block("192.0.0.10/32", _GLOBAL, "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    Block("192.0.2.0/24", _BOGON, "Documentation (TEST-NET-1)", "RFC 5737"),
    Block("192.31.196.0/24", _GLOBAL, "AS112-v4", "RFC 7535"),
    Block("192.52.193.0/24", _GLOBAL, "AMT", "RFC 7450"),
    Block(
        "192.88.99.0/24",
        _GLOBAL,
        "Deprecated (6to4 Relay Anycast)",
        "RFC 7526",
        reason="N/A in the registry; it was routed, and some relays still are, so it decides nothing",
    ),
    Block("192.88.99.2/32", _BOGON, "6a44-relay anycast address", "RFC 6751"),
    Block("192.168.0.0/16", _BOGON, "Private-Use", "RFC 1918"),
    Block("192.175.48.0/24", _GLOBAL, "Direct Delegation AS112 Service", "RFC 7534"),
    Block("198.18.0.0/15", _BOGON, "Benchmarking", "RFC 2544"),
    Block("198.51.100.0/24", _BOGON, "Documentation (TEST-NET-2)", "RFC 5737"),
    Block("203.0.113.0/24", _BOGON, "Documentation (TEST-NET-3)", "RFC 5737"),
    Block(
        "224.0.0.0/4",
        _BOGON,
        "Multicast",
        "RFC 5771",
        reason="has a registry of its own; no host that TCP can reach has such an address",
    ),
    Block("240.0.0.0/4", _BOGON, "Reserved, with Limited Broadcast", "RFC 1112, section 4; RFC 8190"),
)
"""IPv4 blocks."""

IPV6_BLOCKS = (
    Block(
        "::/0",
        _BOGON,
        "Reserved by IETF",
        "RFC 4291, section 2.4; IANA IPv6 Address Space",
        reason="only 2000::/3 is given out as global unicast, so nothing outside can be routed",
    ),
    Block("::/128", _BOGON, "Unspecified Address", "RFC 4291"),
    Block("::1/128", _BOGON, "Loopback Address", "RFC 4291"),
    Block(
        "::ffff:0:0/96",
        _EMBEDDED,
        "IPv4-mapped Address",
        "RFC 4291, section 2.5.5.2",
        reason="never on the wire: a program writes it for an IPv4 address, which is what is reached",
    ),
    Block(
        "64:ff9b::/96",
        _EMBEDDED,
        "IPv4-IPv6 Translation (NAT64)",
        "RFC 6052, section 3.1",
        reason="DNS64 makes it from the IPv4 answer, and must not stand for an address that is not global",
    ),
    Block(
        "64:ff9b:1::/48",
        _GLOBAL,
        "IPv4-IPv6 Translation, local use",
        "RFC 8215",
        reason="not global, yet the honest answer of a provider's own DNS64; where in it the IPv4 address lies is the "
        "provider's choice, so it decides nothing (R6)",
    ),
    Block("100::/64", _BOGON, "Discard-Only Address Block", "RFC 6666"),
    Block("100:0:0:1::/64", _BOGON, "Dummy IPv6 Prefix", "RFC 9780"),
    Block("2000::/3", _GLOBAL, "Global Unicast", "RFC 4291, section 2.4"),
    Block("2001::/23", _BOGON, "IETF Protocol Assignments", "RFC 2928"),
    Block(
        "2001::/32",
        _BOGON,
        "TEREDO",
        "RFC 4380",
        reason="N/A in the registry; hosts make such addresses for themselves and names do not hold them, while "
        "injected AAAA answers lie in this block (Hoang et al., How Great is the Great Firewall?, USENIX 2021)",
    ),
    Block("2001:1::1/128", _GLOBAL, "Port Control Protocol Anycast", "RFC 7723"),
    Block("2001:1::2/128", _GLOBAL, "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    Block("2001:1::3/128", _GLOBAL, "DNS-SD Service Registration Protocol Anycast", "RFC 9665"),
    Block("2001:2::/48", _BOGON, "Benchmarking", "RFC 5180"),
    Block("2001:3::/32", _GLOBAL, "AMT", "RFC 7450"),
    Block("2001:4:112::/48", _GLOBAL, "AS112-v6", "RFC 7535"),
    Block("2001:20::/28", _GLOBAL, "ORCHIDv2", "RFC 7343"),
    Block("2001:30::/28", _GLOBAL, "Drone Remote ID Protocol Entity Tags", "RFC 9374"),
    Block("2001:db8::/32", _BOGON, "Documentation", "RFC 3849"),
    Block(
        "2002::/16",
        _EMBEDDED,
        "6to4",
        "RFC 3056",
        reason="N/A in the registry; it is routed to the IPv4 address inside",
        embedded_at=80,
    ),
    Block("2620:4f:8000::/48", _GLOBAL, "Direct Delegation AS112 Service", "RFC 7534"),
    Block("3fff::/20", _BOGON, "Documentation", "RFC 9637"),
    Block("5f00::/16", _BOGON, "Segment Routing (SRv6) SIDs", "RFC 9602"),
    Block("fc00::/7", _BOGON, "Unique-Local", "RFC 4193"),
    Block("fe80::/10", _BOGON, "Link-Local Unicast", "RFC 4291"),
    Block("fec0::/10", _BOGON, "Site-Local Unicast, deprecated", "RFC 3879"),
    Block("ff00::/8", _BOGON, "Multicast", "RFC 4291, section 2.7", reason="as for IPv4"),
)
"""IPv6 blocks."""
