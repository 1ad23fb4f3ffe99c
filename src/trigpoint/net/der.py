"""Cutting elements out of DER (ITU-T X.690): where they stand, not what they mean.

Used for parts of certificates (RFC 5280, section 4.1) that ``cryptography`` gives only with far more than is needed.
"""

from __future__ import annotations

from typing import TypeAlias

Element: TypeAlias = tuple[int, int, int, int]
"""Tag, and offsets of the element, of its content, and of its end."""

_LONG_LENGTH = 0x80
_LONG_TAG = 0x1F
_VERSION = 0xA0
_EXTENSIONS = 0xA3
_ALTERNATIVE_NAMES = bytes.fromhex("0603551d11")  # the object identifier 2.5.29.17


def elements(der: bytes, start: int, end: int) -> list[Element]:
    r"""List the elements that stand one after another between two offsets.

    >>> elements(b"\x02\x01\x07\x05\x00", 0, 5)
    [(2, 0, 2, 3), (5, 3, 5, 5)]

    Raises:
        IndexError: the bytes end in the middle of a head.
        ValueError: an element ends beyond ``end``, or its tag has more than one byte (no certificate has such).

    """
    found = []
    while start < end:
        tag, length, content = der[start], der[start + 1], start + 2
        if length & _LONG_LENGTH:
            content += length & ~_LONG_LENGTH
            length = int.from_bytes(der[start + 2 : content], "big")
        stop = content + length
        if stop > end or tag & _LONG_TAG == _LONG_TAG:
            message = "not DER of a certificate"
            raise ValueError(message)
        found.append((tag, start, content, stop))
        start = stop
    return found


def inside(der: bytes, element: Element) -> list[Element]:
    """List the elements that an element consists of."""
    return elements(der, element[2], element[3])


class Parts:
    """The parts of a certificate as they stand in its bytes (``TBSCertificate``, RFC 5280, section 4.1)."""

    def __init__(self, der: bytes) -> None:
        """Find them.

        Raises:
            IndexError, ValueError: the bytes are no certificate.

        """
        certificate = elements(der, 0, len(der))[0]
        fields = inside(der, inside(der, certificate)[0])
        if fields[0][0] == _VERSION:  # missing in the first version of certificates
            del fields[0]
        _, _, issuer, _, subject, key, *self._more = fields
        self.der = der
        """The whole certificate."""
        self.issuer = der[issuer[1] : issuer[3]]
        """Name of the issuer."""
        self.subject = der[subject[1] : subject[3]]
        """Name of whom it is for."""
        self.key = der[key[1] : key[3]]
        """SubjectPublicKeyInfo."""

    def alternative_names(self) -> list[Element]:
        """Find the subject alternative names (RFC 5280, section 4.2.1.6); the last, where there are several lists.

        Raises:
            IndexError, ValueError: the extensions are damaged.

        """
        found: list[Element] = []
        if self._more and self._more[-1][0] == _EXTENSIONS:
            for extension in inside(self.der, inside(self.der, self._more[-1])[0]):
                if self.der.startswith(_ALTERNATIVE_NAMES, extension[2]):
                    value = inside(self.der, extension)[-1]  # after the identifier, and whether it is critical
                    found = inside(self.der, inside(self.der, value)[0])
        return found
