"""The ways in which an address can stand in a text: what servers, portals and networks make of a visitor's address.

Dotted, dashed and reversed as in names that networks give (:rfc:`1035`, section 3.5; :rfc:`3596`, section 2.5), as one
number, in hexadecimal and octal digits as ``inet_aton`` takes them, inside IPv6 (:rfc:`4291`, section 2.5.5;
:rfc:`6052`; :rfc:`3056`), escaped for URLs, HTML and scripts, in base64, and as a digest.

A spelling is a regular expression over bytes in lower case; those of base64 are over bytes as they are. Each begins
with a literal and looks back from there, since then the search is for one byte: a page of 500 kB takes a few
milliseconds, ten times less than with the look first. Boundaries are loose: what is taken out once too often costs a
word of a page, what is left in may cost more.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHORTEST_BASE64 = 6  # characters that only this text gives; fewer come about by chance
_PADDING = "0{0,4}"  # zeros before a number; without an end, a page of zeros would take minutes
_HOMES = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")))
"""Addresses that millions have at once (:rfc:`1918`, :rfc:`6598`)."""
_PREFIX_GROUPS = 4  # 64 bits: what a network gives to one subscriber or one link (RFC 4291, section 2.5.4)


def of_ipv4(address: ipaddress.IPv4Address) -> Iterator[str]:
    """Give the spellings of an IPv4 address."""
    octets, number = list(address.packed), int(address)
    decimal = [str(octet) for octet in octets]
    for order in (decimal, decimal[::-1]):
        yield _bounded(_DOT.join([order[0], *(f"{_PADDING}{octet}" for octet in order[1:])]), "0-9")
    if not any(address in network for network in _HOMES):  # 10,0,0,1 is a colour or a shape, too, and in every page
        yield _bounded("(?: ?, ?|/)".join(decimal), "0-9")
    rest = r"\.".join(rf"(?:0x{_PADDING}{octet:x}|0{_PADDING}{octet:o}|{octet})" for octet in octets[1:])
    yield _bounded(rf"0(?:x{_PADDING}{octets[0]:x}|{_PADDING}{octets[0]:o})\.{rest}", "0-9a-f")
    for whole in (number, int.from_bytes(address.packed, "little")):  # machines write them in either order
        yield _bounded(str(whole), "0-9")
        yield _bounded(f"{whole:08x}", "0-9a-f")
    yield _bounded(f"0{number:o}", "0-9")
    high, low = divmod(number, 1 << 16)
    yield _bounded(f"{high:x}{_COLON}{_PADDING}{low:x}", "0-9a-f")  # two groups of an IPv6 address
    yield _escaped_throughout(str(address))
    yield from _digested(str(address))


def of_ipv6(address: ipaddress.IPv6Address, *, with_link: bool) -> Iterator[str]:
    """Give the spellings of an IPv6 address.

    Args:
        address: the address.
        with_link: whether every address with the same 64 bits in front is meant: programs take new ones of these
            each day (:rfc:`8981`), and all belong to one household.

    """
    groups = [int(group, 16) for group in address.exploded.split(":")]
    nibbles = address.exploded.replace(":", "")
    tail = _DOT.join(f"{_PADDING}{octet}" for octet in address.packed[-4:])
    for form in _compressed(groups):
        yield _bounded(form, "0-9a-f")
    for form in _compressed(groups[:-2]):
        yield _bounded(f"{form}{_COLON}?{tail}", "0-9a-f")
    yield _bounded(nibbles, "0-9a-f")
    yield _bounded(r"[.\x01-]?".join(reversed(nibbles)), "0-9a-f")
    yield _bounded(str(int(address)), "0-9")
    yield from map(_escaped_throughout, (str(address), address.exploded))
    yield from _digested(str(address))
    yield from _digested(address.exploded)
    if with_link:
        yield from _same_link(groups)


def _digested(text: str) -> Iterator[str]:
    """Give the letters of a text in hexadecimal digits, and its digests: of all IPv4 addresses one is soon found."""
    content = text.encode()
    yield content.hex()
    for name in ("md5", "sha1", "sha256"):
        yield hashlib.new(name, content, usedforsecurity=False).hexdigest()


def of_name(name: str) -> Iterator[str]:
    """Give the spellings of a host name. What stands before is no matter: in a certificate it is a length."""
    first, *others = name.rstrip(".").lower().split(".")
    labels = [rf"(?:{_DOT}|\x{len(label):02x}){re.escape(label)}" for label in others]
    yield rf"{re.escape(first)}{''.join(labels)}(?![a-z0-9-])"


def in_base64(contents: Sequence[str | bytes]) -> Iterator[str]:
    """Give what base64 makes of any of these, wherever they stand in what is encoded (three ways, by position)."""
    for content in contents:
        plain = content.encode() if isinstance(content, str) else content
        token = base64.b64encode(plain).decode().rstrip("=")
        yield _bounded(re.escape(token), "A-Za-z0-9+/")
        for shift in range(3):
            encoded = base64.b64encode(bytes(shift) + plain).decode()
            inner = encoded[-(-8 * shift // 6) : 8 * (shift + len(plain)) // 6]
            if len(inner) >= _SHORTEST_BASE64:
                yield re.escape(inner)
                yield re.escape(inner.replace("+", "-").replace("/", "_"))


def _bounded(pattern: str, digits: str) -> str:
    """Begin a pattern (with a literal) where no digit stands before, and end it where none follows.

    Zeros may stand before: programs pad with them.
    """
    first = pattern[: 2 if pattern[0] == "\\" else 1]
    before = digits.replace("0-9", "1-9")
    return f"{first}(?<![{before}]{first}){pattern[len(first) :]}(?![{digits}])"


def _escapes(character: str) -> str:
    """Match a character as URLs (again and again), HTML and scripts escape it."""
    code = ord(character)
    return rf"%(?:25){{0,4}}{code:02x}|&#0{{0,6}}{code};|&#x0{{0,6}}{code:x};|\\{{1,4}}(?:u00|x){code:02x}"


def _escaped_throughout(text: str) -> str:
    """Match a text whose first character is escaped, and any other too."""
    rest = "".join(rf"(?:{re.escape(character)}|{_escapes(character)})" for character in text[1:])
    return f"(?:{_escapes(text[0])}){rest}(?![0-9a-f])"


# \x01 to \x03 are the lengths of such labels in a DNS message (RFC 1035, section 3.1).
_DOT = rf"(?:[._\x01-\x03-]| ?\. |\[\.\]|&period;|=2e|{_escapes('.')})"
_COLON = rf"(?:[:_-]|&colon;|{_escapes(':')})"


def _compressed(groups: Sequence[int]) -> Iterator[str]:
    """Give groups whole, and with each run of zeros left out (:rfc:`4291`, section 2.2)."""
    written = [f"{groups[0]:x}", *(f"{_PADDING}{group:x}" for group in groups[1:])]
    yield _COLON.join(written)
    for start in range(1, len(groups)):
        for end in range(start + 1, len(groups) + 1):
            if not any(groups[start:end]):
                yield _COLON.join(written[:start]) + _COLON + _COLON + _COLON.join(written[end:])
    if not groups[0]:
        zeros = next((number for number, group in enumerate(groups) if group), len(groups))
        yield "::" + _COLON.join(written[zeros:])


def _same_link(groups: Sequence[int]) -> Iterator[str]:
    prefix = groups[:_PREFIX_GROUPS]
    written = [f"{prefix[0]:x}", *(f"{_PADDING}{group:x}" for group in prefix[1:])]
    yield _bounded(_COLON.join(written) + r"[:-][0-9a-f:-]+", "0-9a-f")
    zeros = next((number for number in range(_PREFIX_GROUPS) if not any(prefix[number:])), _PREFIX_GROUPS)
    if 0 < zeros < _PREFIX_GROUPS:
        host = "[:-]".join(["[0-9a-f]{1,4}"] * _PREFIX_GROUPS)
        yield _bounded(_COLON.join(written[:zeros]) + "(?:::|--)" + host, "0-9a-f")
