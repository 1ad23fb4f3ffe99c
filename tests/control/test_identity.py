"""What a control shows: of files, or self-made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from trigpoint.control.identity import read_identity, self_made
from trigpoint.errors import InputError
from trigpoint.net.serve.identity import Identity, context, pem

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def key_pem(key: Any, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)  # type: ignore[no-any-return]


def written(folder: Path, identity: Identity, key: bytes = b"") -> tuple[Path, Path]:
    certificate, private = folder / "c.pem", folder / "k.pem"
    certificate.write_bytes(b"".join(map(pem, identity.chain)))
    private.write_bytes(key or key_pem(identity.key))
    return certificate, private


def test_what_is_self_made_is_of_its_own_key_and_no_authority() -> None:
    chain, key = self_made(NOW)
    assert [one.public_key() for one in chain] == [key.public_key()]
    chain[0].verify_directly_issued_by(chain[0])
    assert chain[0].not_valid_before_utc < NOW < NOW + timedelta(days=3_000) < chain[0].not_valid_after_utc
    assert self_made().key != key


def test_a_chain_is_read_with_its_key_and_openssl_takes_both(tmp_path: Path) -> None:
    own, other = self_made(NOW), self_made(NOW)
    identity = Identity((*own.chain, *other.chain), own.key)
    found = read_identity(*written(tmp_path, identity), NOW)
    assert found.chain == identity.chain
    assert key_pem(found.key) == key_pem(identity.key)
    path = tmp_path / "for-a-moment.pem"
    context(found, path)
    assert not path.exists(), "the key does not stay where OpenSSL read it"


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (key_pem(ec.generate_private_key(ec.SECP256R1())), "is not the key"),
        (key_pem(rsa.generate_private_key(65_537, 2_048)), "is not the key"),
        (key_pem(ed25519.Ed25519PrivateKey.generate()), "is not the key"),
        (key_pem(ed25519.Ed25519PrivateKey.generate(), b"secret"), "has a password"),
        (key_pem(x25519.X25519PrivateKey.generate()), "signs with no key"),
        (b"nothing", "no private key"),
    ],
)
def test_a_key_that_cannot_be_used_is_one_sentence(tmp_path: Path, key: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_identity(*written(tmp_path, self_made(NOW), key), NOW)


def test_a_certificate_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    certificate, key = written(tmp_path, self_made(NOW))
    with pytest.raises(InputError, match="ended on"):
        read_identity(certificate, key, NOW + timedelta(days=4_000))
    with pytest.raises(InputError, match="no certificate in PEM"):
        read_identity(key, key, NOW)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_identity(tmp_path / "missing", key, NOW)
    certificate.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(InputError, match="no certificate in PEM"):
        read_identity(certificate, key)
