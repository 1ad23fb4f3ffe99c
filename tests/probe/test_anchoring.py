"""Authorities known by name and key alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from trigpoint.net.dial.chain import chain_failure
from trigpoint.net.dial.trust import trust
from trigpoint.probe.anchoring import trusting
from trigpoint.reference.anchors import SIGNAL, Anchor

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@cache
def key(_number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def anchor(number: int, *, until: datetime = NOW + timedelta(days=365)) -> Anchor:
    return Anchor(
        organisation="Messages",
        name=(("C", "XA"), ("O", "Messages"), ("CN", "Messages of ours")),
        modulus=key(number).public_key().public_numbers().n,
        expires_at=until.timestamp(),
        certificate_sha256="",
        source="here",
    )


def leaf(number: int, common_name: str = "Messages of ours") -> bytes:
    """Make a certificate for chat.example that the key with this number signs."""
    attributes = (
        (NameOID.COUNTRY_NAME, "XA"),
        (NameOID.ORGANIZATION_NAME, "Messages"),
        (NameOID.COMMON_NAME, common_name),
    )
    issuer = x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes])
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("chat.example")]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key(number).public_key()), critical=False)
    )
    return builder.sign(key(number), hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("chain", "name", "failure"),
    [
        ([leaf(1)], "chat.example", None),
        ([leaf(1)], "other.example", "ssl_invalid_hostname"),
        ([leaf(2)], "chat.example", "ssl_unknown_authority"),
        ([leaf(1, "Messages of others")], "chat.example", "ssl_unknown_authority"),
    ],
    ids=["its own", "another name", "another key under the same name", "the same key under another name"],
)
def test_who_is_believed_is_the_name_and_the_key(chain: list[bytes], name: str, failure: str | None) -> None:
    public = trust(now=NOW.timestamp())
    assert chain_failure(chain, name, trusting(public, anchor(1))) == failure
    assert chain_failure([leaf(1)], "chat.example", public) == "ssl_unknown_authority"


def test_an_authority_ends() -> None:
    over = anchor(1, until=NOW - timedelta(days=1))
    assert chain_failure([leaf(1)], "chat.example", trusting(trust(now=NOW.timestamp()), over)) is not None


def test_signal_s_is_a_whole_key_of_today() -> None:
    assert SIGNAL.modulus.bit_length() == 4_096
    assert SIGNAL.modulus % 2
    assert SIGNAL.expires_at > NOW.timestamp()
    assert trusting(trust(now=NOW.timestamp()), SIGNAL).version.endswith(" + Signal Messenger, LLC")
