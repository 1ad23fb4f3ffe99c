"""What every group of parameters shares: frozen, and no key that it does not know."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trigpoint.net.packets import address_bytes, address_text

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A part of a whole."""
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1_000_000_000)]
"""A time of lab, never negative."""
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
"""How many, or how many bytes."""
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
"""A TCP or UDP port."""
Way = Literal["out", "in", "both"]
"""Direction of packets: from client to server (out), back (in)."""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the parameter groups."""


class Number(Group, frozen=True):
    """How a number in a header is chosen."""

    low: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)] = 0
    """The number; with ``random`` and ``count`` the smallest; with ``increment`` the first."""
    high: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)] = 0
    """The largest. Below ``low``: as ``low``."""
    rule: Literal["fixed", "random", "mirror", "increment", "count"] = "fixed"
    """``random``: drawn for each packet; ``mirror``: that of the packet which triggered; ``increment``: one more for
    each packet of a burst, from a drawn beginning; ``count``: one more for each packet that this injector sends, to
    whomever, and behind the largest the smallest again."""


NumberRule = int | Number
"""A number as it is, or how it is chosen."""


def as_number(rule: NumberRule) -> Number:
    """Write a plain number as a rule."""
    return Number(rule) if isinstance(rule, int) else rule


def check_addresses(key: str, addresses: tuple[str, ...]) -> None:
    """Refuse what is no address, and an address that is written in another way than tools write it (RFC 5952).

    Two spellings of one address would be two hosts to whoever compares them as text.

    Raises:
        ValueError: it names the key.

    """
    for address in addresses:
        try:
            written = address_text(address_bytes(address))
        except OSError as error:
            message = f"{key}: {address!r} is no address"
            raise ValueError(message) from error
        if written != address:
            message = f"{key}: {address!r} is written {written!r}"
            raise ValueError(message)
