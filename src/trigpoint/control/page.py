"""A page as a control fetches it: redirects followed, cookies kept on the way, and nobody asked who is not public."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from trigpoint.control.protocol import Fetched, check_url
from trigpoint.control.resolving import resolved
from trigpoint.errors import InputError
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tcp import Stream, connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import canonical_address, join_endpoint, parse_url, split_endpoint
from trigpoint.net.redirects import MOST_REDIRECTS, Cookies, first, target
from trigpoint.net.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.control.protocol import ControlRequest, Resolved
    from trigpoint.control.setting import Setting
    from trigpoint.net.dial.acts import Request, Response, RoundTrip
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.tls import TlsStream

    Attempt = Callable[[Trace, str, Request], Awaitable[RoundTrip | None]]

SECONDS = 15.0
"""For the whole chain of redirects, as ooni/probe-cli's test helper has it."""
STEP_SECONDS = 6.0
"""For a connect, and for a handshake: one silent address leaves time for another."""
_MOST_TRIES = 3  # addresses of one host
_HTTPS = 443


async def fetched(
    asked: ControlRequest,
    setting: Setting,
    found: Resolved,
    attempt: Attempt | None = None,
    seconds: float = SECONDS,
) -> Fetched:
    """Fetch a page.

    Args:
        asked: what the probe asks.
        setting: what is measured with.
        found: addresses of the first host.
        attempt: asks the first host at an address, None where it cannot be reached. None: over TCP, as all others.
        seconds: for all of it.

    """
    return await _Chain(asked, setting, found, attempt).run(seconds)


class _Refused(Exception):  # noqa: N818 - an outcome, and nobody outside of this file sees it
    """There is no response; the failure says why."""


class _Chain:
    """One chain of redirects."""

    def __init__(self, asked: ControlRequest, setting: Setting, found: Resolved, attempt: Attempt | None) -> None:
        self._asked = asked
        self._setting = setting
        self._first = attempt
        self._known = {asked.url.host or "": found}
        self._cookies = Cookies()
        self._h3 = ""

    async def run(self, seconds: float) -> Fetched:
        """Follow it to its end."""
        try:
            async with asyncio.timeout(seconds):
                return await self._followed()
        except _Refused as refused:
            failure = str(refused)
        except TimeoutError:
            failure = "generic_timeout_error"
        return Fetched(failure=failure, discovered_h3_endpoint=self._h3)

    async def _followed(self) -> Fetched:
        url = self._asked.url.text
        for hop in range(MOST_REDIRECTS + 1):
            trip = await self._trip(url, (self._first if hop == 0 else None) or self._over_tcp)
            response = trip.response
            if response is None:
                raise _Refused(trip.failure or "eof_error")
            if hop == 0 and self._first is None:
                self._h3 = h3_endpoint(url, first(response.headers, "alt-svc"))
            following = None if trip.failure else target(url, response.code, response.headers)
            if following is None:
                return self._told(response, trip.failure)
            self._cookies.take(parse_url(url).host or "", response.headers)
            url = _checked(following)
        message = "http_too_many_redirects"
        raise _Refused(message)

    async def _trip(self, url: str, attempt: Attempt) -> RoundTrip:
        """Ask one host, at the first of its addresses that can be reached."""
        host = parse_url(url).host or ""
        diary = Diary(dialer=self._setting.dialer)
        wanted = self._request(url, host)
        for address in (await self._addresses(host))[:_MOST_TRIES]:
            trip = await attempt(diary.trace(), address, wanted)
            if trip:
                return trip
        raise _Refused(diary.acts[-1].failure)

    async def _over_tcp(self, trace: Trace, address: str, wanted: Request) -> RoundTrip | None:
        url = parse_url(wanted.url)
        opened: Stream | TlsStream | None = await connect(trace, address, url.port or 0, timeout=STEP_SECONDS)
        if isinstance(opened, Stream) and url.scheme == "https":
            trust = self._setting.trust()
            opened = await handshake(trace, opened, url.host or "", trust=trust, timeout=STEP_SECONDS)
        if opened is None:
            return None
        try:
            return await fetch(trace, opened, wanted)
        finally:
            opened.close()

    async def _addresses(self, host: str) -> tuple[str, ...]:
        """Give the addresses of a host that may be asked."""
        literal = canonical_address(host)
        found: tuple[str, ...] = (literal,) if literal else ()
        if not literal:
            answer = self._known.get(host) or await resolved(host, self._setting)
            self._known[host] = answer
            if answer.failure or not answer.addrs:
                raise _Refused(answer.failure or "dns_no_answer")
            found = answer.addrs
        allowed = tuple(address for address in found if not self._setting.refuses(address))
        if not allowed:
            message = "dns_bogon_error"
            raise _Refused(message)
        return allowed

    def _request(self, url: str, host: str) -> Request:
        """Write a request with the probe's fields, and the cookies of the chain."""
        made = request(url)
        asked = dict(self._asked.headers)
        headers = [(name, asked.get(name.lower(), value)) for name, value in made.headers]
        cookie = self._cookies.header(host)
        if cookie:
            headers.append(("Cookie", cookie))
        return msgspec.structs.replace(made, headers=tuple(headers))

    def _told(self, response: Response, failure: str | None) -> Fetched:
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers.setdefault("-".join(part.capitalize() for part in name.split("-")), value)
        return Fetched(
            body_length=len(response.body),
            discovered_h3_endpoint=self._h3,
            failure=failure,
            title=title_of(response.body) or "",
            headers=headers,
            status_code=response.code,
        )


def _checked(url: str) -> str:
    try:
        check_url(url)
    except InputError as error:
        message = "http_invalid_redirect_url"
        raise _Refused(message) from error
    return url


def h3_endpoint(url: str, alt_svc: str) -> str:
    """Give where a site offers HTTP/3 (RFC 7838, section 3): at its own host, at port 443 or the URL's. Empty: nowhere.

    >>> h3_endpoint("https://a.example/", 'h3-29=":443", h3=":443"; ma=86400')
    'a.example:443'
    """
    parts = parse_url(url)
    for entry in alt_svc.split(","):
        protocol, _, authority = entry.partition(";")[0].strip().partition("=")
        host, port = split_endpoint(authority.strip().strip('"'))
        if protocol == "h3" and port in {_HTTPS, parts.port} and host in {None, "", parts.host}:
            return join_endpoint(parts.host or "", port)
    return ""
