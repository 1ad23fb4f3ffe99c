"""Facts of the first certificate of a chain: which names it covers, when it is current, whether it is self-issued."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from trigpoint.model.facts import LeafFacts

if TYPE_CHECKING:
    from trigpoint.model.step import Certificate

Leaf: TypeAlias = "tuple[str | None, bool | None, bool | None, bool | None]"
"""The values of :class:`LeafFacts` in its order."""

NO_LEAF: Leaf = (None, None, None, None)
"""No certificate was received or recorded."""

# A reader lists the certificates with each measurement, so forgetting one costs nothing but parsing its names again.
_REMEMBERED = 20_000


class Identity(msgspec.Struct, frozen=True, gc=False):
    """What a certificate says of whom and when."""

    names: frozenset[str]
    """DNS names and canonical addresses, lower case."""
    wildcards: frozenset[str]
    """What follows ``*.`` in names whose whole first label is the wildcard."""
    not_before: float | None
    """Start of validity, seconds since 1970-01-01 UTC."""
    not_after: float | None
    """End of validity, seconds since 1970-01-01 UTC."""
    is_self_issued: bool | None
    """Whether its issuer is its subject. Missing: it could not be parsed."""

    def covers(self, server_name: str) -> bool:
        """Match a server name as RFC 9525, section 6.3, has it.

        A wildcard stands for exactly one whole label, the first. The subject's common name counts for nothing.
        """
        name = canonical_name(server_name)
        if name in self.names:
            return True
        first, _, rest = name.partition(".")
        return bool(first) and rest in self.wildcards and not _looks_numeric(name)


def identity(certificate: Certificate) -> Identity:
    """Read a certificate's names once."""
    listed = [canonical_name(name) for name in (certificate.names or "").split()]
    is_parsed = certificate.subject is not None and certificate.issuer is not None
    return Identity(
        names=frozenset(name for name in listed if "*" not in name),
        wildcards=frozenset(name[2:] for name in listed if name.startswith("*.") and "*" not in name[2:] and name[2:]),
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        is_self_issued=certificate.issuer == certificate.subject if is_parsed else None,
    )


def canonical_name(name: str) -> str:
    """Give the one form in which names are compared: lower case, no last dot; addresses in canonical text."""
    plain = name.lower().removesuffix(".").removeprefix("[").removesuffix("]")
    if not _looks_numeric(plain):
        return plain
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return plain


def _looks_numeric(name: str) -> bool:
    return name[-1:].isdecimal() or ":" in name  # no top-level domain ends in a digit; parsing all costs a third


class CertificateMemory:
    """The certificates seen lately, by SHA-256. Bounded: the oldest are forgotten first."""

    def __init__(self, limit: int = _REMEMBERED) -> None:
        """Remember at most ``limit`` certificates."""
        self._limit = limit
        self._identities: dict[str, Identity] = {}

    def add(self, certificate: Certificate) -> None:
        """Remember a certificate."""
        if certificate.sha256 not in self._identities:
            if len(self._identities) >= self._limit:
                del self._identities[next(iter(self._identities))]
            self._identities[certificate.sha256] = identity(certificate)

    def leaf(self, chain: str | None, server_name: str | None, started_at: float | None) -> Leaf:
        """Compare the first certificate of a chain with the name asked for and the time.

        Args:
            chain: SHA-256 fingerprints, leaf first, separated by blanks.
            server_name: name or address that the client asked for.
            started_at: start of the measurement, seconds since 1970-01-01 UTC.

        Returns:
            The values of :class:`trigpoint.model.facts.LeafFacts`, in its order.

        """
        if not chain:
            return NO_LEAF
        sha256 = chain.partition(" ")[0]
        known = self._identities.get(sha256)
        if known is None or known.is_self_issued is None:
            return sha256, None, None, None
        covers = known.covers(server_name) if server_name else None
        return sha256, covers, _is_current(known, started_at), known.is_self_issued


def _is_current(known: Identity, started_at: float | None) -> bool | None:
    if started_at is None or known.not_before is None or known.not_after is None:
        return None
    return known.not_before <= started_at <= known.not_after


def facts(leaf: Leaf) -> LeafFacts:
    """Name the values of a leaf."""
    return LeafFacts(
        leaf_sha256=leaf[0], leaf_covers_name=leaf[1], leaf_is_current=leaf[2], leaf_is_self_issued=leaf[3]
    )
