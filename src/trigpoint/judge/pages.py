"""The frame of HTTP round trips: pages compared with the control's, and searched for documented artefacts.

The comparison is OONI's of ts-017 (status, title, length, uncommon headers), with two differences: an encrypted page of
a verified handshake is the site's own, however it differs; and a page that merely differs is a doubt, never a sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.arms import HOST_SWAPS, host_arm, is_not_the_servers
from trigpoint.judge.domains import domain, is_related
from trigpoint.judge.evidence import with_evidence
from trigpoint.judge.marks import MARKS
from trigpoint.judge.remote import is_innocent, with_tries
from trigpoint.model.failure import Kind
from trigpoint.reference.artefacts import Place, Scope, any_of, patterns

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

# Headers that most servers send: that two pages share them says nothing (ooni/spec ts-017).
_COMMON_HEADERS = (
    "date",
    "content-type",
    "server",
    "cache-control",
    "vary",
    "set-cookie",
    "location",
    "expires",
    "x-powered-by",
    "content-encoding",
    "last-modified",
    "accept-ranges",
    "pragma",
    "x-frame-options",
    "etag",
    "x-content-type-options",
    "age",
    "via",
    "p3p",
    "x-xss-protection",
    "content-language",
    "cf-ray",
    "strict-transport-security",
    "link",
    "x-varnish",
    "content-length",
    "connection",
    "transfer-encoding",
    "keep-alive",
    "alt-svc",
    "upgrade",
)

_HTTP_PORT = 80
_FOREIGN = "foreign"  # outcome of a request that another answered
_SAME_LENGTH = 0.7  # ooni/spec ts-017; Jones et al., IMC 2014
PRIVATE_HOST = r"^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.)"
_NETWORK_PROXY = rf"(?m)^server:.*\bproxy|{any_of(patterns(Place.HEADER, Scope.NETWORK))}"
_DENIED_BY_SERVER = r"(?i)akamaighost|cloudflare|incapsula|sucuri|cloudfront|awselb|imperva"


def http_frame(chunk: Chunk, vouched: pl.DataFrame, connects: pl.DataFrame) -> pl.DataFrame:
    """Build the frame of round trips.

    Args:
        chunk: the prepared observations.
        vouched: the probe's round trips with what is known of their addresses.
        connects: the probe's connections, likewise.

    Columns beside the step's own: is_final, was_plain (some hop so far had no encryption), is_plain, connected_plain (a
    TCP connection of the same hop to the site's own address and HTTP's port succeeded, and none to another's),
    opened_plain (one to HTTP's port did, to whatever address),
    status_matches, title_matches, length_ratio, headers_match, server_matches, host_is_related, location_host,
    is_quotation (the control's page is the same), arm at a server of one's own and what
    :func:`trigpoint.judge.evidence.with_evidence` says of it, is_not_the_servers (another answered in place of that
    server), path_is_shown (to be the trigger there), has_* for artefacts in the page, control_* for the control's page.

    """
    return (
        with_tries(vouched.filter(~is_innocent()), chunk)
        .join(_control_pages(chunk), on="m", how="left")
        .join(_connected(connects), on=["m", "target", "hop"], how="left")
        .pipe(_with_places)
        .pipe(_with_comparison)
        .join(_endpoint_connects(chunk), on=["m", "host", "port"], how="left")
        .join(chunk.marks, on="body_sha256", how="left")
        .pipe(_with_marks)
        .pipe(_with_swaps)
        .with_columns(
            pl.col("connected_plain", "opened_plain").fill_null(value=False),
            endpoint=pl.col("url"),
            timeouts_of_target=(pl.col("kind") == Kind.TIMEOUT).sum().over("m", "target"),
        )
        .with_columns(detail=pl.coalesce("failure", "shown_page"))
        .sort("m", "step")
    )


def _with_swaps(frame: pl.DataFrame) -> pl.DataFrame:
    """Say what arms at a server of one's own show: requests that fail, or that somebody else answers."""
    armed = frame.with_columns(arm=host_arm(), is_v6=pl.col("address").str.contains(":").fill_null(value=False))
    armed = armed.with_columns(is_not_the_servers=is_not_the_servers())
    foreign = pl.when("is_not_the_servers").then(pl.lit(_FOREIGN)).otherwise("kind")
    path = (pl.col("arm") == "target_path").fill_null(value=False)
    return with_evidence(armed.with_columns(outcome=foreign), HOST_SWAPS).with_columns(
        path_is_shown=(path & pl.col("is_shown")).any().over("m")
    )


def _control_pages(chunk: Chunk) -> pl.DataFrame:
    """Give the control's page over TCP, and whether it got it over QUIC: control_answers_over_quic."""
    pages = chunk.control("http_round_trips")
    over_quic = pl.col("alpn").fill_null("") == "h3"
    fine = pl.col("kind").is_null() & (pl.col("status") > 0)
    answers = pages.group_by("m").agg(control_answers_over_quic=(over_quic & fine).any().fill_null(value=False))
    return (
        pages.filter(~over_quic)
        .join(answers, on="m")
        .group_by("m", "control_answers_over_quic", maintain_order=True)
        .agg(
            control_status=pl.col("status").first(),
            control_title=pl.col("title").first(),
            control_bytes=pl.col("body_bytes").first(),
            control_headers=pl.col("headers").first(),
        )
    )


def _connected(connects: pl.DataFrame) -> pl.DataFrame:
    """Say whether connections for plain HTTP went to the site alone: older records do not say which one was used."""
    trusted = pl.col("is_trusted")
    return (
        connects.filter(pl.col("kind").is_null(), pl.col("port") == _HTTP_PORT)
        .group_by("m", "target", "hop")
        .agg(connected_plain=trusted.any(), connected_only_to_site=trusted.all(), opened_plain=pl.lit(value=True))
    )


def _endpoint_connects(chunk: Chunk) -> pl.DataFrame:
    """Say which addresses that a URL names directly accepted a connection."""
    return (
        chunk.probe("tcp_connects")
        .group_by("m", host="address", port="port")
        .agg(endpoint_connects=pl.col("kind").is_null().any())
    )


def _with_places(frame: pl.DataFrame) -> pl.DataFrame:
    """Say where a page was: final or on the way, by which scheme, on a host related to the target's."""
    order = pl.col("hop")
    plain = pl.col("scheme") == "http"
    first_plain = pl.when(plain).then(order).min().over("m", "target")
    return frame.with_columns(
        is_plain=plain,
        is_final=order == order.max().over("m", "target"),
        was_plain=(first_plain <= order).fill_null(value=False),
        host_is_related=is_related(pl.col("host"), pl.col("target")),
        location_host=pl.col("location").str.to_lowercase().str.extract(r"^[a-z]+://([^/:?#]+)", 1),
    )


def _with_comparison(frame: pl.DataFrame) -> pl.DataFrame:
    """Compare with the control's page, where there is one to compare with."""
    longer = pl.max_horizontal("body_bytes", "control_bytes")
    usable = (
        (pl.col("body_bytes") > 0) & (pl.col("control_bytes") > 0) & ~pl.col("body_is_truncated").fill_null(value=False)
    )
    title, control_title = (pl.col(name).fill_null("").str.to_lowercase() for name in ("title", "control_title"))
    words, control_words = (_words(text) for text in (title, control_title))
    return frame.with_columns(
        control_answers=pl.col("control_site_works") & (pl.col("control_status").fill_null(0) > 0),
        status_matches=pl.col("status") == pl.col("control_status"),
        title_matches=(title != "")
        & (control_title != "")
        & ((title == control_title) | (words.list.set_intersection(control_words).list.len() > 0)),
        titles_differ=(title != "")
        & (control_title != "")
        & (words.list.set_intersection(control_words).list.len() == 0)
        & (title != control_title),
        length_ratio=pl.when(usable).then(pl.min_horizontal("body_bytes", "control_bytes") / longer),
        headers_match=_uncommon(pl.col("headers"))
        .list.set_intersection(_uncommon(pl.col("control_headers")))
        .list.len()
        > 0,
        server_matches=_server(pl.col("headers")) == _server(pl.col("control_headers")),
        has_same_header_set=_names(pl.col("headers")) == _names(pl.col("control_headers")),
    )


def _words(text: pl.Expr) -> pl.Expr:
    """List the words of five letters and more, as the comparison of titles in ts-017 does."""
    return text.str.extract_all(r"\w{5,}")


def _server(headers: pl.Expr) -> pl.Expr:
    """Give the name of the server's program, without its version."""
    return headers.str.to_lowercase().str.extract(r"(?m)^server:\s*([^/\n]+)", 1).str.strip_chars()


def _names(headers: pl.Expr) -> pl.Expr:
    return headers.fill_null("").str.to_lowercase().str.extract_all(r"(?m)^[^:\n]+").list.unique().list.sort()


def _uncommon(headers: pl.Expr) -> pl.Expr:
    return _names(headers).list.set_difference(_COMMON_HEADERS)


def _holds(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(pattern).fill_null(value=False)


def _with_marks(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what headers, redirects and hosts show."""
    headers = pl.col("headers").fill_null("")
    block_host = rf"(?:^|\.)(?:{any_of(patterns(Place.LOCATION, Scope.NETWORK))})$"
    # A page of the documented host itself, where that is what was asked for, is no redirect to it.
    led_there = _holds("location_host", block_host) & (domain(pl.col("location_host")) != domain(pl.col("target")))
    is_there = _holds("host", block_host) & (domain(pl.col("host")) != domain(pl.col("target"))).fill_null(value=True)
    return frame.with_columns(
        pl.col(MARKS).fill_null(value=False),
        has_block_host=led_there | is_there,
        has_private_redirect=_holds("location_host", PRIVATE_HOST),
        has_challenge_header=headers.str.contains(
            r"(?im)^cf-mitigated:\s*challenge|^x-sucuri-block|^x-amzn-waf-action"
        ),
        has_server_denial=headers.str.contains(_DENIED_BY_SERVER),
        has_proxy_header=headers.str.to_lowercase().str.contains(_NETWORK_PROXY),
        is_private_address=_holds("address", PRIVATE_HOST)
        & ~pl.col("address").is_in(patterns(Place.ANSWER, Scope.NETWORK)),
        shown_page=pl.concat_str(
            pl.lit("status "),
            pl.col("status"),
            pl.lit(", title "),
            pl.col("title").fill_null("none"),
            ignore_nulls=False,
        ),
        is_quotation=(
            pl.col("control_answers")
            & pl.col("status_matches")
            & (pl.col("length_ratio") > _SAME_LENGTH)
            & ~pl.col("titles_differ")
        ).fill_null(value=False),
    ).with_columns(
        is_challenge=pl.col("has_challenge_header")
        | (pl.col("has_challenge") & pl.col("status").is_in([202, 401, 403, 405, 429, 503])),
    )
