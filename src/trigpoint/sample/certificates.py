"""Certificate chains of the sample, byte-identical each time.

Private keys are derived from the names that they are for, and signatures are deterministic ECDSA (RFC 6979), so nothing
secret is needed and nothing has to be kept. No client on earth trusts these authorities.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SITE_AUTHORITY = "Sample Site Authority E1 (fictional)"
"""Issuer of the sites' own certificates."""

NEW_AUTHORITY = "Let's Encrypt N1 (imitated by the sample)"
"""Issuer that old lists of authorities do not know. Only the name of a public authority shows that it is one."""

FILTER_AUTHORITY = "Norrland Telecom Content Security CA (fictional)"
"""Issuer of what a filter forges."""

ANTIVIRUS_AUTHORITY = "Kaspersky Anti-Virus Personal Root (imitated by the sample)"
"""Issuer of what a program on the device shows for every site: a documented name (de Carné de Carnavalet and Mannan,
NDSS 2016), since nothing else in a record tells such a program from a filter."""

_LONG = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))
_CURRENT = (datetime(2024, 8, 15, tzinfo=UTC), datetime(2025, 2, 15, tzinfo=UTC))
_EXPIRED = (datetime(2023, 8, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))
_FRESH = (datetime(2024, 11, 13, tzinfo=UTC), datetime(2025, 2, 11, tzinfo=UTC))


class Leaf(msgspec.Struct, frozen=True):
    """What a leaf certificate says."""

    names: tuple[str, ...]
    """Its DNS names; the first is also the subject."""
    issuer: str = SITE_AUTHORITY
    """Name of the authority; the subject itself where self-signed."""
    validity: tuple[datetime, datetime] = _CURRENT
    """First and last moment."""


def genuine(host: str) -> tuple[str, ...]:
    """Give a site's own chain: leaf and intermediate, base64 of the DER."""
    return chain(Leaf((host, f"*.{host}")))


def expired(host: str) -> tuple[str, ...]:
    """Give a chain that ran out in February 2024."""
    return chain(Leaf((host,), validity=_EXPIRED))


def fresh(host: str) -> tuple[str, ...]:
    """Give a chain issued on 2024-11-13, which a clock that is late calls not yet valid."""
    return chain(Leaf((host,), validity=_FRESH))


def self_signed(host: str) -> tuple[str, ...]:
    """Give one certificate for the name, signed by itself."""
    return chain(Leaf((host,), issuer=host))


def signed_by(host: str, authority: str) -> tuple[str, ...]:
    """Give a chain for the name by another authority."""
    return chain(Leaf((host,), issuer=authority))


@lru_cache(maxsize=8192)
def chain(leaf: Leaf) -> tuple[str, ...]:
    """Make a chain, leaf first, without the root, as servers send it."""
    subject = leaf.names[0]
    made = _certificate(subject, leaf.issuer, leaf.validity, leaf.names)
    if leaf.issuer == subject:
        return (_base64(made),)
    return _base64(made), _base64(authority(leaf.issuer))


@lru_cache(maxsize=32)
def authority(name: str) -> x509.Certificate:
    """Make an intermediate authority, signed by :func:`root`."""
    return _certificate(name, "Sample Root X1 (fictional)", _LONG, ())


@lru_cache(maxsize=1)
def root() -> x509.Certificate:
    """Make the root of the sample."""
    return _certificate("Sample Root X1 (fictional)", "Sample Root X1 (fictional)", _LONG, ())


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode("ascii")


@lru_cache(maxsize=1024)
def _key(name: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha256(f"trigpoint sample key of {name}".encode()).digest()[:31])
    return ec.derive_private_key(number + 1, ec.SECP256R1())


def _name(common_name: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Trigpoint sample, fictional country XL")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _certificate(
    subject: str, issuer: str, validity: tuple[datetime, datetime], names: tuple[str, ...]
) -> x509.Certificate:
    key, issuer_key = _key(subject), _key(issuer)
    serial = hashlib.sha256(f"{subject} {issuer} {validity[0]:%Y%m%d} {names}".encode()).digest()[:15]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(serial) + 1)
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(_usage(is_authority=not names), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
