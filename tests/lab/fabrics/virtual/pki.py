"""An authority, and a certificate for each test's server."""

from __future__ import annotations

import datetime as dt
import ssl
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME = "site.example"
_NOW = dt.datetime.now(dt.UTC)
_DAY = dt.timedelta(days=1)
_CERTIFICATE_SIGNING = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


@cache
def pems() -> tuple[bytes, bytes, bytes]:
    """Authority, leaf, key of the leaf."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    blank = x509.CertificateBuilder().not_valid_before(_NOW - _DAY).not_valid_after(_NOW + _DAY)
    root = (
        blank.subject_name(_name("root"))
        .issuer_name(_name("root"))
        .public_key(root_key.public_key())
        .serial_number(1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_CERTIFICATE_SIGNING, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        blank.subject_name(_name(NAME))
        .issuer_name(_name("root"))
        .public_key(key.public_key())
        .serial_number(2)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return root.public_bytes(pem), leaf.public_bytes(pem), private


def server_context(*protocols: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        chain, key = Path(folder) / "chain", Path(folder) / "key"
        chain.write_bytes(pems()[1])
        key.write_bytes(pems()[2])
        context.load_cert_chain(chain, key)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def client_context() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pems()[0].decode())
