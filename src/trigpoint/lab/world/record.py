"""A DNS record of a world, read from its text."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trigpoint.lab.engine.group import Group, check_addresses
from trigpoint.lab.world.reserved import a_label, check_name, is_of_internet
from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import AAAA, CNAME, MX, NS, TXT, A, Record, address_data, mx_data, txt_data

_TYPES = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "MX": MX, "TXT": TXT, "NS": NS}
_LONGEST_STRING = 255  # octets of one string of a TXT record
_LONGEST_TEXT = 4_096  # octets of all of them; no reply of the lab is larger by much
_MOST_PREFERENCE = 65_535  # RFC 1035, section 3.3.9


class Extra(Group, frozen=True, kw_only=True):
    """A DNS record besides those of the sites."""

    name: str
    """Its owner."""
    type: Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS"]
    """Its type."""
    value: str
    """As zone files write it; an MX has its preference before the name."""
    ttl: Annotated[int, msgspec.Meta(ge=0, le=604_800)] = 300
    """In seconds."""

    def __post_init__(self) -> None:
        """Refuse names and values that are none of the type."""
        check_name("name", self.name)
        self.record()

    def record(self) -> Record:
        """Give it as it is served.

        Raises:
            ValueError: its value is none of its type.

        """
        data = {"A": _address, "AAAA": _address, "MX": _exchange, "TXT": _text}.get(self.type, _name)
        return Record(a_label("name", self.name), _TYPES[self.type], self.ttl, data(self))


def _address(extra: Extra) -> bytes:
    check_addresses("value", (extra.value,))
    rtype, data = address_data(extra.value)
    if rtype != _TYPES[extra.type]:
        message = f"value: {extra.value!r} is no address of an {extra.type} record"
        raise ValueError(message)
    if is_of_internet(extra.value):
        message = f"value: {extra.value} is in use on the Internet; take a documentation range"
        raise ValueError(message)
    return data


def _exchange(extra: Extra) -> bytes:
    preference, _, exchange = extra.value.partition(" ")
    if not (preference.isascii() and preference.isdigit() and len(preference) <= 5):  # noqa: PLR2004 - of 16 bits
        message = f"value: {extra.value!r} is no preference with a name after it"
        raise ValueError(message)
    if int(preference) > _MOST_PREFERENCE:
        message = f"value: a preference of {preference} is more than {_MOST_PREFERENCE}"
        raise ValueError(message)
    return mx_data(int(preference), _checked(exchange.strip()))


def _text(extra: Extra) -> bytes:
    text = extra.value.encode()
    if len(text) > _LONGEST_TEXT:
        message = f"value: a text of more than {_LONGEST_TEXT} octets"
        raise ValueError(message)
    return txt_data(*(text[start : start + _LONGEST_STRING] for start in range(0, len(text) or 1, _LONGEST_STRING)))


def _name(extra: Extra) -> bytes:
    return wire_name(_checked(extra.value))


def _checked(name: str) -> str:
    """Let pass names of the lab, and the root, which says that there is none (RFC 7505)."""
    if name != ".":
        check_name("value", name)
    return name
