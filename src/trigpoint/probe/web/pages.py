"""Asking for the page, and following where it leads (ts-017, E002)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.dial.http import HEADERS, fetch, request
from trigpoint.net.names import parse_url
from trigpoint.net.redirects import MOST_REDIRECTS, target
from trigpoint.probe.web.endpoints import reach
from trigpoint.probe.web.lookups import look_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.acts import RoundTrip
    from trigpoint.net.names import Url
    from trigpoint.net.redirects import Cookies
    from trigpoint.probe.nettest import Measuring
    from trigpoint.probe.web.endpoints import Reached

SECONDS = 60.0
"""For a page to come: a slow one is no missing one. People give up sooner, and what is throttled takes longer."""
MOST_BYTES = 1 << 19
"""Of a body; the rest is cut off."""


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
    more = (("Cookie", cookies.header(url.host)), ("Referer", referer))
    asked = request(url.text, headers=(*HEADERS, *(field for field in more if field[1])))
    trips = await asyncio.gather(
        *(fetch(one.trace, one.stream, asked, timeout=SECONDS, most_bytes=MOST_BYTES) for one in chosen.values())
    )
    for one in chosen.values():
        one.stream.close()
    if not trips:
        return None
    measuring.diary.put_last(trips[0])
    if trips[0].response is not None:
        cookies.take(url.host, trips[0].response.headers)
    return trips[0]


async def follow(measuring: Measuring, url: Url, trip: RoundTrip | None, cookies: Cookies) -> RoundTrip | None:
    """Follow redirects, each with lookups and connections of its own.

    Returns:
        The last round trip; its failure says so where a redirect leads nowhere. None: no page was asked for.

    """
    for depth in range(1, MOST_REDIRECTS + 2):
        if trip is None or (onward := _onward(trip)) is None:
            return trip
        led = parse_url(onward)
        failure = _refusal(led) or ("http_too_many_redirects" if depth > MOST_REDIRECTS else None)
        if failure is not None:
            return measuring.diary.amend(trip, failure=failure)
        found = await look_up(measuring, led.host or "", depth)
        reached = await reach(measuring, led, found, depth)
        url, referer = led, url.text
        trip = await fetched(measuring, url, reached, cookies, referer)
    return trip


def _onward(trip: RoundTrip) -> str | None:
    """Say where a response leads. None: nowhere."""
    if trip.failure is not None or trip.response is None:
        return None
    return target(trip.request.url, trip.response.code, trip.response.headers)


def _refusal(led: Url) -> str | None:
    """Say why a redirect is not followed, in the words of ooni/probe-cli (netxlite)."""
    if led.scheme not in {"http", "https"}:
        return "http_invalid_redirect_location_host" if led.scheme is None else "unsupported_url_scheme"
    return None if led.host else "http_invalid_redirect_location_host"
