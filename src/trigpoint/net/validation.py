"""Tells where a chain of certificates leads (RFC 5280, section 6): to a known authority, to an unknown one, or nowhere.

:mod:`trigpoint.net.dial.chain` says what a client says, the first thing that is wrong. A judge needs more: a chain that
ends in an authority that no list of today has may be an old site's own; one that names a known authority that never
signed it is forged. So the name and the leaf's time are left to the caller, and only the path is told, at a time.

Authorities are those that a dated bundle has now. Chains of years ago may lead to roots that were removed since: they
are :attr:`Path.UNKNOWN`, which accuses nobody.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import crypto

from trigpoint.net.der import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SECONDS_A_DAY = 86_400
_FOREVER = (float("-inf"), float("inf"))
_NOT_YET, _EXPIRED = 9, 10  # X509_verify_cert(3)
_LONGEST_CHAIN = 16  # certificates; servers send two to five
_STORES = 32
_REMEMBERED = 50_000  # chains by hash, with what they lead to: some 10 MB


class Path(StrEnum):
    """Where a chain leads."""

    TRUSTED = "trusted"
    """To a known authority."""
    EXPIRED = "expired"
    """To a known authority, by certificates of which one was not valid at the time."""
    SELF_SIGNED = "self_signed"
    """Nowhere: the leaf is signed by itself."""
    FORGED = "forged"
    """Nowhere: it names an authority, known or sent along, that did not sign it."""
    INCOMPLETE = "incomplete"
    """Nowhere that was sent: the issuer of its last certificate is neither known nor in the chain."""
    UNKNOWN = "unknown_authority"
    """To an authority that is not known."""
    INVALID = "invalid"
    """To a known authority, but against a rule; or it cannot be read."""


class Found(msgspec.Struct, frozen=True):
    """Where a chain leads, and when this holds: seconds since 1970, both ends included."""

    path: Path
    since: float
    until: float


class Authorities:
    """The authorities that are known, and the chains that were held against them already."""

    def __init__(self, pem: bytes) -> None:
        """Take authorities as PEM, such as those of :func:`trigpoint.net.dial.trust.trust`."""
        with _odd_numbers_allowed():
            roots = x509.load_pem_x509_certificates(pem)
        self._roots: list[crypto.X509] = []
        self._by_name: dict[bytes, list[bytes]] = {}
        for root in roots:
            der = root.public_bytes(Encoding.DER)
            self._roots.append(crypto.load_certificate(crypto.FILETYPE_ASN1, der))
            self._by_name.setdefault(Parts(der).subject, []).append(der)
        self._found: dict[str, Found] = {}
        self._stores: dict[float, crypto.X509Store] = {}

    def path(self, chain: Iterable[bytes], key: str, at: float) -> Path:
        """Tell where a chain leads; each chain is looked at once, and again only where another time may matter.

        Args:
            chain: DER as the server sent it, leaf first.
            key: what stands for this chain, such as the fingerprints of its certificates.
            at: the time, seconds since 1970.

        """
        known = self._found.get(key)
        if known is None or not known.since <= at <= known.until:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[key] = known = self._find(list(islice(chain, _LONGEST_CHAIN)), at)
        return known.path

    def _find(self, chain: Sequence[bytes], at: float) -> Found:
        try:
            links = [_parts(der) for der in chain]
        except (ValueError, IndexError):
            return Found(Path.INVALID, *_FOREVER)
        if not links:
            return Found(Path.INVALID, *_FOREVER)
        if not any(link.issuer in self._by_name or link.subject in self._by_name for link in links):
            return Found(_unknown(links), *_FOREVER)
        return self._verify(chain, links, at)

    def _verify(self, chain: Sequence[bytes], links: Sequence[Parts], at: float) -> Found:
        """Let OpenSSL build the path, which it does as browsers do: out of order, with too much, by another way."""
        try:
            loaded = [crypto.load_certificate(crypto.FILETYPE_ASN1, der) for der in chain]
            verified = crypto.X509StoreContext(self._store(at), loaded[0], loaded[1:]).get_verified_chain()
            validities = [_validity(one) for one in verified]
        except crypto.X509StoreContextError as error:
            if error.errors[0] in {_NOT_YET, _EXPIRED}:
                day = at // _SECONDS_A_DAY * _SECONDS_A_DAY
                return Found(Path.EXPIRED, day, day + _SECONDS_A_DAY)
            return Found(self._broken(chain, links), *_FOREVER)
        except (crypto.Error, ValueError, OverflowError, OSError):  # unreadable, or a time beyond the calendar
            return Found(Path.INVALID, *_FOREVER)
        return Found(Path.TRUSTED, max(since for since, _ in validities), min(until for _, until in validities))

    def _store(self, at: float) -> crypto.X509Store:
        """Give a store of that time, which takes 0.4 ms; OpenSSL keeps the first time that a store is given."""
        if at not in self._stores:
            if len(self._stores) >= _STORES:
                self._stores.clear()
            store = crypto.X509Store()
            store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)  # a path may end at each of them
            store.set_time(datetime.fromtimestamp(at, UTC))
            for root in self._roots:
                store.add_cert(root)
            self._stores[at] = store
        return self._stores[at]

    def _broken(self, chain: Sequence[bytes], links: Sequence[Parts]) -> Path:
        """Say why no path was found: follow the names, and see whether each that is named did sign."""
        by_name: dict[bytes, list[bytes]] = {name: list(roots) for name, roots in self._by_name.items()}
        for der, link in zip(chain, links, strict=True):
            by_name.setdefault(link.subject, []).append(der)
        place, seen = chain[0], set[bytes]()
        while place not in seen:
            seen.add(place)
            issuer = Parts(place).issuer
            if issuer not in by_name:
                return _unknown(links)
            signers = [der for der in by_name[issuer] if _signed(place, der)]
            if not signers:
                return Path.FORGED
            place = signers[0]
        is_known = any(place in roots for roots in self._by_name.values())
        return Path.INVALID if is_known else _unknown(links)


@lru_cache(256)
def _parts(der: bytes) -> Parts:
    """Cut a certificate; those between leaf and authority come again and again."""
    return Parts(der)


def _unknown(links: Sequence[Parts]) -> Path:
    """Tell apart three kinds of chains that lead to nobody who is known."""
    leaf = links[0]
    if leaf.issuer == leaf.subject:
        return Path.SELF_SIGNED
    sent = {link.subject: link for link in links}
    place, seen = leaf, {leaf.subject}
    while place.issuer in sent and place.issuer not in seen:
        seen.add(place.issuer)
        place = sent[place.issuer]
    return Path.UNKNOWN if place.issuer == place.subject else Path.INCOMPLETE


@lru_cache(4_096)
def _signed(child: bytes, issuer: bytes) -> bool:
    """Tell whether one certificate's key signed another; true as well where that cannot be told."""
    try:
        with _odd_numbers_allowed():
            key = x509.load_der_x509_certificate(issuer)
            x509.load_der_x509_certificate(child).verify_directly_issued_by(key)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return True
    return True


@contextmanager
def _odd_numbers_allowed() -> Iterator[None]:
    """Take serial numbers as they are, of which the library warns: they are data here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _validity(certificate: crypto.X509) -> tuple[float, float]:
    with _odd_numbers_allowed():
        read = certificate.to_cryptography()
    return read.not_valid_before_utc.timestamp(), read.not_valid_after_utc.timestamp()


@lru_cache(2)
def authorities(pem: bytes) -> Authorities:
    """Give the authorities of a bundle, made once in a process."""
    return Authorities(pem)
