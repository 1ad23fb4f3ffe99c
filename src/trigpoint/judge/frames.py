"""The frames that rules read: one row for each thing that a layer's rules judge, with what it is compared with.

========  ==========================================================  =====================================
layer     one row                                                     built by
========  ==========================================================  =====================================
dns       one resolver's view of one name at one hop                  :func:`dns_frame`
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

from trigpoint.judge.addresses import (
    ENCRYPTED_ENGINES,
    PAIR,
    SYSTEM_ENGINES,
    certificate_kinds,
    is_chosen_filter,
    resolver_columns,
)
from trigpoint.judge.arms import arm_of, ladder
from trigpoint.judge.domains import is_variant
from trigpoint.judge.pages import PRIVATE_HOST
from trigpoint.judge.replies import NOBODY, innocent_names, is_agreed, is_arm, is_late, late_replies
from trigpoint.judge.routes import routes
from trigpoint.model.failure import Kind
from trigpoint.reference.artefacts import FILTERING_RESOLVER_NETWORKS, Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from trigpoint.judge.addresses import Addresses
    from trigpoint.judge.keys import Chunk
    from trigpoint.judge.knowledge import Knowledge

_UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104 - answers, never bound to
_LOOPBACK = ("127.0.0.1", "::1")
_PLACEHOLDER = r"^198\.1[89]\."  # RFC 2544
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


def dns_frame(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    """Build the frame of resolvers' views.

    Columns beside the keys: kind (of the A lookup, or of the one for both families), address_count, v4_count,
    bogon_count, unspecified_count, genuine_count, controlled_count (the control gave them too), certified_count,
    plausible_count, known_count (documented block-page
    addresses), rejected_count (the probe's handshake there got a certificate that does not verify, and the control's
    did not verify either), is_system, is_encrypted, is_third_party; reference_count (genuine addresses of the name),
    peer_* (the other views of the name in the measurement), control_* (the control's lookup of the name); late_genuine
    (genuine addresses in replies that came after the first), is_nobody (asked where nobody answers), innocent_answered
    (another name was answered there as well), innocent_asked, name_is_agreed (:mod:`trigpoint.judge.replies`).
    """
    views = _views(chunk, addresses)
    return (
        views.join(family_works(chunk), on="m", how="left")
        .join(_peers(views), on=["m", "name", "view"], how="left")
        .join(_control_lookups(chunk), on=["m", "name"], how="left")
        .join(control_sites(chunk), on="m", how="left")
        .join(addresses.genuine.group_by("m", "name").agg(reference_count=pl.len()), on=["m", "name"], how="left")
        .join(chunk.measurements.select("m", "resolver_asn"), on="m")
        .join(_answered_otherwise(chunk), on=["m", "engine", "resolver_address"], how="left")
        .join(late_replies(chunk, addresses), on=["m", "name", "engine", "resolver_address"], how="left")
        .join(innocent_names(chunk), on="m", how="left")
        .with_columns(
            pl.col("reference_count", "control_addresses", "control_v4_addresses", "control_bogons").fill_null(0),
            pl.col("^peer_.*$").fill_null(0),
            pl.col("control_has_none", "control_site_works", "innocent_asked", "innocent_answered").fill_null(
                value=False
            ),
            pl.col("late_genuine").fill_null(0),
            name_is_agreed=is_agreed().any().over("m", "name"),
            answered_names=pl.col("answered_names").fill_null(0) - (pl.col("address_count") > 0).cast(pl.Int64),
            is_expected=pl.col("is_known_endpoint"),
            is_filtering_resolver=_is_filtering(),
            v4_works=pl.col("v4_works").fill_null(value=False),
            public_names=pl.col("public_names").fill_null(0),
            is_variant=is_variant(pl.col("name"), pl.col("target")).fill_null(value=False),
            detail=pl.coalesce("shown", "failure"),
        )
        .sort("m", "step")
    )


def _is_filtering() -> pl.Expr:
    """Say whether the resolver is one that its user chose for its filter: by address, AS, or answer."""
    by_network = pl.col("is_system") & pl.col("resolver_asn").is_in(FILTERING_RESOLVER_NETWORKS)
    by_answer = (pl.col("chosen_count") > 0) & (pl.col("chosen_count") == pl.col("address_count"))
    return is_chosen_filter(pl.col("resolver_address")) | by_network.fill_null(value=False) | by_answer


def _views(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    lookups = chunk.probe("dns_lookups").filter(~is_late(), ~is_arm("whoami")).with_columns(*resolver_columns())
    key = ["m", "target", "name", "hop", "engine", "resolver_address"]
    per_lookup = (
        _judged_answers(chunk, addresses)
        .group_by("m", "step")
        .agg(
            address_count=pl.len(),
            v4_count=(~pl.col("address").str.contains(":")).sum(),
            bogon_count=pl.col("is_bogon").fill_null(value=False).sum(),
            unspecified_count=pl.col("address").is_in(_UNSPECIFIED).sum(),
            loopback_count=pl.col("address").is_in(_LOOPBACK).sum(),
            placeholder_count=pl.col("address").str.contains(_PLACEHOLDER).sum(),
            private_count=pl.col("address").str.contains(PRIVATE_HOST).sum(),
            genuine_count=pl.col("is_genuine").sum(),
            genuine_v4_count=(pl.col("is_genuine") & ~pl.col("address").str.contains(":")).sum(),
            controlled_count=pl.col("by_control").fill_null(value=False).sum(),
            agreed_count=pl.col("by_resolver").fill_null(value=False).sum(),
            certified_count=pl.col("by_certificate").fill_null(value=False).sum(),
            plausible_count=pl.col("is_plausible").sum(),
            known_count=pl.col("address").is_in(patterns(Place.ANSWER, Scope.NETWORK)).sum(),
            known_bogon_count=(
                pl.col("is_bogon").fill_null(value=False)
                & pl.col("address").is_in(patterns(Place.ANSWER, Scope.NETWORK))
            ).sum(),
            chosen_count=pl.col("address").is_in(patterns(Place.ANSWER, Scope.CHOICE)).sum(),
            rejected_count=pl.col("is_rejected").sum(),
            shown=pl.col("address").unique(maintain_order=True).head(4).str.join(", "),
        )
    )
    counts = [name for name in per_lookup.columns if name.endswith("_count")]
    first = (pl.col("query_type") == "AAAA").fill_null(value=False)
    return (
        lookups.join(per_lookup, on=["m", "step"], how="left")
        .with_columns(pl.col(counts).fill_null(0))
        .sort("m", first, "step")
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("step", "pointer", "kind", "failure", "is_known_endpoint", "rcode", "has_soa").first(),
            pl.col("query_type", "nettest").first(),
            pl.col(counts).sum(),
            pl.col("shown").drop_nulls().first(),
            is_nobody=is_arm(NOBODY).any(),
        )
        .with_columns(
            is_system=pl.col("engine").is_in(SYSTEM_ENGINES),
            is_encrypted=pl.col("engine").is_in(ENCRYPTED_ENGINES),
            is_private=pl.col("resolver_address").str.starts_with("private"),
            endpoint=pl.when(pl.col("resolver_address") == "").then(pl.col("engine")).otherwise("resolver_address"),
        )
        .with_row_index("view")
    )


def _judged_answers(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    lookups = chunk.probe("dns_lookups").select("m", "step", "name")
    return (
        chunk.answers.filter(pl.col("address").is_not_null())
        .join(lookups, on=["m", "step"])
        .join(addresses.genuine, on=PAIR, how="left")
        .join(addresses.networks.with_columns(same_network=True), on=["m", "name", "asn"], how="left")
        .join(_rejected(chunk), on=PAIR, how="left")
        .with_columns(
            is_genuine=pl.col("by_certificate").is_not_null(),
            is_plausible=pl.col("same_network").fill_null(value=False),
            is_rejected=pl.col("is_rejected").fill_null(value=False),
        )
    )


def _rejected(chunk: Chunk) -> pl.DataFrame:
    """Find addresses that do not serve the name, where the name is served elsewhere.

    A certificate came to the probe that is another's, which no wrong clock and no old list of authorities explains, or
    that the control rejected there as well; or the handshake of neither completed there, several resolvers of the probe
    giving that address (one alone may hold an old answer), while the same name completed at another address from the
    probe's own network. Columns: m, name, address, is_rejected.
    """
    bad = pl.col("kind").is_in(certificate_kinds())
    fine = pl.col("kind").is_null()
    tried = chunk.control("tcp_connects").select(*PAIR, "kind")
    handshakes = chunk.control("tls_handshakes").select(*PAIR, "kind")
    by_control = (
        pl.concat([tried.filter(~fine), handshakes])
        .group_by(PAIR)
        .agg(control_fine=fine.any(), control_rejects=bad.any(), control_tried=pl.lit(value=True).first())
    )
    served = handshakes.filter(fine).select("m", "name").unique().with_columns(is_served=True)
    probe = chunk.probe("tls_handshakes").drop_nulls("address")
    certified = probe.filter(fine).select("m", "name").unique().with_columns(completes_elsewhere=True)
    marks = ["control_fine", "control_rejects", "control_tried", "completes_elsewhere", "is_served", "site_works"]
    no_answer = pl.col("control_tried") & pl.col("completes_elsewhere") & (pl.col("resolvers") > 1)
    return (
        probe.join(chunk.certificates, on="leaf_sha256", how="left")
        .with_columns(is_anothers=_is_anothers())
        .group_by(PAIR)
        .agg(is_bad=(bad & pl.col("is_anothers")).any(), is_doubted=bad.any(), completes=fine.any())
        .join(by_control, on=PAIR, how="left")
        .join(_resolvers(chunk), on=PAIR, how="left")
        .join(certified, on=["m", "name"], how="left")
        .join(served, on=["m", "name"], how="left")
        .join(control_sites(chunk).select("m", site_works="control_site_works"), on="m", how="left")
        .with_columns(pl.col(marks).fill_null(value=False))
        .select(
            *PAIR,
            is_rejected=~pl.col("control_fine")
            & ~pl.col("completes")
            & (pl.col("completes_elsewhere") | pl.col("is_served") | pl.col("site_works"))
            & (pl.col("is_bad") | (pl.col("is_doubted") & pl.col("control_rejects")) | no_answer),
        )
    )


def _resolvers(chunk: Chunk) -> pl.DataFrame:
    """Count the resolvers of the probe that gave an address: m, name, address, resolvers."""
    lookups = chunk.probe("dns_lookups").select("m", "step", "name", *resolver_columns())
    given = chunk.answers.filter(pl.col("address").is_not_null()).join(lookups, on=["m", "step"])
    return given.group_by(PAIR).agg(resolvers=pl.struct("engine", "resolver_address").n_unique())


def _is_anothers() -> pl.Expr:
    """Say whether a rejected certificate is surely another's, and not the site's own seen by a defective device."""
    is_product = pl.col("issuer").str.contains(any_of(patterns(Place.ISSUER, Scope.PRODUCT))).fill_null(value=False)
    is_dated = (pl.col("leaf_covers_name") & ~pl.col("leaf_is_current")).fill_null(value=False)
    self_made = pl.col("leaf_is_self_issued").fill_null(value=False) & ~is_dated
    return ~is_product & (
        (pl.col("kind") == Kind.WRONG_NAME) | ~pl.col("leaf_covers_name").fill_null(value=True) | self_made
    )


def _peers(views: pl.DataFrame) -> pl.DataFrame:
    """Sum up, for each view, the other views of its name: whether they have addresses, genuine ones, or a denial."""
    other = views.select(
        "m",
        "name",
        peer="view",
        peer_answers=pl.col("address_count") > 0,
        peer_genuine=pl.col("genuine_count") > 0,
        peer_genuine_v4=pl.col("genuine_v4_count") > 0,
        peer_certified=pl.col("certified_count") > 0,
        peer_denial=pl.col("kind") == Kind.NXDOMAIN,
        peer_is_encrypted="is_encrypted",
        peer_is_system="is_system",
        peer_is_private="is_private",
        peer_shown="shown",
    )
    return (
        views.select("m", "name", "view", "shown")
        .join(other, on=["m", "name"])
        .filter(pl.col("peer") != pl.col("view"))
        .group_by("m", "name", "view")
        .agg(
            peer_answers=pl.col("peer_answers").sum(),
            peer_genuine=pl.col("peer_genuine").sum(),
            peer_genuine_v4=pl.col("peer_genuine_v4").sum(),
            peer_certified=pl.col("peer_certified").sum(),
            peer_encrypted_denial=(pl.col("peer_denial") & pl.col("peer_is_encrypted")).sum(),
            peer_same_lie=((pl.col("shown") == pl.col("peer_shown")) & ~pl.col("peer_is_encrypted")).sum(),
            peer_same_lie_outside=(
                (pl.col("shown") == pl.col("peer_shown"))
                & ~pl.col("peer_is_encrypted")
                & ~pl.col("peer_is_system")
                & ~pl.col("peer_is_private")
            ).sum(),
        )
    )


def _control_lookups(chunk: Chunk) -> pl.DataFrame:
    counted = (
        chunk.answers.filter(pl.col("address").is_not_null())
        .group_by("m", "step")
        .agg(
            public=(~pl.col("is_bogon").fill_null(value=False)).sum(),
            public_v4=(~pl.col("is_bogon").fill_null(value=False) & ~pl.col("address").str.contains(":")).sum(),
            bogon=pl.col("is_bogon").fill_null(value=False).sum(),
        )
    )
    return (
        chunk.control("dns_lookups")
        .join(counted, on=["m", "step"], how="left")
        .with_columns(pl.col("public", "public_v4", "bogon").fill_null(0))
        .group_by("m", "name")
        .agg(
            control_addresses=pl.col("public").sum(),
            control_v4_addresses=pl.col("public_v4").sum(),
            control_bogons=pl.col("bogon").sum(),
            control_dns_kind=pl.col("kind").drop_nulls().first(),
        )
        .with_columns(
            # "No address" as the control words it: a denial, or a clean answer without one.
            control_has_none=(pl.col("control_addresses") + pl.col("control_bogons") == 0)
            & (
                pl.col("control_dns_kind").is_null()
                | pl.col("control_dns_kind").is_in([Kind.NXDOMAIN, Kind.NO_ANSWER, Kind.DNS_OTHER])
            )
        )
    )


def _answered_otherwise(chunk: Chunk) -> pl.DataFrame:
    """Count the names that each resolver answered with an address in the measurement, and with a public one."""
    public = (
        chunk.answers.filter(pl.col("address").is_not_null(), ~pl.col("is_bogon").fill_null(value=False))
        .select("m", "step", is_public=pl.lit(value=True))
        .unique()
    )
    return (
        chunk.probe("dns_lookups")
        .filter(pl.col("kind").is_null(), pl.col("answer_count") > 0)
        .with_columns(*resolver_columns())
        .join(public, on=["m", "step"], how="left")
        .group_by("m", "engine", "resolver_address")
        .agg(
            answered_names=pl.col("name").n_unique().cast(pl.Int64),
            public_names=pl.col("name").filter(pl.col("is_public")).n_unique().cast(pl.Int64),
        )
    )


def family_works(chunk: Chunk) -> pl.DataFrame:
    """Say where the device has IPv4: a connection worked, or a resolver of that family answered. m, v4_works."""
    connects = chunk.probe("tcp_connects").filter(pl.col("kind").is_null(), ~pl.col("address").str.contains(":"))
    lookups = chunk.probe("dns_lookups").filter(
        pl.col("kind").is_null(), pl.col("resolver_address").str.contains(r"^\d+(?:\.\d+){3}(?::\d+)?$")
    )
    return pl.concat([connects.select("m"), lookups.select("m")]).unique().with_columns(v4_works=True)


def tcp_frame(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    """Build the frame of connection attempts.

    Columns beside the step's own: is_v6, is_genuine, is_vouched (at a later hop: several resolvers agree and the
    control went through), control_connects (bool, null: not tried), control_site_works, sibling_successes (other
    attempts of the same target, hop and port), v6_successes and v4_successes and successes (of the measurement),
    is_far_silent (a trace to the address shows that packets get as far as to the server).
    """
    attempts = chunk.probe("tcp_connects")
    control = chunk.control("tcp_connects").group_by(ENDPOINT).agg(control_connects=pl.col("kind").is_null().any())
    return (
        vouched_steps(attempts, chunk, addresses)
        .join(control, on=ENDPOINT, how="left")
        .join(_families(attempts), on="m", how="left")
        .join(family_works(chunk), on="m", how="left")
        .join(routes(chunk), on=["m", "address"], how="left")
        .join(chunk.measurements.select("m", "input"), on="m")
        .with_columns(
            pl.col("is_far_silent").fill_null(value=False),
            is_side_port=_is_side_port(),
            timeouts_of_target=(pl.col("kind") == Kind.TIMEOUT).sum().over("m", "target"),
            v4_works=pl.col("v4_works").fill_null(value=False),
            is_v6=pl.col("address").str.contains(":"),
            sibling_successes=pl.col("kind").is_null().sum().over("m", "target", "hop", "port"),
            endpoint=_endpoint(),
            detail=pl.col("failure"),
        )
        .sort("m", "step")
    )


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
        steps.join(addresses.genuine, on=PAIR, how="left")
        .join(addresses.resolvers, on=PAIR, how="left")
        .join(addresses.normal.with_columns(is_normal=True), on=PAIR, how="left")
        .join(addresses.asked.with_columns(was_asked=True), on=["m", "name"], how="left")
        .join(_normal_genuine(addresses), on=["m", "name"], how="left")
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
            & ~is_variant(pl.col("name"), pl.col("target")).fill_null(value=False),
        )
        .with_columns(is_trusted=pl.col("is_genuine") | pl.col("is_vouched"))
    )


def _normal_genuine(addresses: Addresses) -> pl.DataFrame:
    return addresses.normal.join(addresses.genuine, on=PAIR).select("m", "name", normal_is_genuine=True).unique()


def _endpoint() -> pl.Expr:
    port = pl.col("port").cast(pl.String).fill_null("")
    address = pl.col("address").fill_null("")
    return pl.when(address.str.contains(":")).then("[" + address + "]:" + port).otherwise(address + ":" + port)


def tls_frame(chunk: Chunk, addresses: Addresses, known: Knowledge) -> pl.DataFrame:
    """Build the frame of TLS handshakes.

    Columns beside those of :func:`tcp_frame`: control_handshakes (bool, null: not tried) and control_tls_kind at the
    same endpoint and name, is_target_arm and other_arm_speaks (a TLS peer spoke in the other arm), own_speaks (a peer
    spoke with this arm at another time), issuer_is_product, issuer_is_authority, heard (a TLS peer spoke), and
    tls_works_elsewhere (another encrypted exchange of the measurement verified, so nothing intercepts them all), and
    tls_stalls_elsewhere (handshakes with the probe's own resolvers stalled as well, all of them).
    """
    handshakes = chunk.probe("tls_handshakes")
    heard = pl.col("kind").is_null() | pl.col("kind").is_in([*certificate_kinds(), str(Kind.TLS_ALERT)])
    arm = pl.col("tags").str.extract(r"(?:^| )arm=(\S+)", 1)
    ttl = pl.col("tags").str.extract(r"(?:^| )ttl=(\d+)", 1).cast(pl.Int64)
    arms = (
        handshakes.group_by("m")
        .agg(
            control_ttl=ttl.filter(heard & (arm == "control")).min(),
            control_arm_speaks=(heard & (arm == "control")).any(),
            target_arm_speaks=(heard & (arm == "target")).any(),
        )
        .with_columns(pl.col("control_arm_speaks", "target_arm_speaks").fill_null(value=False))
    )
    return (
        _with_control_handshake(vouched_steps(handshakes, chunk, addresses), chunk.control("tls_handshakes"))
        .join(arms, on="m", how="left")
        .join(chunk.certificates, on="leaf_sha256", how="left")
        .join(known.authorities.with_columns(is_vouched_issuer=True), on="issuer", how="left")
        .join(_other_names(chunk), on="m", how="left")
        .join(chunk.muted.with_columns(tls_stalls_elsewhere=True), on="m", how="left")
        .join(chunk.measurements.select("m", "input"), on="m")
        .with_columns(
            arm=arm,
            is_side_port=_is_side_port(),
            tls_stalls_elsewhere=pl.col("tls_stalls_elsewhere").fill_null(value=False),
            is_heard=heard,
            completes_without_ech=(pl.col("kind").is_null() & pl.col("ech").is_null()).any().over("m", "name"),
            # What is sent with fewer hops to live than the other name needed does not arrive at the server.
            arrives=ttl.is_null() | (ttl >= pl.col("control_ttl")).fill_null(value=False),
            timeouts_of_target=(pl.col("kind") == Kind.TIMEOUT).sum().over("m", "target"),
            issuer_is_product=pl.col("issuer").str.contains(any_of(patterns(Place.ISSUER, Scope.PRODUCT))),
            issuer_is_authority=pl.col("issuer").str.contains(any_of(patterns(Place.ISSUER, Scope.AUTHORITY)))
            | pl.col("is_vouched_issuer"),
            sibling_successes=pl.col("kind").is_null().sum().over("m", "target", "hop", "name"),
            endpoint=_endpoint(),
            detail=pl.col("failure"),
        )
        .sort("m", "step")
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
    without the version of IP), of the same version of IP target_arm_speaks and control_arm_speaks; of the measurement
    control_arms_die (the innocent name was never answered there), version_arms_speak (a version that nobody speaks was
    answered each time).
    """
    handshakes = vouched_steps(chunk.probe("quic_handshakes"), chunk, addresses).with_columns(arm=arm_of())
    handshakes = handshakes.with_columns(is_v6=pl.col("address").str.contains(":"))
    of_site = pl.col("kind").is_null() & pl.col("arm").is_null()
    return (
        _with_control_handshake(handshakes, chunk.control("quic_handshakes"))
        .with_columns(
            **ladder(),
            sibling_successes=of_site.sum().over("m", "target", "hop", "name"),
            endpoint=_endpoint(),
            detail=pl.col("failure"),
        )
        .sort("m", "step")
    )
