"""The page inside held against the page outside, as ts-017 does it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import RoundTrip

_TITLE = re.compile(rb"<title[^>]*>([^<]{0,256})", re.IGNORECASE)
_ALIKE = 0.7  # of the lengths of two bodies (ts-017, body_length_match)
_SHORT_WORD = 5  # letters; shorter words of titles tell nothing (ts-017, title_match)
_SERVER_ERRORS = 5
_COMMON_HEADERS = frozenset({
    "date", "content-type", "server", "cache-control", "vary", "set-cookie", "location", "expires", "x-powered-by",
    "content-encoding", "last-modified", "accept-ranges", "pragma", "x-frame-options", "etag", "x-content-type-options",
    "age", "via", "p3p", "x-xss-protection", "content-language", "cf-ray", "strict-transport-security", "link",
    "x-varnish", "connection", "transfer-encoding", "content-length", "keep-alive",
})  # fmt: skip
"""Headers that so many servers send that having them in common tells nothing."""


class Compared(msgspec.Struct, frozen=True):
    """How alike two pages are; None: cannot be told."""

    body_proportion: float = 0.0
    body_length_match: bool | None = None
    headers_match: bool | None = None
    status_code_match: bool | None = None
    title_match: bool | None = None
    control_failed: bool = False
    """Whether the control got no page either."""
    is_secure: bool = False
    """Whether the page came over HTTPS, from an endpoint whose certificate is valid."""

    @property
    def is_same(self) -> bool:
        """Whether it is the page that was expected."""
        if self.is_secure:
            return True
        if self.status_code_match is False:
            return False
        return any(match for match in (self.body_length_match, self.headers_match, self.title_match))


def compared(trip: RoundTrip | None, answer: dict[str, Any] | None) -> Compared:
    """Compare the last response with what the helper got."""
    outside = (answer or {}).get("http_request")
    outside = outside if isinstance(outside, dict) else {}
    code = outside.get("status_code")
    code = code if isinstance(code, int) and outside.get("failure") is None else 0
    if trip is None or trip.response is None or trip.failure is not None or code <= 0:
        return Compared(control_failed=code <= 0, is_secure=_is_secure(trip))
    inside = trip.response
    length = outside.get("body_length")
    proportion = _proportion(len(inside.body), length) if isinstance(length, int) and length > 0 else None
    return Compared(
        body_proportion=proportion or 0.0,
        body_length_match=None if proportion is None or inside.body_is_truncated else proportion > _ALIKE,
        headers_match=_headers_match(inside.headers, outside.get("headers")),
        status_code_match=_status_match(inside.code, code),
        title_match=_title_match(inside.body, outside.get("title")),
        is_secure=_is_secure(trip),
    )


def _is_secure(trip: RoundTrip | None) -> bool:
    """Tell whether a whole page came over HTTPS; where the chain is not valid, nothing is asked for."""
    return trip is not None and trip.failure is None and trip.request.url.startswith("https:")


def _proportion(one: int, other: int) -> float:
    return min(one, other) / max(one, other) if max(one, other) else 1.0


def _status_match(inside: int, outside: int) -> bool | None:
    """Compare; a server's own error outside tells nothing of the page inside."""
    if inside == outside:
        return True
    return None if outside // 100 == _SERVER_ERRORS else False


def _headers_match(inside: tuple[tuple[str, str], ...], outside: object) -> bool | None:
    """Say whether the unusual names of headers have one in common, or there are none on either side."""
    if not isinstance(outside, dict) or not outside:
        return None
    here = {name.lower() for name, _ in inside}
    there = {name.lower() for name in outside}
    return here == there or bool((here & there) - _COMMON_HEADERS)


def _title_match(body: bytes, outside: object) -> bool | None:
    """Compare the first words of more than five letters."""
    found = _TITLE.search(body)
    if found is None or not isinstance(outside, str) or not outside.strip():
        return None
    here, there = found.group(1).decode("utf-8", "replace").split(), outside.split()
    for one, other in zip(here, there, strict=False):
        if len(one) > _SHORT_WORD or len(other) > _SHORT_WORD:
            return bool(one.lower() == other.lower())
    return None
