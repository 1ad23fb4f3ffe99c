"""Pools of addresses, as a list that stays short: single addresses, and ranges written ``first-last``."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from trigpoint.net.packets import address_bytes

MOST_POOLED = 4_096
"""Addresses in one pool; the largest that was counted had 1,781 (USENIX Security 2021)."""


@lru_cache(maxsize=64)
def spread(pool: tuple[str, ...]) -> tuple[bytes, ...]:
    """Give the addresses of a pool, of 4 or 16 bytes, in its order.

    >>> [address[3] for address in spread(("192.0.2.7", "192.0.2.1-192.0.2.3"))]
    [7, 1, 2, 3]

    Raises:
        ValueError: an entry is neither an address nor a range, or there are too many.

    """
    found: list[bytes] = []
    for entry in pool:
        first, last = _ends(entry)
        if len(found) + last - first >= MOST_POOLED:
            message = f"{entry!r} makes more than {MOST_POOLED} addresses"
            raise ValueError(message)
        size = 16 if ":" in entry else 4
        found += [number.to_bytes(size, "big") for number in range(first, last + 1)]
    return tuple(found)


def _ends(entry: str) -> tuple[int, int]:
    first, dash, last = entry.partition("-")
    try:
        ends = address_bytes(first), address_bytes(last if dash else first)
    except OSError as error:
        message = f"{entry!r} is no address, and no range of addresses"
        raise ValueError(message) from error
    if len(ends[0]) != len(ends[1]) or ends[0] > ends[1]:
        message = f"{entry!r} is no range: two addresses of one family are needed, the lower one first"
        raise ValueError(message)
    return int.from_bytes(ends[0], "big"), int.from_bytes(ends[1], "big")


def check_pool(key: str, pool: tuple[str, ...]) -> None:
    """Refuse what is no pool.

    Raises:
        ValueError: it names the key.

    """
    try:
        spread(pool)
    except ValueError as error:
        message = f"{key}: {error}"
        raise ValueError(message) from error


def texts(pool: tuple[str, ...]) -> tuple[str, ...]:
    """Give the addresses of a pool as text.

    Raises:
        ValueError: as :func:`spread`.

    """
    return tuple(str(ipaddress.ip_address(address)) for address in spread(pool))
