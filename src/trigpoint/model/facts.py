"""Facts that enrich a step: looked up or computed from its values, never a conclusion (R1)."""

from __future__ import annotations

import msgspec


class AddressFacts(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is known of an IP address."""

    asn: int | None = None
    """AS number, from a local database when one is given, else as annotated in the record. Missing: unknown."""
    as_name: str | None = None
    """Name of that AS, from the same place. Missing: unknown."""
    address_country: str | None = None
    """Country in a local database (ISO 3166-1 alpha-2). Missing: no database given, or unknown."""
    is_bogon: bool | None = None
    """Whether it is not globally routable (IANA special-purpose registries). Missing: not an address."""


class ResolverFacts(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a local database says of a resolver's address, beside its AS number."""

    resolver_as_name: str | None = None
    """Name of the resolver's AS. Missing: no database given, or unknown."""
    resolver_country: str | None = None
    """Country of the resolver's address (ISO 3166-1 alpha-2). Missing: no database given, or unknown."""


class LeafFacts(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the first certificate of a chain says about the handshake that received it."""

    leaf_sha256: str | None = None
    """Its SHA-256, a row of ``certificates``. Missing: no certificate received or recorded."""
    leaf_covers_name: bool | None = None
    """Whether its names match the server name (RFC 9525, wildcards in the first label). Missing: no leaf or name."""
    leaf_is_current: bool | None = None
    """Whether the measurement's start lies in its validity. Missing: no leaf, or no start time."""
    leaf_is_self_issued: bool | None = None
    """Whether its issuer is its subject. Missing: no leaf."""
