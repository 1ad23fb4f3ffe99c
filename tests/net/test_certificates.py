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

from trigpoint.net import certificates
from trigpoint.net.certificates import certificate_of, parse_certificate

NOW = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def made(
    names: list[x509.GeneralName] | None,
    *,
    issuer: str = "site.example",
    is_critical: bool = False,
    others: bool = False,
) -> x509.Certificate:
    key = ec.derive_private_key(7, ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(named("site.example"))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=90))
    )
    if others:
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=is_critical)
    if others:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
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


names = st.lists(
    st.from_regex(r"(\*\.)?[a-z0-9-]{1,20}(\.[a-z]{2,9}){1,3}", fullmatch=True).map(x509.DNSName)
    | st.ip_addresses().map(x509.IPAddress)
    | st.just(x509.RFC822Name("post@site.example")),
    min_size=1,
    max_size=6,
)


@given(names, st.booleans())
def test_parts_are_what_the_library_says(listed: list[x509.GeneralName], is_critical: bool) -> None:
    given = made(listed, is_critical=is_critical)
    key = given.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    read = given.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    expected = read.get_values_for_type(x509.DNSName) + [str(a) for a in read.get_values_for_type(x509.IPAddress)]
    found = parse_certificate(given.public_bytes(Encoding.DER))
    assert (found.names, found.key_sha256) == (" ".join(expected) or None, hashlib.sha256(key).hexdigest())


def test_other_extensions_are_passed_over() -> None:
    found = parse_certificate(made([x509.DNSName("a.example")], others=True).public_bytes(Encoding.DER))
    only = parse_certificate(made(None, others=True).public_bytes(Encoding.DER))
    assert (found.names, only.names) == ("a.example", None)


def test_a_name_that_is_not_ascii_loses_the_names_and_nothing_else() -> None:
    der = made([x509.DNSName("site.example")]).public_bytes(Encoding.DER)
    found = parse_certificate(der.replace(b"\x82\x0csite.", b"\x82\x0c\xffite."))
    assert (found.names, found.subject) == (None, "CN=site.example")


def test_an_issuer_is_written_the_same_however_often_and_when_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_ISSUERS", 2)
    monkeypatch.setattr(certificates, "_issuers", {})
    for number in (1, 2, 3, 1):
        found = parse_certificate(made(None, issuer=f"Authority {number}").public_bytes(Encoding.DER))
        assert (found.issuer, found.subject) == (f"CN=Authority {number}", "CN=site.example")
        assert len(certificates._issuers) <= 2


def test_a_certificate_of_the_first_version_is_read() -> None:
    plain = made(None)
    signed = plain.tbs_certificate_bytes
    rest = plain.public_bytes(Encoding.DER)[4 + len(signed) :]
    signed = bytes([0x30, 0x81, len(signed) - 8]) + signed[8:]  # the version is the first field, in 5 bytes
    der = b"\x30\x82" + (len(signed) + len(rest)).to_bytes(2, "big") + signed + rest
    assert x509.load_der_x509_certificate(der).version == x509.Version.v1
    old, new = parse_certificate(der), parse_certificate(plain.public_bytes(Encoding.DER))
    assert (old.subject, old.issuer, old.names, old.key_sha256) == (new.subject, new.issuer, None, new.key_sha256)


def test_certificates_that_end_alike_are_told_apart() -> None:
    ending = bytes(200)  # 64 characters of base64 are 48 bytes
    one, other = (base64.b64encode(first + ending).decode() for first in (b"abc", b"xyz"))
    found = [certificate_of(text) for text in (one, other, one, one)]
    assert [certificate.der[:3] for certificate in found if certificate] == [b"abc", b"xyz", b"abc", b"abc"]


def test_few_certificates_are_remembered_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_CACHE_SIZE", 2)
    monkeypatch.setattr(certificates, "_known", {})
    for number in range(5):
        assert certificate_of(base64.b64encode(bytes([number]) * 60).decode()) is not None
        assert len(certificates._known) <= 2
