"""Finding in responses what names a subscriber: cookies, and what portals and filters put into the URLs they lead to.

A network that leads its users to a page of its own writes into that URL who they are: session, subscriber, telephone
number. A redirect to a host that nobody asked for therefore loses its query and fragment, wherever in the record they
stand, and so do the longer values in them, which such pages print. Hosts of known block pages keep theirs: it is by
these that analysts know them, and they were looked at.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec

from trigpoint.net.names import canonical_address, host_of, split_endpoint
from trigpoint.reference.artefacts import Place, Scope, patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.net.dial.acts import RoundTrip

_BLOCK_PAGES = patterns(Place.LOCATION, Scope.NETWORK)
_SHORTEST_VALUE = 6  # characters; with a digit among them. Words and short numbers are on every page
_COOKIE = re.compile(r"^([^=;]*)=[^;]*")
_REFRESH = re.compile(r"^[^;,]*[;,]\s*(?:url\s*=\s*)?", re.IGNORECASE)
_BODY_LINKS = re.compile(
    rb"""(?:url\s*=|href\s*=|src\s*=|location[.\w]*\s*=)\s*["']?([^"'<>\s]+\?[^"'<>\s]+)""", re.IGNORECASE
)
_MOST_LINKS = 64  # of a page; a redirect written into one has a handful
_REDIRECT_PAGE_BYTES = 4_096  # pages that only lead elsewhere are shorter


class _Link(msgspec.Struct, frozen=True):
    url: str
    host: str | None


def without_cookie(name: str, value: str) -> str:
    """Give a header's value, a cookie's without what identifies (:rfc:`6265`): its name and attributes stay.

    >>> without_cookie("Set-Cookie", "session=8f14e45f; Path=/"), without_cookie("Server", "a=b")
    ('session=[scrubbed]; Path=/', 'a=b')
    """
    match name.lower():
        case "set-cookie":
            return _COOKIE.sub(r"\1=[scrubbed]", value)
        case "cookie":
            return "; ".join(_COOKIE.sub(r"\1=[scrubbed]", part.strip()) for part in value.split(";"))
        case _:
            return value


def secrets_of(round_trips: Iterable[RoundTrip], asked: Iterable[str] = ()) -> frozenset[str]:
    """Find what must not be written of the URLs that responses lead to.

    Args:
        round_trips: all of one measurement.
        asked: what was measured: its input, and whatever else the nettest asks for by itself. URLs that were
            requested although no response led there count too.

    Returns:
        Texts to be taken out wherever they stand.

    """
    trips = list(round_trips)
    links = [link for trip in trips for link in _links(trip)]
    requested = [_Link(trip.request.url, host_of(trip.request.url)) for trip in trips]
    led_to = {link.host for link in links}
    wanted = [*asked, *(link.url for link in requested if link.host not in led_to)]
    hosts = {host for url in wanted if (host := host_of(url))}
    strange = [link for link in links + requested if link.host and not _may_be_told(link.host, hosts)]
    found = {part for link in strange for part in _parts(link.url, hosts)}
    found -= {part for url in wanted for part in _parts(url, set())}
    return frozenset(found | {html.escape(part) for part in found})


def _links(trip: RoundTrip) -> Iterator[_Link]:
    """Give where a response leads: its header, and its page where that is no more than a way on."""
    if trip.response is None:
        return
    for name, value in trip.response.headers:
        if name.lower() == "location":
            yield _link(trip.request.url, value)
        elif name.lower() == "refresh":
            yield _link(trip.request.url, _REFRESH.sub("", value))
    if len(trip.response.body) <= _REDIRECT_PAGE_BYTES:
        for match in list(_BODY_LINKS.finditer(trip.response.body))[:_MOST_LINKS]:
            yield _link(trip.request.url, html.unescape(match.group(1).decode("utf-8", "replace")))


def _link(base: str, reference: str) -> _Link:
    try:
        url = urljoin(base, reference.strip())
    except ValueError:
        return _Link(reference, None)
    return _Link(url, host_of(url))


def _may_be_told(host: str, asked: set[str]) -> bool:
    is_asked = any(host == own or host.endswith(f".{own}") or own.endswith(f".{host}") for own in asked)
    return is_asked or any(host == known or host.endswith(f".{known}") for known in _BLOCK_PAGES)


def _parts(url: str, asked: set[str]) -> Iterator[str]:
    """Give query and fragment, and the longer values in them, as written and as meant.

    Values that say what was asked for are no secret: pages of filters have it as their subject.
    """
    try:
        split = urlsplit(url)
    except ValueError:
        return
    for whole in filter(None, (split.query, split.fragment)):
        yield whole
        written = [part.partition("=")[2] for part in re.split("[&;]", whole)]
        for value in (*written, *(value for _, value in parse_qsl(whole))):
            if _is_telling(value) and not any(host in value for host in asked):
                yield value


def _is_telling(value: str) -> bool:
    has_digit = any(character.isdigit() for character in value)
    is_address = canonical_address(split_endpoint(value)[0] or "") is not None
    return len(value) >= _SHORTEST_VALUE and has_digit and not is_address
