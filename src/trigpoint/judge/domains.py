"""How two host names are related: one registrable domain, one brand, one site in another country."""

from __future__ import annotations

import polars as pl

_SHORTEST_BRAND = 3  # one or two letters before a public suffix are shared by chance
_SECOND_LEVEL = r"\.(?:co|com|org|net|gov|edu|ac|or|ne|go|gob|gouv|mil)\.[a-z]{2}$"


def domain(host: pl.Expr) -> pl.Expr:
    """Approximate the registrable domain: two labels, or three under a country's second-level domains."""
    two = host.str.extract(r"([^.]+\.[^.]+)$", 1)
    three = host.str.extract(r"([^.]+\.[^.]+\.[^.]+)$", 1)
    return pl.when(host.str.contains(_SECOND_LEVEL)).then(pl.coalesce(three, two)).otherwise(pl.coalesce(two, host))


def is_related(host: pl.Expr, asked: pl.Expr) -> pl.Expr:
    """Say whether two hosts share the registrable domain, or its first label (a brand under another suffix)."""
    own, other = domain(host), domain(asked)
    brand, other_brand = (name.str.extract(r"^([^.]+)", 1) for name in (own, other))
    return (own == other) | ((brand == other_brand) & (brand.str.len_chars() >= _SHORTEST_BRAND))


def is_variant(host: pl.Expr, asked: pl.Expr) -> pl.Expr:
    """Say whether a site may have led this visitor to this host and another visitor elsewhere.

    Sites lead visitors by country or consent to hosts of their own brand; with or without ``www.`` is one host.
    """
    plain, other = (name.str.strip_prefix("www.") for name in (host, asked))
    return is_related(host, asked) & (plain != other)
