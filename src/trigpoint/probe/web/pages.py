"""Asking for the page, and following where it leads (ts-017, E002)."""

from __future__ import annotations

import asyncio
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from trigpoint.net.dial.http import HEADERS, fetch, request
from trigpoint.net.names import parse_url
from trigpoint.probe.web.endpoints import reach
from trigpoint.probe.web.lookups import look_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.acts import Response, RoundTrip
    from trigpoint.net.names import Url
    from trigpoint.probe.nettest import Measuring
    from trigpoint.probe.web.endpoints import Reached

MOST_REDIRECTS = 10
"""Redirects that are followed (ts-017)."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Status codes of redirects (RFC 9110, section 15.4)."""
SECONDS = 60.0
"""For a page to come: a slow one is no missing one. People give up sooner, and what is throttled takes longer."""
MOST_BYTES = 1 << 19
"""Of a body; the rest is cut off."""


class Cookies:
    """What the site asked to be sent back, for each host by itself; forgotten with the measurement."""

    def __init__(self) -> None:
        self._jars: dict[str, SimpleCookie] = {}

    def keep(self, host: str, response: Response) -> None:
        """Keep what a response sets; what cannot be read is left out."""
        jar = self._jars.setdefault(host, SimpleCookie())
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                try:
                    jar.load(value)
                except CookieError:
                    continue

    def header(self, host: str) -> tuple[tuple[str, str], ...]:
        """Give the header for a host; none where nothing is kept."""
        jar = self._jars.get(host)
        return (("Cookie", "; ".join(f"{name}={kept.value}" for name, kept in jar.items())),) if jar else ()


async def fetched(
    measuring: Measuring, url: Url, reached: Iterable[Reached], cookies: Cookies, referer: str = ""
) -> RoundTrip | None:
    """Ask for a page at the first address of each family that was reached.

    Returns:
        What the address preferred most gave, which ordinary programs would have used; it is the last that is written
        down. None: no address was reached.

    """
    chosen: dict[int, Reached] = {}
    for one in sorted(reached, key=lambda one: not one.found.is_classic):
        if one.found.version in chosen:
            one.stream.close()
        else:
            chosen[one.found.version] = one
    assert url.host is not None  # noqa: S101 - as in reach
    asked = request(
        url.text, headers=(*HEADERS, *cookies.header(url.host), *((("Referer", referer),) if referer else ()))
    )
    trips = await asyncio.gather(
        *(fetch(one.trace, one.stream, asked, timeout=SECONDS, most_bytes=MOST_BYTES) for one in chosen.values())
    )
    for one in chosen.values():
        one.stream.close()
    if not trips:
        return None
    measuring.diary.put_last(trips[0])
    if trips[0].response is not None:
        cookies.keep(url.host, trips[0].response)
    return trips[0]


async def follow(measuring: Measuring, url: Url, trip: RoundTrip | None, cookies: Cookies) -> RoundTrip | None:
    """Follow redirects, each with lookups and connections of its own.

    Returns:
        The last round trip; its failure says so where a redirect leads nowhere. None: no page was asked for.

    """
    for depth in range(1, MOST_REDIRECTS + 2):
        if trip is None or (onward := _onward(trip)) is None:
            return trip
        target = parse_url(onward)
        failure = _refusal(target) or ("http_too_many_redirects" if depth > MOST_REDIRECTS else None)
        if failure is not None:
            return measuring.diary.amend(trip, failure=failure)
        found = await look_up(measuring, target.host or "", depth)
        reached = await reach(measuring, target, found, depth)
        url, referer = target, url.text
        trip = await fetched(measuring, url, reached, cookies, referer)
    return trip


def _onward(trip: RoundTrip) -> str | None:
    """Say where a response leads. None: nowhere."""
    if trip.failure is not None or trip.response is None or trip.response.code not in REDIRECTS:
        return None
    location = next((value for name, value in trip.response.headers if name.lower() == "location"), None)
    if not location:
        return None
    try:
        return urljoin(trip.request.url, location)
    except ValueError:
        return "http://"


def _refusal(target: Url) -> str | None:
    """Say why a redirect is not followed, in the words of ooni/probe-cli (netxlite)."""
    if target.scheme not in {"http", "https"}:
        return "http_invalid_redirect_location_host" if target.scheme is None else "unsupported_url_scheme"
    return None if target.host else "http_invalid_redirect_location_host"
