"""The frames that rules read: one row for each thing that a layer's rules judge, with what it is compared with.

========  ==========================================================  =====================================
layer     one row                                                     built by
========  ==========================================================  =====================================
dns       one resolver's view of one name at one hop                  :func:`trigpoint.judge.views.dns_frame`
tcp       one attempt of the probe to connect                         :func:`tcp_frame`
tls       one TLS handshake of the probe                              :func:`tls_frame`
quic      one QUIC handshake of the probe                             :func:`quic_frame`
http      one HTTP round trip of the probe                            :mod:`trigpoint.judge.pages`
whole     one target of one measurement                               :mod:`trigpoint.judge.whole`
========  ==========================================================  =====================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.addresses import ENCRYPTED_ENGINES, PAIR, certificate_kinds
from trigpoint.judge.arms import (
    LADDER,
    arm_of,
    hello_arm,
    ladder,
    ladder_arm,
    ladder_outcome,
    large_datagrams,
    with_hellos,
)
from trigpoint.judge.chains import DISPROVED, PRODUCT
from trigpoint.judge.domains import is_variant
from trigpoint.judge.evidence import with_evidence
from trigpoint.judge.keys import with_each
from trigpoint.judge.ranges import silent_ranges
from trigpoint.judge.remote import with_tries
from trigpoint.judge.routes import routes
from trigpoint.model.failure import Kind
from trigpoint.reference.artefacts import Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from trigpoint.judge.addresses import Addresses
    from trigpoint.judge.keys import Chunk
    from trigpoint.judge.knowledge import Knowledge

_HTTP, _HTTPS = 80, 443

ENDPOINT = ["m", "address", "port"]


def control_sites(chunk: Chunk) -> pl.DataFrame:
    """Say whether the control got the site: m, control_site_works, control_site_kind; one row a measurement."""
    return (
        chunk.control("http_round_trips")
        .sort("m", "step")
        .group_by("m", maintain_order=True)
        .agg(
            control_site_works=(pl.col("kind").is_null() & (pl.col("status").fill_null(0) > 0)).any(),
            control_site_kind=pl.col("kind").drop_nulls().first(),
        )
    )


def family_works(chunk: Chunk) -> pl.DataFrame:
    """Say where the device has IPv4: a connection worked, or a resolver of that family answered. m, v4_works."""
    connects = chunk.probe("tcp_connects").filter(pl.col("kind").is_null(), ~pl.col("address").str.contains(":"))
    lookups = chunk.probe("dns_lookups").filter(
        pl.col("kind").is_null(), pl.col("resolver_address").str.contains(r"^\d+(?:\.\d+){3}(?::\d+)?$")
    )
    return pl.concat([connects.select("m"), lookups.select("m")]).unique().with_columns(v4_works=True)


def tcp_frame(chunk: Chunk, connects: pl.DataFrame, known: Knowledge) -> pl.DataFrame:
    """Build the frame of connection attempts, of what :func:`vouched_steps` says of the probe's.

    Columns beside the step's own: is_v6, is_genuine, is_vouched (at a later hop: several resolvers agree and the
    control went through), control_connects (bool, null: not tried), control_site_works, sibling_successes (other
    attempts of the same target, hop, port and version of IP), v6_successes and v4_successes and successes (of the
    measurement), is_far_silent (a trace to the address shows that packets get as far as to the server), is_cut_port
    (the address answers at another port in the run, and to others at this one), range_is_silent (so are all neighbours
    of a site's address that serve others, :mod:`trigpoint.judge.ranges`), arm.
    """
    attempts = chunk.probe("tcp_connects")
    control = chunk.control("tcp_connects").group_by(ENDPOINT).agg(control_connects=pl.col("kind").is_null().any())
    return (
        with_tries(connects, chunk)
        .join(control, on=ENDPOINT, how="left")
        .join(_families(attempts), on="m", how="left")
        .join(family_works(chunk), on="m", how="left")
        .join(routes(chunk), on=["m", "address"], how="left")
        .join(silent_ranges(chunk), on="m", how="left")
        .join(chunk.measurements.select("m", "input", run="report_id"), on="m")
        .join(known.cut_ports.with_columns(is_cut_port=True), on=["run", "address", "port"], how="left")
        .with_columns(
            pl.col("is_far_silent", "is_cut_port", "range_is_silent").fill_null(value=False),
            arm=arm_of(),
            is_side_port=_is_side_port(),
            timeouts_of_target=(pl.col("kind") == Kind.TIMEOUT).sum().over("m", "target"),
            v4_works=pl.col("v4_works").fill_null(value=False),
            is_v6=_is_v6,
            sibling_successes=pl.col("kind").is_null().sum().over("m", "target", "hop", "port", _is_v6),
            endpoint=_endpoint(),
            detail=pl.col("failure"),
        )
        .sort("m", "step")
    )


_is_v6 = pl.col("address").str.contains(":", literal=True)


def _is_side_port() -> pl.Expr:
    """Say whether a connection went to the port of the other scheme than was asked for: the site is not behind it."""
    scheme = pl.col("input").fill_null("").str.to_lowercase().str.extract(r"^(https?)://", 1)
    other = pl.when(scheme == "https").then(_HTTP).when(scheme == "http").then(_HTTPS)
    return ((pl.col("hop") == 0) & (pl.col("port") == other)).fill_null(value=False)


def _families(attempts: pl.DataFrame) -> pl.DataFrame:
    v6 = pl.col("address").str.contains(":")
    fine = pl.col("kind").is_null()
    return attempts.group_by("m").agg(
        v6_successes=(fine & v6).sum(), v4_successes=(fine & ~v6).sum(), successes=fine.sum(), attempts=pl.len()
    )


def vouched_steps(steps: pl.DataFrame, chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    """Add what is known of the address that a step went to."""
    return (
        with_variants(steps)
        .join(addresses.pairs, on=PAIR, how="left")
        .join(addresses.names, on=["m", "name"], how="left")
        .join(control_sites(chunk), on="m", how="left")
        .with_columns(
            pl.col("control_site_works").fill_null(value=False),
            # Older programs do not record a handshake's address: then the device's own answers stand for it.
            is_genuine=pl.col("by_control").is_not_null()
            | (pl.col("address").is_null() & pl.col("normal_is_genuine").fill_null(value=False)),
            # The device's own path: what its resolver gave. Where it was not asked, or where an older program records
            # no address, there is no other path.
            is_normal=pl.col("is_normal").fill_null(value=False)
            | pl.col("was_asked").is_null()
            | pl.col("address").is_null(),
        )
        .with_columns(
            is_vouched=(pl.col("hop") > 0)
            & (pl.col("resolvers").fill_null(0) > 1)
            & pl.col("control_site_works")
            & pl.col("is_site")
            & ~pl.col("is_variant"),
        )
        .with_columns(is_trusted=pl.col("is_genuine") | pl.col("is_vouched"))
    )


def with_variants(frame: pl.DataFrame) -> pl.DataFrame:
    """Say whether a name may be where the site leads this visitor (:func:`trigpoint.judge.domains.is_variant`)."""
    made = is_variant(pl.col("name"), pl.col("target")).fill_null(value=False)
    return with_each(frame, ["name", "target"], {"is_variant": made}, alike={"is_variant": pl.lit(value=False)})


def _endpoint() -> pl.Expr:
    port = pl.col("port").cast(pl.String).fill_null("")
    address = pl.col("address").fill_null("")
    return pl.when(address.str.contains(":")).then("[" + address + "]:" + port).otherwise(address + ":" + port)


PATIENCE = 4
"""Round trips that a packet takes which is lost once: it is sent again after three (RFC 6298, section 2.2), and
answered after one more."""
_lasted = pl.col("ended") - pl.col("started")


def tls_frame(chunk: Chunk, addresses: Addresses, known: Knowledge) -> pl.DataFrame:
    """Build the frame of TLS handshakes.

    Columns beside those of :func:`tcp_frame`: control_handshakes (bool, null: not tried) and control_tls_kind at the
    same endpoint and name, chain_state (:mod:`trigpoint.judge.chains`), own_arm (as tagged), arm (where the try could
    be answered), is_heard (a TLS peer spoke) and what :func:`trigpoint.judge.arms.with_hellos` says of the arm,
    dies_early (it cannot get as far as the innocent name had to), control_resets (that was reset, too, at some
    distance), is_hurried (it was given up before a packet that was lost could have been sent again and answered, by
    how long the connection took), issuer_is_product, issuer_is_authority, tls_works_elsewhere (another encrypted
    exchange of the measurement verified, so nothing intercepts them all), and tls_stalls_elsewhere (those with the
    probe's own resolvers and helpers stalled as well, all of them).
    """
    handshakes = chunk.probe("tls_handshakes")
    heard = pl.col("kind").is_null() | pl.col("kind").is_in([*certificate_kinds(), str(Kind.TLS_ALERT)])
    ttl = pl.col("tags").str.extract(r"(?:^| )ttl=(\d+)", 1).cast(pl.Int64)
    control = hello_arm() == "control"
    reach = handshakes.group_by("m").agg(
        control_ttl=ttl.filter(heard & control).min(), control_resets=((pl.col("kind") == Kind.RESET) & control).any()
    )
    return (
        _with_control_handshake(vouched_steps(handshakes, chunk, addresses), chunk.control("tls_handshakes"))
        .pipe(with_tries, chunk)
        .join(reach, on="m", how="left")
        .join(chunk.certificates, on="leaf_sha256", how="left")
        .join(known.authorities.with_columns(is_vouched_issuer=True), on="issuer", how="left")
        .join(_other_names(chunk), on="m", how="left")
        .join(chunk.muted.with_columns(tls_stalls_elsewhere=True), on="m", how="left")
        .join(chunk.measurements.select("m", "input"), on="m")
        .join(_connect_times(chunk), on=["m", "address", "port"], how="left")
        .with_columns(
            is_hurried=(_lasted < PATIENCE * pl.col("connect_seconds")).fill_null(value=False),
            own_arm=pl.col("tags").str.extract(r"(?:^| )arm=(\S+)", 1),
            is_v6=pl.col("address").str.contains(":").fill_null(value=False),
            is_side_port=_is_side_port(),
            tls_stalls_elsewhere=pl.col("tls_stalls_elsewhere").fill_null(value=False),
            is_heard=heard,
            completes_without_ech=(pl.col("kind").is_null() & pl.col("ech").is_null()).any().over("m", "name"),
            # What is sent with fewer hops to live than the other name needed does not arrive at the server.
            arrives=ttl.is_null() | (ttl >= pl.col("control_ttl")).fill_null(value=False),
            dies_early=(ttl < pl.col("control_ttl")).fill_null(value=False),
            timeouts_of_target=(pl.col("kind") == Kind.TIMEOUT).sum().over("m", "target"),
            # A product's own authority may have signed the one that signed the leaf.
            issuer_is_product=pl.col("issuer").str.contains(any_of(patterns(Place.ISSUER, Scope.PRODUCT)))
            | (pl.col("chain_state") == PRODUCT).fill_null(value=False),
            issuer_is_authority=pl.col("issuer").str.contains(any_of(patterns(Place.ISSUER, Scope.AUTHORITY)))
            | pl.col("is_vouched_issuer"),
            sibling_successes=pl.col("kind").is_null().sum().over("m", "target", "hop", "name", _is_v6),
            endpoint=_endpoint(),
            detail=_with_chain(),
        )
        .pipe(_with_swaps)
        .sort("m", "step")
    )


def _connect_times(chunk: Chunk) -> pl.DataFrame:
    """Say how long the slowest connection to an endpoint took in a measurement: m, address, port, connect_seconds."""
    made = chunk.probe("tcp_connects").filter(pl.col("kind").is_null())
    return made.group_by("m", "address", "port").agg(connect_seconds=_lasted.max())


def _with_swaps(frame: pl.DataFrame) -> pl.DataFrame:
    """Say what arms show by all tries that could be answered: by the server, or by somebody nearer."""
    answered = pl.col("arrives") | pl.col("is_heard") | pl.col("kind").is_in([str(Kind.RESET), str(Kind.CLOSE)])
    armed = frame.with_columns(
        arm=pl.when(answered).then(hello_arm()), outcome=pl.when(~pl.col("is_heard")).then("kind")
    )
    return with_hellos(armed)


def _with_chain() -> pl.Expr:
    """Say beside the failure what the chain is; where there was no failure, only if the record is wrong of it."""
    chain = "chain " + pl.col("chain_state")
    is_told = pl.col("kind").is_in(certificate_kinds())
    wrongly = pl.col("is_verified") & pl.col("chain_state").is_in(DISPROVED)
    return (
        pl.when(is_told & chain.is_not_null())
        .then(pl.col("failure") + "; " + chain)
        .when(pl.col("kind").is_null() & wrongly)
        .then(chain)
        .otherwise("failure")
    )


def _other_names(chunk: Chunk) -> pl.DataFrame:
    """Find measurements in which some encrypted exchange verified: a handshake, or a lookup over TLS or HTTPS."""
    handshakes = chunk.probe("tls_handshakes").filter(pl.col("kind").is_null(), pl.col("is_verified")).select("m")
    lookups = chunk.probe("dns_lookups").filter(pl.col("kind").is_null(), pl.col("engine").is_in(ENCRYPTED_ENGINES))
    return pl.concat([handshakes, lookups.select("m")]).unique().with_columns(tls_works_elsewhere=True)


def _with_control_handshake(steps: pl.DataFrame, control: pl.DataFrame) -> pl.DataFrame:
    summed = control.group_by("m", "name", "address", "port").agg(
        control_handshakes=pl.col("kind").is_null().any(), control_tls_kind=pl.col("kind").drop_nulls().first()
    )
    anywhere = control.group_by("m", "name").agg(
        control_handshakes_anywhere=pl.col("kind").is_null().any(),
        control_tls_kind_anywhere=pl.col("kind").drop_nulls().first(),
    )
    return steps.join(summed, on=["m", "name", "address", "port"], how="left").join(
        anywhere, on=["m", "name"], how="left"
    )


def quic_frame(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    """Build the frame of QUIC handshakes.

    Columns beside those of :func:`tls_frame` that are not of certificates: arm (of the ladder at servers of one's own,
    without the version of IP) and what :func:`trigpoint.judge.evidence.with_evidence` says of it; of the measurement
    control_arms_die (the innocent name was seldom answered there), is_by_version (a version that nobody speaks was),
    is_by_size (large datagrams to an echo server were lost, and small ones not).
    """
    handshakes = vouched_steps(chunk.probe("quic_handshakes"), chunk, addresses)
    handshakes = handshakes.with_columns(
        arm=ladder_arm(),
        is_v6=pl.col("address").str.contains(":").fill_null(value=False),
        outcome=ladder_outcome(),
    )
    large = large_datagrams(chunk).with_columns(is_by_size=pl.lit(value=True))
    of_site = pl.col("kind").is_null() & pl.col("arm").is_null()
    return (
        with_evidence(_with_control_handshake(handshakes, chunk.control("quic_handshakes")), LADDER)
        .join(large, on="m", how="left")
        .with_columns(
            **ladder(),
            is_by_size=pl.col("is_by_size").fill_null(value=False),
            sibling_successes=of_site.sum().over("m", "target", "hop", "name", "is_v6"),
            endpoint=_endpoint(),
            detail=pl.col("failure"),
        )
        .sort("m", "step")
    )
