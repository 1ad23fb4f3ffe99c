"""Replies that give an injector away: those that contradict the first one, and those of nobody (M2, M5).

A resolver answers a question once. Where several replies come to one question and the true one is the later, somebody
on the path was faster. And where nobody listens, nobody answers: who does, stands on the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.addresses import PAIR, resolver_columns

if TYPE_CHECKING:
    from trigpoint.judge.addresses import Addresses
    from trigpoint.judge.keys import Chunk

NOBODY = "silent_target"
"""Arm in which the name in question is asked for where nobody answers."""
_NOBODY_ELSE = "silent_control"


def is_late() -> pl.Expr:
    """Tell whether a lookup is a reply that came after the first one to the same question."""
    return pl.col("tags").str.contains(r"(?:^| )(?:arm=)?late(?: |$)").fill_null(value=False)


def is_arm(name: str) -> pl.Expr:
    """Tell whether a lookup is a try of an arm, in either version of IP."""
    return pl.col("tags").str.contains(rf"(?:^| )arm={name}(?:_v6)?(?:\.\d+)?(?: |$)").fill_null(value=False)


def is_walk() -> pl.Expr:
    """Tell whether a lookup is a step on the way from the root to a name's own servers (M25)."""
    return pl.col("tags").str.contains(r"(?:^| )arm=walk_").fill_null(value=False)


def late_replies(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    """Count genuine addresses in later replies: m, name, engine, resolver_address, late_genuine."""
    key = ["m", "name", "engine", "resolver_address"]
    lookups = chunk.probe("dns_lookups").filter(is_late()).with_columns(*resolver_columns())
    return (
        chunk.answers.join(lookups.select("step", *key), on=["m", "step"])
        .join(addresses.genuine, on=PAIR, how="semi")
        .group_by(key)
        .agg(late_genuine=pl.len())
    )


def innocent_names(chunk: Chunk) -> pl.DataFrame:
    """Say whether an innocent name was asked for where nobody answers: m, innocent_asked, innocent_answered."""
    asked = chunk.probe("dns_lookups").filter(is_arm(_NOBODY_ELSE))
    return asked.group_by("m").agg(
        innocent_asked=pl.lit(value=True).first(),
        innocent_answered=(pl.col("kind").is_null() | pl.col("rcode").is_not_null()).any(),
    )


def is_agreed() -> pl.Expr:
    """Tell whether the device's own resolver said what an encrypted one says, in a nettest that only asks for names."""
    return (
        (pl.col("nettest") == "dnscheck")
        & (pl.col("name") == pl.col("target"))
        & pl.col("is_system")
        & (pl.col("address_count") > 0)
        & (pl.col("agreed_count") == pl.col("address_count"))
    )
