"""X.509 certificates (RFC 5280) as records, tolerantly: what cannot be parsed keeps its bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import re
import warnings
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509

from trigpoint.model.step import Certificate
from trigpoint.net.der import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

Given = TypeVar("Given")
Part = TypeVar("Part")
_CACHE_SIZE = 8_192  # certificates; about 4 kB each with their base64 text. A test list has some 2,000 sites
_LARGEST_CACHED = 8_192  # base64 characters; nearly all certificates are smaller, and the cache ends at 30 MB
_LARGEST = 131_072  # base64 characters; the largest certificates seen in the wild are some tens of kilobytes
_ISSUERS = 256  # of some hundred bytes; 60 MB if all are as large as a certificate may be
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87  # RFC 5280, section 4.2.1.6
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)

# Two certificates end alike only where somebody means them to; hashing all of their texts takes 3 us a measurement.
_END = 64

_known: dict[str, tuple[str, Certificate | None]] = {}
_issuers: dict[bytes, str | None] = {}


def certificate_of(text: str) -> Certificate | None:
    """Read a certificate from the base64 text of its DER, or from PEM; None where the text is neither.

    Cached by value, because archives repeat the same few certificates.
    """
    if len(text) > _LARGEST_CACHED:
        return _certificate(text) if len(text) <= _LARGEST else None
    known = _known.get(text[-_END:])
    if known is None or known[0] != text:
        if len(_known) >= _CACHE_SIZE:
            _known.clear()
        known = _known[text[-_END:]] = text, _certificate(text)
    return known[1]


def _certificate(text: str) -> Certificate | None:
    pem = _PEM.search(text)
    try:
        der = base64.b64decode("".join((pem.group(1) if pem else text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return parse_certificate(der) if der else None


def parse_certificate(der: bytes) -> Certificate:
    """Parse DER into a record. A part that cannot be parsed is missing; the bytes and their hash are always there."""
    sha256 = hashlib.sha256(der).hexdigest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of odd serial numbers and names, which are data here
        parsed, parts = _part(x509.load_der_x509_certificate, der), _part(Parts, der)
        if parsed is None or parts is None:
            return Certificate(sha256=sha256, der=der)
        return Certificate(
            sha256=sha256,
            subject=_part(lambda c: c.subject.rfc4514_string(), parsed),
            issuer=_issuer(parts.issuer, parsed),
            names=_part(_names, parts),
            not_before=_part(lambda c: c.not_valid_before_utc.timestamp(), parsed),
            not_after=_part(lambda c: c.not_valid_after_utc.timestamp(), parsed),
            key_sha256=hashlib.sha256(parts.key).hexdigest(),
            der=der,
        )


def _part(read: Callable[[Given], Part], given: Given) -> Part | None:
    """Read one part; the parser raises a dozen kinds of error on malformed input, none of which may lose the rest."""
    try:
        return read(given)
    except Exception:  # noqa: BLE001 - hostile DER; see above
        return None


def _issuer(encoded: bytes, parsed: x509.Certificate) -> str | None:
    """Write the issuer as text. Few issuers sign many certificates, and the text takes 8 us: 8 us a measurement."""
    if encoded not in _issuers:
        if len(_issuers) >= _ISSUERS:
            _issuers.clear()
        _issuers[encoded] = _part(lambda c: c.issuer.rfc4514_string(), parsed)
    return _issuers[encoded]


def _names(parts: Parts) -> str | None:
    """Read the subject alternative names; the library decodes all extensions for them: 7 us a measurement."""
    der = parts.der
    names: list[str] = []
    addresses: list[str] = []
    for tag, _, start, end in parts.alternative_names():
        if tag == _DNS_NAME:
            names.append("".join(der[start:end].decode("ascii").split()))
        elif tag == _IP_ADDRESS:
            addresses.append(str(ipaddress.ip_address(der[start:end])))
    return " ".join(names + addresses) or None
