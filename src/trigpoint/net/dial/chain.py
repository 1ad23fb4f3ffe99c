"""Judges a chain of certificates (RFC 5280) as Go does, and so as OONI does: the leaf's validity, its name, its path.

The order matters. Certificates of block pages are wrong in several ways at once, and OpenSSL tells of another one
first: a chain that is expired and for another name is ``ssl_invalid_hostname`` to it, to Go (``crypto/x509``,
``Certificate.Verify``) it is ``ssl_invalid_certificate``.

Paths are built by OpenSSL, through pyOpenSSL, because it takes what browsers take: chains out of order or with too
much in them, old roots, several ways to a root. ``cryptography.x509.verification`` refuses whatever breaks a rule of
the CA/Browser Forum, and says neither what nor at which certificate.
"""

from __future__ import annotations

import ipaddress
import warnings
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import crypto

from trigpoint.net.certificates import parse_certificate
from trigpoint.net.der import Parts
from trigpoint.net.names import a_label, canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.model.step import Certificate
    from trigpoint.net.dial.trust import Trust

INVALID, WRONG_NAME, UNKNOWN = "ssl_invalid_certificate", "ssl_invalid_hostname", "ssl_unknown_authority"
"""The three verdicts of ooni/probe-cli netxlite, ``classifyTLSHandshakeError``."""

# X509_verify_cert(3). Go finds no issuer where OpenSSL finds one that may not sign or whose signature is wrong.
_NO_ISSUER = {
    2: "unable to get issuer certificate",
    7: "certificate signature failure",
    18: "self-signed certificate",
    19: "self-signed certificate in the chain",
    20: "unable to get local issuer certificate",
    21: "unable to verify the first certificate",
    24: "invalid CA certificate",
    32: "key usage does not include certificate signing",
}
_SERVER = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
_CACHE_SIZE = 256  # chains of some kilobytes; a site is measured at several addresses and several times
_ADDRESS_BYTES = {4, 16}
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87  # RFC 5280, section 4.2.1.6


def chain_failure(chain: Sequence[bytes], name: str, trust: Trust) -> str | None:
    """Judge a chain for a name.

    Args:
        chain: DER as the server sent it, leaf first.
        name: of the server, or its address.
        trust: whom and when.

    Returns:
        ``ssl_invalid_certificate``, ``ssl_invalid_hostname`` or ``ssl_unknown_authority``. None: it is good.

    """
    return _judged(tuple(chain), name, trust)


@lru_cache(_CACHE_SIZE)
def _judged(chain: tuple[bytes, ...], name: str, trust: Trust) -> str | None:
    leaf = parse_certificate(chain[0]) if chain else None
    if leaf is None or leaf.not_before is None or leaf.not_after is None:
        return INVALID
    if not leaf.not_before <= trust.now <= leaf.not_after:
        return INVALID
    if not is_for(leaf, name):
        return WRONG_NAME
    return _path_failure(chain, trust) or (None if _serves(chain[0]) else INVALID)


def is_for(leaf: Certificate, name: str) -> bool:
    """Tell whether a certificate is for a name or an address (RFC 9525); the subject's common name does not count."""
    names, addresses = _alternatives(leaf.der)
    address = canonical_address(name)
    if address is not None:
        return address in addresses
    wanted = a_label(name).split(".")
    return any(_matches(pattern.lower().rstrip(".").split("."), wanted) for pattern in names)


def _matches(pattern: Sequence[str], labels: Sequence[str]) -> bool:
    """Compare label by label; a whole first label may be ``*``, which stands for an internationalised one, too.

    Go and browsers take that, the library that was at hand (service-identity) does not.
    """
    same = len(pattern) == len(labels) and tuple(pattern[1:]) == tuple(labels[1:])
    return same and (pattern[0] == labels[0] or (pattern[0] == "*" and len(pattern) > 1))


def _alternatives(der: bytes) -> tuple[list[str], set[str | None]]:
    """Read the names and the addresses; what cannot be read is not among them."""
    try:
        found = Parts(der).alternative_names()
    except (ValueError, IndexError):
        return [], set()
    names = [der[start:end].decode("latin-1") for tag, _, start, end in found if tag == _DNS_NAME]
    packed = [der[start:end] for tag, _, start, end in found if tag == _IP_ADDRESS]
    return names, {
        canonical_address(str(ipaddress.ip_address(address))) for address in packed if len(address) in _ADDRESS_BYTES
    }


def _path_failure(chain: Sequence[bytes], trust: Trust) -> str | None:
    leaf = _loaded(chain[:1])
    if not leaf:
        return INVALID
    try:
        crypto.X509StoreContext(_store(trust), leaf[0], _loaded(chain[1:])).verify_certificate()
    except crypto.X509StoreContextError as error:
        return UNKNOWN if error.errors[0] in _NO_ISSUER else INVALID
    return None


def _serves(der: bytes) -> bool:
    """Tell whether a leaf may be shown by a server: it says so, or says nothing (RFC 5280, section 4.2.1.12)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd serial numbers and names are data here
            extensions = x509.load_der_x509_certificate(der).extensions
        usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, x509.ExtensionNotFound):
        return True
    return not _SERVER.isdisjoint(usages)


@lru_cache(8)
def _store(trust: Trust) -> crypto.X509Store:
    """Make the set of what is trusted. A path may end at each of it, as in Go: also at one signed by another."""
    store = crypto.X509Store()
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    store.set_time(datetime.fromtimestamp(trust.now, UTC))
    for authority in _authorities(trust.pem):
        store.add_cert(authority)
    return store


@lru_cache(4)
def _authorities(pem: bytes) -> tuple[crypto.X509, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        found = x509.load_pem_x509_certificates(pem)
    return tuple(_loaded(certificate.public_bytes(Encoding.DER) for certificate in found))


def _loaded(chain: Iterable[bytes]) -> list[crypto.X509]:
    """Load certificates; those that OpenSSL cannot read are left out."""
    loaded = []
    for der in chain:
        try:
            loaded.append(crypto.load_certificate(crypto.FILETYPE_ASN1, der))
        except crypto.Error:
            continue
    return loaded
