"""What a server shows and proves in a handshake, and how OpenSSL gets to know it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cryptography import x509  # noqa: TC002 - a tuple's annotation
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Private: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey | rsa.RSAPrivateKey
"""Keys with which TLS 1.3 signs (:rfc:`8446`, section 4.2.3)."""


class Identity(NamedTuple):
    """What a server shows and proves."""

    chain: tuple[x509.Certificate, ...]
    """The leaf, and what is sent with it; never the root."""
    key: Private
    """The leaf's."""


def context(identity: Identity, path: Path, alpn: Sequence[str] = ()) -> ssl.SSLContext:
    """Give a server's context.

    Args:
        identity: what it shows, whatever name a client asks for.
        path: file that is written for the moment in which OpenSSL reads it, which it does from files only.
        alpn: protocols, the best first.

    Raises:
        OSError: the file cannot be written.

    """
    path.touch(mode=0o600)
    try:
        path.write_bytes(key_pem(identity.key) + b"".join(map(pem, identity.chain)))
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.load_cert_chain(path)
    finally:
        path.unlink()
    if alpn:
        made.set_alpn_protocols(list(alpn))
    return made


def pem(certificate: x509.Certificate) -> bytes:
    """Write a certificate as PEM."""
    return certificate.public_bytes(Encoding.PEM)


def key_pem(key: Private) -> bytes:
    """Write a key as PEM, without a password."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
