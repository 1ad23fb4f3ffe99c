"""The certificate that a control shows: one of PEM files, or one that it makes for itself.

Where nettests hold two names against each other at a control server, no certificate is judged: what counts is whether
the handshake is cut. There one that is self-made serves as well. The measurements for probes are another matter: who
asks for them over HTTPS has to know whom it believes, and needs a certificate of an authority.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.net.serve.identity import Identity, Private

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "trigpoint control"
_LIFE = timedelta(days=3_650)  # nobody who talks to it reads the dates, and no server should stop for them


def self_made(now: datetime | None = None) -> Identity:
    """Make a key on P-256 and a certificate that it signs itself.

    Args:
        now: when it begins, less a day. None: the present.

    """
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    leaf = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Identity((leaf,), key)


def read_identity(certificate: Path, key: Path, now: datetime | None = None) -> Identity:
    """Read a certificate with its chain, and its key, from PEM files (:rfc:`7468`).

    Args:
        certificate: the server's own first, then those that lead to an authority.
        key: without a password.
        now: when the certificate must not have ended. None: the present.

    Raises:
        InputError: a file cannot be read, or holds something else, or the two do not belong together.

    """
    chain, private = _chain(certificate), _key(key)
    if private.public_key() != chain[0].public_key():
        message = f"{key} is not the key of the first certificate in {certificate}"
        raise InputError(message)
    if chain[0].not_valid_after_utc < (now or datetime.now(UTC)):
        message = f"{certificate}: the certificate ended on {chain[0].not_valid_after_utc:%Y-%m-%d}; renew it"
        raise InputError(message)
    return Identity(chain, private)


def _chain(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(content_of(path)))
    except (ValueError, UnsupportedAlgorithm) as error:
        message = f"{path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"
        raise InputError(message) from error


def _key(path: Path) -> Private:
    try:
        key = load_pem_private_key(content_of(path), password=None)
    except TypeError as error:
        message = f"{path}: the key has a password; a server needs one without"
        raise InputError(message) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        message = f"{path} holds no private key in PEM (-----BEGIN PRIVATE KEY-----)"
        raise InputError(message) from error
    if not isinstance(key, Private):
        message = f"{path}: TLS signs with no key of this kind; take one of ECDSA, RSA or Ed25519"
        raise InputError(message)
    return key
