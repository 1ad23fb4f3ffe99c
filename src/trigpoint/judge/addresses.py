"""Which addresses are genuine, and which the probe's own resolver led to (order of decision, step 3)."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.judge.chains import DISPROVED
from trigpoint.model.failure import Kind
from trigpoint.reference.artefacts import Place, Scope, patterns

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

SYSTEM_ENGINES = ("system", "getaddrinfo", "golang_net_resolver", "netgo", "unknown", "")
"""Engines that ask as the device does (df-002); an engine that is missing was the system's in older programs."""

ENCRYPTED_ENGINES = ("doh", "doh3", "dot", "odoh", "doq")
"""Engines whose answers cannot be forged on the path."""

PAIR = ["m", "name", "address"]
"""A name and an address of it, in one measurement."""


class Addresses(msgspec.Struct, frozen=True):
    """What is known of the addresses in a chunk."""

    genuine: pl.DataFrame
    """m, name, address, and how: by_certificate, by_control, by_resolver (bool). One row a pair."""
    networks: pl.DataFrame
    """m, name, asn: networks of genuine addresses. One row each."""
    resolvers: pl.DataFrame
    """m, name, address, resolvers: how many resolvers of the probe gave it. One row a pair."""
    pairs: pl.DataFrame
    """m, name, address of :attr:`genuine` and :attr:`resolvers` with what they say, and is_normal (the device's own
    resolver gave it). One row a pair."""
    names: pl.DataFrame
    """m, name, was_asked (the device's own resolver was, with or without success), normal_is_genuine (an address that
    it gave is), was_controlled (the control looked it up). One row each."""


def find_addresses(chunk: Chunk, vouched: pl.DataFrame) -> Addresses:
    """Collect the pairs of name and address that something vouches for, and those that resolvers gave.

    Args:
        chunk: the prepared observations.
        vouched: pairs (name, address) that the rest of the survey vouches for; each counts for every measurement.

    """
    given = _given(chunk)
    genuine = _genuine(chunk, given, vouched)
    asn = pl.concat([_control_answers(chunk).select(*PAIR, "asn"), given.select(*PAIR, "asn")]).drop_nulls("asn")
    networks = genuine.join(asn.unique(), on=PAIR).select("m", "name", "asn").filter(pl.col("asn") > 0).unique()
    normal = _by_device(given).select(PAIR).unique()
    asked = _by_device(chunk.probe("dns_lookups").with_columns(*resolver_columns())).select("m", "name").unique()
    resolvers = given.group_by(PAIR).agg(resolvers=pl.struct("engine", "resolver_address").n_unique())
    return Addresses(
        genuine=genuine,
        networks=networks,
        resolvers=resolvers,
        pairs=_joined(genuine, resolvers, normal.with_columns(is_normal=True), on=PAIR),
        names=_joined(
            asked.with_columns(was_asked=True),
            normal.join(genuine, on=PAIR).select("m", "name", normal_is_genuine=True).unique(),
            chunk.control("dns_lookups").select("m", "name", was_controlled=True).unique(),
            on=["m", "name"],
        ),
    )


def _joined(*frames: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Put together what frames say of the same; each has one row for each."""
    return reduce(lambda left, right: left.join(right, on=on, how="full", coalesce=True), frames)


def resolver_columns() -> list[pl.Expr]:
    """Name a resolver by engine and address, with no nulls."""
    return [pl.col("engine").fill_null(""), pl.col("resolver_address").fill_null("")]


def _by_device(lookups: pl.DataFrame) -> pl.DataFrame:
    return lookups.filter(pl.col("engine").is_in(SYSTEM_ENGINES))


def _given(chunk: Chunk) -> pl.DataFrame:
    lookups = chunk.probe("dns_lookups").select("m", "step", "name", "nettest", *resolver_columns())
    return chunk.answers.filter(pl.col("address").is_not_null()).join(lookups, on=["m", "step"])


def _control_answers(chunk: Chunk) -> pl.DataFrame:
    lookups = chunk.control("dns_lookups").select("m", "step", "name")
    return chunk.answers.filter(pl.col("address").is_not_null()).join(lookups, on=["m", "step"])


def _genuine(chunk: Chunk, given: pl.DataFrame, vouched: pl.DataFrame) -> pl.DataFrame:
    """Vouch for a pair: by a handshake that verified, the probe's or the control's, or by the control's answer.

    A record that says so of a chain that is not the site's vouches for nothing.
    """
    handshakes = (
        pl.concat([chunk.probe("tls_handshakes"), chunk.control("tls_handshakes")])
        .filter(pl.col("kind").is_null(), pl.col("is_verified").fill_null(value=True), pl.col("address").is_not_null())
        .filter(~pl.col("chain_state").is_in(DISPROVED).fill_null(value=False))
        .select("m", address="address", name="server_name")
    )
    ways = [
        handshakes.select(*PAIR, way=pl.lit("certificate")),
        _control_answers(chunk).filter(~pl.col("is_bogon").fill_null(value=False)).select(*PAIR, way=pl.lit("control")),
        given.select(PAIR).join(vouched, on=["name", "address"]).select(*PAIR, way=pl.lit("certificate")),
        _by_clean_resolver(given).select(*PAIR, way=pl.lit("resolver")),
    ]
    return (
        pl.concat(ways)
        .drop_nulls(PAIR)
        .group_by(PAIR)
        .agg(**{f"by_{way}": (pl.col("way") == way).any() for way in ("certificate", "control", "resolver")})
    )


def _by_clean_resolver(given: pl.DataFrame) -> pl.DataFrame:
    """Take the word of encrypted resolvers that filter for nobody, where a nettest has no control but them."""
    return given.filter(
        pl.col("nettest") == "dnscheck",
        pl.col("engine").is_in(ENCRYPTED_ENGINES),
        ~is_chosen_filter(pl.col("resolver_address")),
        ~pl.col("is_bogon").fill_null(value=False),
    )


def is_chosen_filter(written: pl.Expr) -> pl.Expr:
    """Tell whether a resolver, as recorded with its port, is one that filters for whoever chooses it."""
    address = pl.coalesce(written.str.extract(r"^\[([^\]]+)\]"), written.str.extract(r"^([^:]+):\d+$"), written)
    return address.is_in(patterns(Place.RESOLVER, Scope.CHOICE))


def certificate_kinds() -> list[str]:
    """Give the kinds of failure that mean: a certificate came, and it does not verify."""
    return [str(kind) for kind in (Kind.BAD_CERTIFICATE, Kind.WRONG_NAME, Kind.UNKNOWN_AUTHORITY)]
