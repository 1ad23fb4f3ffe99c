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
from trigpoint.judge.keys import with_each
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
        compared(with_tries(vouched.filter(~is_innocent()), chunk), chunk)
        .join(_connected(connects), on=["m", "target", "hop"], how="left")
        .join(_endpoint_connects(chunk), on=["m", "host", "port"], how="left")
        .pipe(_with_swaps)
        .with_columns(
            pl.col("connected_plain", "opened_plain").fill_null(value=False),
            timeouts_of_target=(pl.col("kind") == Kind.TIMEOUT).sum().over("m", "target"),
        )
        .sort("m", "step")
    )


def compared(pages: pl.DataFrame, chunk: Chunk) -> pl.DataFrame:
    """Add to round trips where they stand on the way, the control's page, and what is found in the page.

    Args:
        pages: the probe's round trips, with control_site_works (:func:`trigpoint.judge.frames.control_sites`).
        chunk: gives the control's round trips, and the marks of bodies.

    """
    return (
        pages.join(_control_pages(chunk), on="m", how="left")
        .pipe(_with_places)
        .pipe(_with_comparison)
        .join(chunk.marks, on="body_sha256", how="left")
        .pipe(_with_marks)
        .with_columns(endpoint=pl.col("url"), detail=pl.coalesce("failure", "shown_page"))
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


_OF_ITSELF = {"host_is_related": pl.lit(value=True), "is_block_host": pl.lit(value=False)}
"""What a host is to itself."""


def _with_places(frame: pl.DataFrame) -> pl.DataFrame:
    """Say where a page was: final or on the way, by which scheme, on a host related to the target's."""
    order = pl.col("hop")
    plain = pl.col("scheme") == "http"
    first_plain = pl.when(plain).then(order).min().over("m", "target")
    hosts = {"host_is_related": is_related(pl.col("host"), pl.col("target")), "is_block_host": _is_block_host("host")}
    return with_each(frame, ["host", "target"], hosts, alike=_OF_ITSELF).with_columns(
        is_plain=plain,
        is_final=order == order.max().over("m", "target"),
        was_plain=(first_plain <= order).fill_null(value=False),
        location_host=pl.col("location").str.to_lowercase().str.extract(r"^[a-z]+://([^/:?#]+)", 1),
    )


def _with_comparison(frame: pl.DataFrame) -> pl.DataFrame:
    """Compare with the control's page, where there is one to compare with."""
    longer = pl.max_horizontal("body_bytes", "control_bytes")
    usable = (
        (pl.col("body_bytes") > 0) & (pl.col("control_bytes") > 0) & ~pl.col("body_is_truncated").fill_null(value=False)
    )
    return (
        with_each(frame, ["title", "control_title"], _titles())
        .pipe(with_each, ["headers"], _of_headers())
        .pipe(with_each, ["control_headers"], _of_headers("control_"))
        .pipe(with_each, ["names", "control_names"], _header_sets())
        .with_columns(
            control_answers=pl.col("control_site_works") & (pl.col("control_status").fill_null(0) > 0),
            status_matches=pl.col("status") == pl.col("control_status"),
            length_ratio=pl.when(usable).then(pl.min_horizontal("body_bytes", "control_bytes") / longer),
            server_matches=pl.col("server") == pl.col("control_server"),
        )
        .drop("names", "control_names", "server", "control_server")
    )


def _titles() -> dict[str, pl.Expr]:
    """Compare titles: whether they share a word, and whether both are there and share none."""
    title, control_title = (pl.col(name).fill_null("").str.to_lowercase() for name in ("title", "control_title"))
    are_there = (title != "") & (control_title != "")
    shared = _words(title).list.set_intersection(_words(control_title)).list.len()
    return {
        "title_matches": are_there & ((title == control_title) | (shared > 0)),
        "titles_differ": are_there & (shared == 0) & (title != control_title),
    }


def _header_sets() -> dict[str, pl.Expr]:
    """Compare the names of headers: whether any that most servers do not send is shared, and whether all are."""
    names, control_names = (
        pl.col(name).str.extract_all(r"[^\n]+").list.unique() for name in ("names", "control_names")
    )
    uncommon = names.list.set_difference(_COMMON_HEADERS)
    return {
        "headers_match": uncommon.list.set_intersection(control_names.list.set_difference(_COMMON_HEADERS)).list.len()
        > 0,
        "has_same_header_set": names.list.sort() == control_names.list.sort(),
    }


def _words(text: pl.Expr) -> pl.Expr:
    """List the words of five letters and more, as the comparison of titles in ts-017 does."""
    return text.str.extract_all(r"\w{5,}")


def _of_headers(whose: str = "") -> dict[str, pl.Expr]:
    """Read headers: their names in their order, one a line; and the name of the server's program, without version."""
    headers = pl.col(f"{whose}headers").str.to_lowercase()
    return {
        f"{whose}names": headers.fill_null("").str.extract_all(r"(?m)^[^:\n]+").list.join("\n"),
        f"{whose}server": headers.str.extract(r"(?m)^server:\s*([^/\n]+)", 1).str.strip_chars(),
    }


def _holds(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(pattern).fill_null(value=False)


def _is_block_host(column: str) -> pl.Expr:
    """Tell whether a host is a documented one of block pages, unless the target is of that domain itself."""
    hosts = rf"(?:^|\.)(?:{any_of(patterns(Place.LOCATION, Scope.NETWORK))})$"
    is_others = (domain(pl.col(column)) != domain(pl.col("target"))).fill_null(value=True)
    return _holds(column, hosts) & is_others


def _signs_in_headers() -> dict[str, pl.Expr]:
    headers = pl.col("headers").fill_null("")
    return {
        "has_challenge_header": headers.str.contains(
            r"(?im)^cf-mitigated:\s*challenge|^x-sucuri-block|^x-amzn-waf-action"
        ),
        "has_server_denial": headers.str.contains(_DENIED_BY_SERVER),
        "has_proxy_header": headers.str.to_lowercase().str.contains(_NETWORK_PROXY),
    }


def _with_marks(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what headers, redirects and hosts show."""
    places = with_each(frame, ["location_host", "target"], {"leads_to_block_host": _is_block_host("location_host")})
    return (
        with_each(places, ["headers"], _signs_in_headers())
        .with_columns(
            pl.col(MARKS).fill_null(value=False),
            has_block_host=pl.col("leads_to_block_host") | pl.col("is_block_host"),
            has_private_redirect=_holds("location_host", PRIVATE_HOST),
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
        )
        .with_columns(
            is_challenge=pl.col("has_challenge_header")
            | (pl.col("has_challenge") & pl.col("status").is_in([202, 401, 403, 405, 429, 503])),
        )
    )
