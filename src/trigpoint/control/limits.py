"""How much one client may ask of a server: a bucket of tokens for each, in a table that cannot grow."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CLIENTS = 10_000
"""Clients that are remembered; who was away longest is forgotten first."""
_MINUTE = 60.0
_NETWORK6 = 64  # bits of an IPv6 address that its network gives; the rest is the client's to choose (RFC 4291, 2.5.4)


class Limits:
    """Admits clients.

    Args:
        a_minute: requests a minute of one client in the long run. 0: no limit.
        clock: seconds, never running backwards.
        at_once: requests that a client which has been quiet may make at once. 0: as many as in ten seconds, or one.

    """

    def __init__(self, a_minute: float, clock: Callable[[], float], *, at_once: float = 0) -> None:
        self._rate = a_minute / _MINUTE
        self._most = at_once or max(1.0, 10 * self._rate)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admits(self, address: str) -> bool:
        """Take a token of a client; False if it has none."""
        if not self._rate:
            return True
        client, now = _client(address), self._clock()
        tokens, since = self._buckets.pop(client, (self._most, now))
        tokens = min(self._most, tokens + (now - since) * self._rate)
        is_admitted = tokens >= 1
        self._buckets[client] = (tokens - is_admitted, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return is_admitted

    @property
    def wait(self) -> float:
        """Seconds until a client that has no token has one, at most."""
        return 1 / self._rate if self._rate else 0.0


def _client(address: str) -> str:
    """Give what is one client: an IPv4 address, or a network of IPv6."""
    if ":" not in address:
        return address
    parsed = ipaddress.IPv6Address(address.partition("%")[0])
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, _NETWORK6), strict=False))
