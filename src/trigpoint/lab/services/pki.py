"""The lab's own certificate authorities and what they sign (RFC 5280): good certificates, and deliberately bad ones.

Nobody outside the lab trusts them, and their keys live as long as the process does.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trigpoint.net.names import canonical_address
from trigpoint.net.serve.identity import Identity, context, pem

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from trigpoint.lab.world.site import Certificate

Kind: TypeAlias = Literal["ecdsa", "ed25519"]
"""Of keys. ``ecdsa``: on P-256, as most sites have them; their signatures differ in size by a byte or two.
``ed25519``: all signatures are of one size (RFC 8032), and so the times of two runs agree on lines with a rate."""
_Private: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_Public: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
_SERIAL_BYTES = 16
_FILLING = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.1"), bytes(800))
"""Makes certificates as large as those of real sites, whose chains do not fit into one packet: a line that loses large
packets must lose them. The number is one for examples (RFC 5612)."""

ROOT, INTERMEDIATE, UNKNOWN = "Trigpoint Lab Root", "Trigpoint Lab CA 1", "Trigpoint Lab Unknown Root"
"""Common names of the authorities: the one that clients trust, the one that signs sites, and one that nobody trusts."""
STRANGER = "hosting.example"
"""The name in certificates of the wrong name."""

_CURRENT = (timedelta(days=-30), timedelta(days=60))
_VALIDITIES = {
    "expired": (timedelta(days=-120), timedelta(days=-30)),
    "not_yet": (timedelta(days=30), timedelta(days=120)),
    "short_lived": (timedelta(days=-4), timedelta(hours=64)),  # of 160 hours, as Let's Encrypt has them since 2025
}
_LONG = (timedelta(days=-400), timedelta(days=3_000))
_LONGEST_COMMON_NAME = 64  # RFC 5280, appendix A.1
_NO_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


class Authority(NamedTuple):
    """Who signs."""

    certificate: x509.Certificate
    key: _Private
    sent: tuple[x509.Certificate, ...] = ()
    """What servers send behind a leaf that it signed."""


class Pki:
    """All authorities of one lab.

    Args:
        folder: where certificates and keys are written, since OpenSSL reads them from files only.
        now: around when certificates are valid. Missing: the present.
        kind: of all keys.

    """

    def __init__(self, folder: Path, now: datetime | None = None, kind: Kind = "ecdsa") -> None:
        self._folder = folder
        self._kind = kind
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)
        self._roots: dict[str, Authority] = {}
        self._files = 0
        self._identities: dict[tuple[object, ...], Identity] = {}
        self._contexts: dict[tuple[object, ...], ssl.SSLContext] = {}
        root = self.root(ROOT)
        key = _new_key(self._kind)
        certificate = self._signed(INTERMEDIATE, key.public_key(), root, _LONG)
        self._intermediate = Authority(certificate, key, (certificate,))

    def root(self, name: str) -> Authority:
        """Give the root of a name; it is made when it is first asked for."""
        if name not in self._roots:
            key = _new_key(self._kind)
            self._roots[name] = Authority(self._signed(name, key.public_key(), _Self(key), _LONG), key)
        return self._roots[name]

    def bundle(self, trusted: Iterable[str] = ()) -> bytes:
        """Write what clients trust as PEM: the lab's root, and the roots of these names."""
        return b"".join(pem(self.root(name).certificate) for name in dict.fromkeys((ROOT, *trusted)))

    def identity(
        self, names: Sequence[str], addresses: Sequence[str] = (), kind: Certificate = "good", holder: str = ""
    ) -> Identity:
        """Give the leaf for some names, which is made when it is first asked for.

        Args:
            names: of the server; the first is also the subject.
            addresses: which it is also for.
            kind: what is wrong with it, as sites have it.
            holder: who has it, where several have one each for the same names.

        """
        asked = (*names, *addresses, kind, holder)
        if asked not in self._identities:
            self._identities[asked] = self._leaf(names, addresses, kind)
        return self._identities[asked]

    def _leaf(self, names: Sequence[str], addresses: Sequence[str], kind: Certificate) -> Identity:
        key = _new_key(self._kind)
        if kind == "wrong_name":
            names, addresses = (STRANGER,), ()
        issuer: Authority | _Self = self._intermediate
        if kind == "self_signed":
            issuer = _Self(key)
        elif kind == "unknown_ca":
            issuer = self.root(UNKNOWN)
        leaf = self._signed(
            names[0], key.public_key(), issuer, _VALIDITIES.get(kind, _CURRENT), _alternatives(names, addresses)
        )
        return Identity((leaf, *(() if kind == "incomplete" else issuer.sent)), key)

    def forged(self, original: bytes, issuer: str = "") -> Identity:
        """Give a leaf that says what another says: subject, names and validity (Raman et al., IMC 2020).

        Args:
            original: DER of the true certificate.
            issuer: common name of the root that signs. Empty: it signs itself.

        Raises:
            ValueError: the original cannot be read.

        """
        asked = (original, issuer)
        if asked not in self._identities:
            self._identities[asked] = self._copy(x509.load_der_x509_certificate(original), issuer)
        return self._identities[asked]

    def _copy(self, true: x509.Certificate, issuer: str) -> Identity:
        key = _new_key(self._kind)
        authority = self.root(issuer) if issuer else _Self(key)
        try:
            names = true.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            names = None
        validity = (true.not_valid_before_utc - self._now, true.not_valid_after_utc - self._now)
        return Identity((self._signed(true.subject, key.public_key(), authority, validity, names),), key)

    def issued(self, names: Sequence[str], issuer: str = "") -> Identity:
        """Give a leaf by the root of a name; without a name it signs itself."""
        asked = ("issued", *names, issuer)
        if asked not in self._identities:
            key = _new_key(self._kind)
            authority = self.root(issuer) if issuer else _Self(key)
            leaf = self._signed(names[0], key.public_key(), authority, _CURRENT, _alternatives(names, ()))
            self._identities[asked] = Identity((leaf,), key)
        return self._identities[asked]

    def context(self, identity: Identity, alpn: Sequence[str] = ()) -> ssl.SSLContext:
        """Give a server's context, which is made by way of a file when it is first asked for.

        Raises:
            OSError: the folder cannot be written to.

        """
        asked = (*identity.chain, *alpn)
        if asked not in self._contexts:
            self._contexts[asked] = self._made(identity, alpn)
        return self._contexts[asked]

    def _made(self, identity: Identity, alpn: Sequence[str]) -> ssl.SSLContext:
        self._files += 1
        return context(identity, self._folder / f"{self._files}.pem", alpn)

    def _signed(
        self,
        subject: str | x509.Name,
        key: _Public,
        issuer: Authority | _Self,
        validity: tuple[timedelta, timedelta],
        names: x509.SubjectAlternativeName | None = None,
    ) -> x509.Certificate:
        """Sign a certificate; without names it is an authority's."""
        subject = _name(subject) if isinstance(subject, str) else subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if isinstance(issuer, Authority) else subject)
            .public_key(key)
            .serial_number(_serial())
            .not_valid_before(self._now + validity[0])
            .not_valid_after(self._now + validity[1])
            .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
            .add_extension(_usage(*(("digital_signature",) if names else ("key_cert_sign", "crl_sign"))), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        builder = builder.add_extension(_FILLING, critical=False)
        if names is not None:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(names, critical=False).add_extension(usage, critical=False)
        digest = None if isinstance(issuer.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        return builder.sign(issuer.key, digest)


class _Self(NamedTuple):
    """Signs itself."""

    key: _Private
    sent: tuple[x509.Certificate, ...] = ()


def is_current(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether a moment lies within the validity of a certificate."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _new_key(kind: Kind) -> _Private:
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


def _serial() -> int:
    """Draw a serial number; all are of one size, too."""
    return int.from_bytes(b"\x40" + token_bytes(_SERIAL_BYTES - 1), "big")


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:_LONGEST_COMMON_NAME])])


def _alternatives(names: Iterable[str], addresses: Iterable[str]) -> x509.SubjectAlternativeName:
    """Write names and addresses as a certificate has them; a name that is an address is one."""
    ends = dict.fromkeys((*names, *addresses))
    return x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address(end)) if canonical_address(end) else x509.DNSName(end) for end in ends]
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**_NO_USAGE | dict.fromkeys(allowed, True))
