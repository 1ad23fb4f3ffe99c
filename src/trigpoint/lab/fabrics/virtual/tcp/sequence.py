"""Sequence numbers as plain integers that never wrap: the 32 bits on the wire are put near a known number."""

from __future__ import annotations

_MODULUS = 1 << 32
_HALF = 1 << 31


def unwrap(wire: int, near: int) -> int:
    """Give the number that is ``wire`` modulo 2^32 and closest to ``near`` (RFC 9293, section 3.4).

    >>> unwrap(5, near=2**32 - 1) - 2**32
    5
    """
    return near + (wire - near + _HALF) % _MODULUS - _HALF
