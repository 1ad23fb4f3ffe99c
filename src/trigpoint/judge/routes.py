"""How far packets went towards an address, held against the way to a control server.

Where a router at which a datagram dies says so, packets came so far. Hops are counted, and not known by address: ways
of different lengths are compared as if they were alike, so a server that is nearer than the control server by a hop is
taken for a way that ends early. That leaves a verdict as it is without a trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.model.failure import Kind

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

FULL = 64
"""Hops that an ordinary packet lives for: a router that answers it refuses it."""
ENOUGH = 2 / 3
"""Share of the control's routers that must have answered for the target, too: a filter that lets one flow of ten
through, since it does not stand in every way, lets single datagrams go all the way."""


def routes(chunk: Chunk) -> pl.DataFrame:
    """Say of each traced address whether packets reach it as far as can be seen: m, address, is_far_silent.

    It is so where the host itself answered, or routers did as far as on the way to the control server of the same
    family, and no router refused to carry on.
    """
    hops = (
        chunk.probe("datagrams")
        .filter(pl.col("protocol") == "trace", pl.col("address").is_not_null())
        .with_columns(
            is_v6=pl.col("address").str.contains(":"),
            arm=pl.col("tags").str.extract(r"(?:^| )arm=(\S+)", 1),
            ttl=pl.col("tags").str.extract(r"(?:^| )ttl=(\d+)", 1).cast(pl.Int64),
        )
    )
    passed = pl.col("failure") == "host_unreachable"
    router = pl.col("ttl").filter(passed & (pl.col("ttl") < FULL))
    summed = hops.group_by("m", "arm", "is_v6", "address").agg(
        depth=router.max(),
        routers=router.n_unique(),
        host_answers=(pl.col("kind").is_null() | (pl.col("kind") == Kind.REFUSED)).any(),
        is_refused=((pl.col("kind") == Kind.UNREACHABLE) & (~passed | (pl.col("ttl") == FULL))).any(),
    )
    control = (
        summed.filter(pl.col("arm") == "control")
        .group_by("m", "is_v6")
        .agg(control_depth=pl.col("depth").min(), control_routers=pl.col("routers").min())
    )
    as_far = (pl.col("depth") >= pl.col("control_depth")) & (pl.col("routers") >= pl.col("control_routers") * ENOUGH)
    return (
        summed.filter(pl.col("arm") == "target")
        .join(control, on=["m", "is_v6"], how="left")
        .select(
            "m",
            "address",
            is_far_silent=~pl.col("is_refused") & (pl.col("host_answers") | as_far).fill_null(value=False),
        )
        .group_by("m", "address")
        .agg(pl.col("is_far_silent").any())
    )
