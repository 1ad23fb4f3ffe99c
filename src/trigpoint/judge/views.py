"""The frame of name resolution: one row is one resolver's view of one name at one hop."""

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
from trigpoint.judge.frames import control_sites, family_works, with_variants
from trigpoint.judge.pages import PRIVATE_HOST
from trigpoint.judge.remote import is_innocent, with_comparison
from trigpoint.judge.replies import NOBODY, innocent_names, is_agreed, is_arm, is_late, is_walk, late_replies
from trigpoint.model.failure import Kind
from trigpoint.reference.artefacts import (
    FILTERING_RESOLVER_NETWORKS,
    SINGLE_COMPANY_NETWORKS,
    Place,
    Scope,
    any_of,
    patterns,
)

if TYPE_CHECKING:
    from trigpoint.judge.addresses import Addresses
    from trigpoint.judge.keys import Chunk
    from trigpoint.judge.knowledge import Knowledge

_UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104 - answers, never bound to
_LOOPBACK = ("127.0.0.1", "::1")
_PLACEHOLDER = r"^198\.1[89]\."  # RFC 2544


def dns_frame(chunk: Chunk, addresses: Addresses, known: Knowledge) -> pl.DataFrame:
    """Build the frame of resolvers' views.

    Columns beside the keys: kind (of the A lookup, or of the one for both families), address_count, v4_count,
    bogon_count, unspecified_count, genuine_count, controlled_count (the control gave them too), certified_count,
    plausible_count, known_count (documented block-page
    addresses), rejected_count (the probe's handshake there got a certificate that does not verify, and the control's
    did not verify either), is_system, is_encrypted, is_third_party; reference_count (genuine addresses of the name),
    peer_* (the other views of the name in the measurement), control_* (the control's lookup of the name); late_genuine
    (genuine addresses in replies that came after the first), is_nobody (asked where nobody answers), innocent_answered
    (another name was answered there as well), innocent_asked, name_is_agreed (:mod:`trigpoint.judge.replies`);
    is_silenced (in the whole run the resolver answered others and never this name), is_turned_away (in the run the
    name's own servers refused it), page_refuses (who answers under the name without encryption refuses access).
    """
    views = _views(chunk, addresses)
    return (
        with_variants(with_comparison(views, chunk, chunk.marks))
        .join(family_works(chunk), on="m", how="left")
        .join(_peers(views), on=["m", "name", "view"], how="left")
        .join(_control_lookups(chunk), on=["m", "name"], how="left")
        .join(control_sites(chunk), on="m", how="left")
        .join(addresses.genuine.group_by("m", "name").agg(reference_count=pl.len()), on=["m", "name"], how="left")
        .join(chunk.measurements.select("m", "resolver_asn", run="report_id"), on="m")
        .join(
            known.silenced.with_columns(is_silenced=True),
            on=["run", "name", "engine", "resolver_address"],
            how="left",
        )
        .join(known.turned_away.with_columns(is_turned_away=True), on=["run", "name"], how="left")
        .join(_answered_otherwise(chunk), on=["m", "engine", "resolver_address"], how="left")
        .join(late_replies(chunk, addresses), on=["m", "name", "engine", "resolver_address"], how="left")
        .join(innocent_names(chunk), on="m", how="left")
        .join(_refusing_pages(chunk), on=["m", "name"], how="left")
        .with_columns(
            pl.col("reference_count", "control_addresses", "control_v4_addresses", "control_bogons").fill_null(0),
            pl.col("^peer_.*$").fill_null(0),
            pl.col("control_has_none", "control_site_works", "innocent_asked", "innocent_answered").fill_null(
                value=False
            ),
            pl.col("late_genuine").fill_null(0),
            pl.col("page_refuses").fill_null(value=False),
            pl.col("is_silenced", "is_turned_away").fill_null(value=False),
            name_is_agreed=is_agreed().any().over("m", "name"),
            answered_names=pl.col("answered_names").fill_null(0) - (pl.col("address_count") > 0).cast(pl.Int64),
            is_expected=pl.col("is_known_endpoint"),
            is_filtering_resolver=_is_filtering(),
            v4_works=pl.col("v4_works").fill_null(value=False),
            public_names=pl.col("public_names").fill_null(0),
            detail=pl.coalesce("shown", "failure"),
        )
        .sort("m", "step")
    )


def _refusing_pages(chunk: Chunk) -> pl.DataFrame:
    """Find names under which a page without encryption refuses access: m, name, page_refuses."""
    refusing = chunk.marks.filter(pl.any_horizontal("has_refusal", "has_block_page")).select("body_sha256")
    plain = chunk.probe("http_round_trips").filter(pl.col("scheme") == "http")
    pages = plain.join(refusing, on="body_sha256", how="semi")
    return pages.select("m", "name").unique().with_columns(page_refuses=True)


def _is_filtering() -> pl.Expr:
    """Say whether the resolver is one that its user chose for its filter: by address, AS, or answer."""
    by_network = pl.col("is_system") & pl.col("resolver_asn").is_in(FILTERING_RESOLVER_NETWORKS)
    by_answer = (pl.col("chosen_count") > 0) & (pl.col("chosen_count") == pl.col("address_count"))
    return is_chosen_filter(pl.col("resolver_address")) | by_network.fill_null(value=False) | by_answer


def _views(chunk: Chunk, addresses: Addresses) -> pl.DataFrame:
    lookups = (
        chunk.probe("dns_lookups")
        .filter(~is_late(), ~is_arm("whoami"), ~is_walk(), ~is_innocent())
        .with_columns(*resolver_columns())
    )
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
            compared_count=pl.col("shared").is_not_null().sum(),
            shared_count=(pl.col("shared").fill_null("") != "").sum(),
            single_company_count=pl.col("asn").is_in(SINGLE_COMPANY_NETWORKS).fill_null(value=False).sum(),
            shown="address",
        )
        .with_columns(pl.col("shown").list.unique(maintain_order=True).list.head(4).list.join(", "))
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
            is_unanimous=pl.col("kind").n_unique() == 1,
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
