"""Validates certificates again from the chains as they were received, at the time of the measurement.

What a probe says of a chain depends on its list of authorities, its clock and its honesty; the chain itself is the
evidence. Each distinct chain is validated once (:mod:`trigpoint.net.validation`); its leaf's name and time are facts of
the observation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.net.dial.trust import trust
from trigpoint.net.validation import Authorities, Path, authorities
from trigpoint.reference.artefacts import Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VALID, WRONG_NAME, EXPIRED, PRODUCT = "valid", "wrong_name", str(Path.EXPIRED), "product"
"""States of a chain that say more than where it leads."""

DISPROVED = (WRONG_NAME, EXPIRED, PRODUCT, str(Path.SELF_SIGNED), str(Path.FORGED))
"""States in which a chain is not the site's, whatever the record says of it. An authority that is not known today, or
a certificate that was not sent along, disproves nothing: lists of authorities change."""

_SECONDS_A_DAY = 86_400
_NOON = 0.5  # authorities outlive days: a path is asked for at noon, where its leaf was valid then
_PRODUCT = any_of(patterns(Place.ISSUER, Scope.PRODUCT))


def members(handshakes: pl.DataFrame) -> list[str]:
    """List the certificates that handshakes showed, by their SHA-256, each once."""
    shown = handshakes["certificate_chain"].drop_nulls().unique()
    return shown.str.split(" ").explode().unique().to_list()


def with_chain_states(handshakes: pl.DataFrame, certificates: pl.DataFrame) -> pl.DataFrame:
    """Add ``chain_state`` to handshakes.

    It is one of ``valid``, ``wrong_name``, ``expired``, ``self_signed``, ``forged`` (it names an authority that did not
    sign it), ``incomplete``, ``unknown_authority``, ``invalid`` and ``product`` (a program
    that intercepts TLS made it); missing where no chain, or no time, is recorded.

    Args:
        handshakes: with m, step, certificate_chain, started_at and the facts of the leaf.
        certificates: the table of that name, with the members of these chains.

    """
    key = ["certificate_chain", "day"]
    dated = handshakes.with_columns(day=(pl.col("started_at") // _SECONDS_A_DAY))
    wanted = dated.select(key).drop_nulls().unique().sort(key)
    is_product = pl.col("issuer").str.to_lowercase().str.contains(_PRODUCT).fill_null(value=False)
    products = frozenset(certificates.filter(is_product)["sha256"])
    facts = certificates.select("sha256", "not_before", "not_after", "der")
    known = {sha256: member for sha256, *member in facts.iter_rows()} if wanted.height else {}
    trusted = authorities(trust(now=0).pem)
    places = [_path(chain, (day + _NOON) * _SECONDS_A_DAY, known, trusted) for chain, day in wanted.iter_rows()]
    found = [
        PRODUCT if path not in {None, Path.TRUSTED} and not products.isdisjoint(chain.split()) else path
        for path, chain in zip(places, wanted["certificate_chain"], strict=True)
    ]
    paths = wanted.with_columns(path=pl.Series(found, dtype=pl.String))
    return (
        dated.join(paths, on=key, how="left", maintain_order="left")
        .with_columns(chain_state=_state())
        .drop("day", "path")
    )


def _path(chain: str, at: float, known: Mapping[str, Sequence[Any]], trusted: Authorities) -> str | None:
    """Tell where a chain leads at a time, or when its leaf was last valid; None where a part of it is not kept.

    Args:
        chain: hashes of its members.
        at: seconds since 1970.
        known: of each certificate by its hash not_before, not_after and der.
        trusted: the authorities that are known.

    """
    try:
        kept = [known[sha256] for sha256 in chain.split()]
        since, until, _ = kept[0]
    except LookupError:
        return None
    if since is None or until is None or since > until:
        return Path.INVALID
    content = (der for _, _, der in kept if der is not None)
    return trusted.path(content, chain, min(max(at, since), until))


def _state() -> pl.Expr:
    """Say the most telling thing: who made it, then whom and when it is for, then where it leads."""
    path = pl.col("path")
    return (
        pl.when(path.is_null() | path.is_in([PRODUCT, Path.FORGED, Path.SELF_SIGNED]))
        .then(path)
        .when(~pl.col("leaf_covers_name"))
        .then(pl.lit(WRONG_NAME))
        .when(~pl.col("leaf_is_current"))
        .then(pl.lit(EXPIRED))
        .when(path == Path.TRUSTED)
        .then(pl.lit(VALID))
        .otherwise(path)
    )
