"""Believing an authority of which only the name and the key are known (:rfc:`5280`, section 6.1.1, item d)."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from trigpoint.net.dial.trust import Trust
    from trigpoint.reference.anchors import Anchor

_EXPONENT = 65_537
_YEARS_BEFORE = timedelta(days=3_660)
_ATTRIBUTES = {
    "C": NameOID.COUNTRY_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "L": NameOID.LOCALITY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "CN": NameOID.COMMON_NAME,
}  # RFC 4514, section 3


def trusting(trust: Trust, anchor: Anchor) -> Trust:
    """Give the same trust with one authority more."""
    return msgspec.structs.replace(
        trust, pem=trust.pem + b"\n" + _wrapped(anchor), version=f"{trust.version} + {anchor.organisation}"
    )


@lru_cache(8)
def _wrapped(anchor: Anchor) -> bytes:
    """Wrap name and key in a certificate, since OpenSSL takes no other form.

    A key that is thrown away signs it: a path ends at a trust anchor, whose own signature is never looked at.
    """
    subject = x509.Name([x509.NameAttribute(_ATTRIBUTES[short], value) for short, value in anchor.name])
    ending = datetime.fromtimestamp(anchor.expires_at, UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nobody")]))
        .public_key(RSAPublicNumbers(_EXPONENT, anchor.modulus).public_key())
        .serial_number(1)
        .not_valid_before(ending - _YEARS_BEFORE)
        .not_valid_after(ending)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # keys and names of others are data here
        return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM)
