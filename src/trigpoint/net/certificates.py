"""X.509 certificates (RFC 5280) as records, tolerantly: what cannot be parsed keeps its bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from trigpoint.model.step import Certificate

if TYPE_CHECKING:
    from collections.abc import Callable

Given = TypeVar("Given")
Part = TypeVar("Part")
_CACHE_SIZE = 2_048  # certificates; about 4 kB each with their base64 text
_LARGEST_CACHED = 8_192  # base64 characters; nearly all certificates are smaller, and the cache ends at 30 MB
_LARGEST = 131_072  # base64 characters; the largest certificates seen in the wild are some tens of kilobytes
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def certificate_of(text: str) -> Certificate | None:
    """Read a certificate from the base64 text of its DER, or from PEM; None where the text is neither.

    Cached by value, because archives repeat the same few certificates.
    """
    if len(text) <= _LARGEST_CACHED:
        return _cached(text)
    return _certificate(text) if len(text) <= _LARGEST else None


def _certificate(text: str) -> Certificate | None:
    pem = _PEM.search(text)
    try:
        der = base64.b64decode("".join((pem.group(1) if pem else text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return parse_certificate(der) if der else None


_cached = lru_cache(_CACHE_SIZE)(_certificate)


def parse_certificate(der: bytes) -> Certificate:
    """Parse DER into a record. A part that cannot be parsed is missing; the bytes and their hash are always there."""
    sha256 = hashlib.sha256(der).hexdigest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of odd serial numbers and names, which are data here
        parsed = _part(x509.load_der_x509_certificate, der)
        if parsed is None:
            return Certificate(sha256=sha256, der=der)
        return Certificate(
            sha256=sha256,
            subject=_part(lambda c: c.subject.rfc4514_string(), parsed),
            issuer=_part(lambda c: c.issuer.rfc4514_string(), parsed),
            names=_part(_names, parsed),
            not_before=_part(lambda c: c.not_valid_before_utc.timestamp(), parsed),
            not_after=_part(lambda c: c.not_valid_after_utc.timestamp(), parsed),
            key_sha256=_part(_key_hash, parsed),
            der=der,
        )


def _part(read: Callable[[Given], Part], given: Given) -> Part | None:
    """Read one part; the parser raises a dozen kinds of error on malformed input, none of which may lose the rest."""
    try:
        return read(given)
    except Exception:  # noqa: BLE001 - hostile DER; see above
        return None


def _names(parsed: x509.Certificate) -> str | None:
    names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = names.get_values_for_type(x509.DNSName) + [str(a) for a in names.get_values_for_type(x509.IPAddress)]
    return " ".join("".join(name.split()) for name in found) or None


def _key_hash(parsed: x509.Certificate) -> str:
    der = parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
