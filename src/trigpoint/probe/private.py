"""Addresses that say something of a home or an office and nothing of a network."""

from __future__ import annotations

import ipaddress

PRIVATE = "private"
"""What is written in place of the address of a resolver in such a range, as the reader of records has it too."""

_RANGES = tuple(
    map(
        ipaddress.ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
            "100.64.0.0/10",  # RFC 6598
            *("169.254.0.0/16", "fe80::/10"),  # RFC 3927, RFC 4291
            "fc00::/7",  # RFC 4193
            *("127.0.0.0/8", "::1/128"),  # RFC 1122, RFC 4291: a resolver on the same machine
        ),
    )
)


def is_private(address: str) -> bool:
    """Tell whether an address is of a private range.

    >>> is_private("192.168.1.1"), is_private("fd00::1"), is_private("203.0.113.53")
    (True, True, False)

    Raises:
        ValueError: it is no address.

    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in range_ for range_ in _RANGES)
