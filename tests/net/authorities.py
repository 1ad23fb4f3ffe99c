"""Chains of certificates made for a test: true ones, and forgeries of the same names."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

DAY = 86_400
BEGAN = 1_700_000_000.0 - 1_000 * DAY
"""When authorities begin, by default."""
ENDS = 1_700_000_000.0 + 1_000 * DAY
"""When they end."""


class Authority:
    """A key with a name that signs certificates; two of one name have different keys."""

    def __init__(self, name: str, by: Authority | None = None, *, until: float = ENDS) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name)])
        self.der = (by or self).signed(self.name, self.key.public_key(), until=until, is_authority=True)

    @property
    def pem(self) -> bytes:
        """Give its certificate as text."""
        return x509.load_der_x509_certificate(self.der).public_bytes(Encoding.PEM)

    def signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        names: tuple[str, ...] = (),
        since: float = BEGAN,
        until: float = ENDS,
        is_authority: bool = False,
    ) -> bytes:
        builder = (
            x509.CertificateBuilder(self.name, subject, key, x509.random_serial_number())
            .not_valid_before(dt.datetime.fromtimestamp(since, dt.UTC))
            .not_valid_after(dt.datetime.fromtimestamp(until, dt.UTC))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def leaf(self, *names: str, since: float = BEGAN, until: float = ENDS) -> bytes:
        """Sign a certificate for names."""
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        return self.signed(subject, key, names=names, since=since, until=until)
