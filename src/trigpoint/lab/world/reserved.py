"""Addresses, AS numbers and names that are nobody's: a world may use these, and what it does stays within it."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

import idna

INTERNET = (
    *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),  # RFC 5737
    "198.18.0.0/15",  # RFC 2544
    *("2001:db8::/32", "3fff::/20"),  # RFC 3849, RFC 9637
)
"""Prefixes that are a world's Internet: there an answer from them is no bogon."""
_PUBLIC = tuple(map(ipaddress.ip_network, INTERNET))
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
            "100.64.0.0/10",  # RFC 6598
            "fc00::/7",  # RFC 4193
        ),
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")  # whatever else of IPv6 is not given to anybody (RFC 4291, section 2.4)
_SPECIAL_V6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))  # RFC 6890: not global
_ASNS = (  # RFC 5398 and RFC 6996
    range(64_496, 64_512),
    range(64_512, 65_535),
    range(65_536, 65_552),
    range(4_200_000_000, 4_294_967_295),
)
_TOPS = ("example", "test", "invalid", "lan", "internal", "home.arpa")  # RFC 2606, RFC 8375, and by common use


def is_reserved(address: str) -> bool:
    """Tell whether an address is one that machines of a world may have.

    >>> is_reserved("203.0.113.7"), is_reserved("8.8.8.8"), is_reserved("127.0.0.1")
    (True, False, False)

    Raises:
        ValueError: it is no address.

    """
    found = ipaddress.ip_address(address)
    return any(found in range_ for range_ in (*_PUBLIC, *_PRIVATE))


def is_public_here(address: str) -> bool:
    """Tell whether an address is one of those that are a world's Internet: made for documentation and benchmarks.

    >>> is_public_here("203.0.113.7"), is_public_here("10.0.0.1")
    (True, False)

    Raises:
        ValueError: it is no address.

    """
    found = ipaddress.ip_address(address)
    return any(found in range_ for range_ in _PUBLIC)


def is_of_internet(address: str) -> bool:
    """Tell whether an address is, or can be, somebody's on the real Internet; bogons are nobody's.

    >>> is_of_internet("8.8.8.8"), is_of_internet("127.0.0.1"), is_of_internet("2001::1"), is_of_internet("d0::11")
    (True, False, False, False)

    Raises:
        ValueError: it is no address.

    """
    found = ipaddress.ip_address(address)
    if found.version == 6:  # noqa: PLR2004 - a version of IP
        return found in _GLOBAL_V6 and not any(found in range_ for range_ in _SPECIAL_V6)
    return found.is_global and not found.is_multicast


def holds_internet(prefix: str) -> bool:
    """Tell whether a prefix of IPv6 has addresses of the real Internet.

    >>> holds_internet("2001::/32"), holds_internet("::/0")
    (False, True)

    Raises:
        ValueError: it is no prefix.

    """
    found = ipaddress.IPv6Network(prefix)
    return found.overlaps(_GLOBAL_V6) and not any(found.subnet_of(range_) for range_ in _SPECIAL_V6)


def check_asn(asn: int) -> None:
    """Refuse the number of a real network.

    Raises:
        ValueError: it is one.

    """
    if not any(asn in range_ for range_ in _ASNS):
        message = f"asn: {asn} is not for documentation (64496-64511, 65536-65551) or private use (64512-65534)"
        raise ValueError(message)


@lru_cache(8_192)  # a name server asks for the names of a site at each query; Unicode's rules take 0.1 ms for a name
def a_label(key: str, name: str) -> str:
    """Give a host name as A-labels in lower case.

    Raises:
        ValueError: it is no host name; the key is named.

    """
    try:
        return idna.encode(name.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError as error:
        message = f"{key}: {name!r} is no host name"
        raise ValueError(message) from error


def check_name(key: str, name: str) -> None:
    """Refuse what is no host name, and what may be somebody's.

    Raises:
        ValueError: it is one of these; the key is named.

    """
    if not a_label(key, name).endswith(tuple(f".{top}" for top in _TOPS)):
        message = f"{key}: {name!r} may be somebody's; take a name below {', '.join(_TOPS)}"
        raise ValueError(message)
