"""What points at a person, found in text and bytes and taken out of them."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from trigpoint.net.names import canonical_address
from trigpoint.probe.spellings import in_base64, of_ipv4, of_ipv6, of_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    _Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
    _Patterns: TypeAlias = tuple[re.Pattern[bytes], ...]

SCRUBBED = "[scrubbed]"
"""What stands in the place of what was taken out, as OONI's probes write it."""

_MARK = SCRUBBED.encode()
_FILLER = ord("x")
_FIRST_PRINTABLE = 0x20  # below are the lengths of labels
_CACHED_TEXTS = 4_096
_LONGEST_CACHED = 512  # characters: names, addresses, headers; the same few come again in each record


class Needles:
    """What is looked for.

    Args:
        folded: patterns over bytes in lower case.
        exact: patterns over bytes as they are.
        packed: addresses in network form.

    """

    def __init__(self, folded: _Patterns = (), exact: _Patterns = (), packed: tuple[bytes, ...] = ()) -> None:
        self._folded = folded
        self._exact = exact
        self._packed = packed
        self._short = lru_cache(_CACHED_TEXTS)(self._text)

    def __bool__(self) -> bool:
        """Tell whether anything is looked for."""
        return bool(self._folded or self._exact or self._packed)

    def and_texts(self, texts: Iterable[str]) -> Needles:
        """Look for these texts too, spelt exactly so."""
        added = tuple(re.compile(re.escape(text.encode("utf-8", "replace"))) for text in sorted(texts))
        return Needles(self._folded, self._exact + added, self._packed) if added else self

    def and_those_of(self, other: Needles) -> Needles:
        """Look for what others look for, too."""
        return Needles(self._folded + other._folded, self._exact + other._exact, self._packed + other._packed)

    def are_in(self, content: bytes) -> bool:
        """Tell whether any of them is there, spelt or as it stands in packets."""
        return self.are_spelt_in(content) or any(packed in content for packed in self._packed)

    def are_spelt_in(self, content: bytes) -> bool:
        """Tell whether a text holds any of them."""
        return bool(self._spans(content))

    def out_of(self, text: str) -> str:
        """Give a text without them. Half a surrogate pair, which no JSON can hold, becomes a question mark."""
        return self._short(text) if len(text) <= _LONGEST_CACHED else self._text(text)

    def _text(self, text: str) -> str:
        return self._marked(text.encode("utf-8", "replace")).decode()

    def out_of_page(self, content: bytes) -> bytes:
        """Give bytes that are usually text without them."""
        content = self._marked(content)
        try:
            content.decode()
        except UnicodeDecodeError:
            return self._blanked(content)  # what is not text may hold an address as it stands in packets
        return content

    def out_of_message(self, content: bytes) -> bytes:
        """Give bytes without them, of the same length, so that the lengths that they hold stay true."""
        filled = bytearray(content)
        for start, end in self._spans(content):
            filled[start:end] = bytes(byte if byte < _FIRST_PRINTABLE else _FILLER for byte in filled[start:end])
        return self._blanked(bytes(filled))

    def _blanked(self, content: bytes) -> bytes:
        for packed in self._packed:
            content = content.replace(packed, bytes(len(packed)))
        return content

    def _spans(self, content: bytes) -> list[tuple[int, int]]:
        if not self._folded and not self._exact:
            return []
        lower = content.lower()
        found = [match.span() for pattern in self._folded for match in pattern.finditer(lower)]
        return found + [match.span() for pattern in self._exact for match in pattern.finditer(content)]

    def _marked(self, content: bytes) -> bytes:
        """Put the mark in the place of each find; finds that overlap are one."""
        parts, at = list[bytes](), 0
        for start, end in sorted(self._spans(content)):
            if start >= at:
                parts += content[at:start], _MARK
            at = max(at, end)
        return b"".join([*parts, content[at:]]) if parts else content


def needles_of(addresses: Iterable[str] = (), names: Iterable[str] = (), *, with_link: bool = True) -> Needles:
    """Look for a probe.

    Args:
        addresses: the probe's, public and local, in text form. Loopback and unspecified ones are nobody's.
        names: host names that point at it, such as the reverse names of its addresses.
        with_link: whether all IPv6 addresses with the same first 64 bits are meant too.

    Raises:
        ValueError: one of the addresses is none.

    """
    found = [address for text in addresses if not _is_nobodys(address := _address(text))]
    folded, exact = list[str](), list[str]()
    for address in found:
        folded += _spellings(address, with_link=with_link)
        exact += in_base64([*_written(address), address.packed])
    for name in filter(None, names):
        folded += of_name(name)
        exact += in_base64([name.rstrip(".").lower()])
    return Needles(_compiled(folded), _compiled(exact), tuple(address.packed for address in found))


def _compiled(patterns: Iterable[str]) -> _Patterns:
    return tuple(re.compile(pattern.encode()) for pattern in dict.fromkeys(patterns))


def _address(text: str) -> _Address:
    address = ipaddress.ip_address(canonical_address(text) or text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return address if mapped is None else mapped


def _is_nobodys(address: _Address) -> bool:
    return address.is_loopback or address.is_unspecified


def _spellings(address: _Address, *, with_link: bool) -> Iterator[str]:
    if isinstance(address, ipaddress.IPv4Address):
        return of_ipv4(address)
    return of_ipv6(address, with_link=with_link and not address.is_link_local)


def _written(address: _Address) -> list[str]:
    return sorted({form for text in (str(address), address.exploded) for form in (text, text.upper())})
