"""Certificates as records."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.certificates import certificate_of, parse_certificate

NOW = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)


def made(names: list[x509.GeneralName] | None) -> x509.Certificate:
    key = ec.derive_private_key(7, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site.example")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=90))
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def certificate() -> x509.Certificate:
    return made([x509.DNSName("site.example"), x509.IPAddress(ipaddress.ip_address("198.51.100.7"))])


def test_a_certificate_has_all_its_parts(certificate: x509.Certificate) -> None:
    der = certificate.public_bytes(Encoding.DER)
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    found = certificate_of(base64.b64encode(der).decode())
    assert found is not None
    assert found.sha256 == hashlib.sha256(der).hexdigest()
    assert (found.subject, found.issuer) == ("CN=site.example", "CN=site.example")
    assert found.names == "site.example 198.51.100.7"
    assert (found.not_before, found.not_after) == (NOW.timestamp(), NOW.timestamp() + 90 * 86400)
    assert found.key_sha256 == hashlib.sha256(key).hexdigest()
    assert found.der == der


def test_pem_is_the_same_certificate(certificate: x509.Certificate) -> None:
    pem = certificate.public_bytes(Encoding.PEM).decode()
    assert certificate_of(pem) == parse_certificate(certificate.public_bytes(Encoding.DER))


def test_a_certificate_without_names_has_none_and_keeps_the_rest() -> None:
    found = parse_certificate(made(None).public_bytes(Encoding.DER))
    assert (found.names, found.subject) == (None, "CN=site.example")


def test_bytes_that_cannot_be_parsed_keep_their_hash() -> None:
    found = certificate_of(base64.b64encode(b"no certificate").decode())
    assert found is not None
    assert (found.sha256, found.subject, found.der) == (
        hashlib.sha256(b"no certificate").hexdigest(),
        None,
        b"no certificate",
    )


def test_a_certificate_too_large_to_remember_is_read() -> None:
    found = certificate_of(base64.b64encode(b"x" * 9_000).decode())
    assert found is not None
    assert found.der == b"x" * 9_000


@pytest.mark.parametrize("text", ["", "%%%", "A", "=", "A" * 200_000])
def test_text_that_is_no_certificate_is_none(text: str) -> None:
    assert certificate_of(text) is None


@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_certificate_cut_anywhere_with_noise_never_fails(cut: int, noise: bytes) -> None:
    data = made(None).public_bytes(Encoding.DER)[:cut] + noise
    assert parse_certificate(data).der == data
