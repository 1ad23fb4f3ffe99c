"""http_header_field_manipulation: does something on the path rewrite requests (ts-006).

The letters of method and header names are varied, and the server answers with what reached it. A proxy that writes
requests anew gives itself away by the letters.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.net.dial.acts import Request
from trigpoint.net.dial.http import fetch, target_of
from trigpoint.net.dial.tcp import connect
from trigpoint.net.names import parse_url
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from random import Random

    from trigpoint.net.dial.acts import Response
    from trigpoint.probe.nettest import Keys, Measuring

_HEADERS = (  # those of ts-006
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Encoding", "gzip,deflate,sdch"),
    ("Accept-Language", "en-US,en;q=0.8"),
    ("Accept-Charset", "ISO-8859-1,utf-8;q=0.7,*;q=0.3"),
    ("User-Agent", "Mozilla/5.0 (Windows; U; Windows NT 6.1; en-US; rv:1.9.2) Gecko/20100115 Firefox/3.6"),
)
_HOST_LETTERS = 15
_HOPS = frozenset({"connection"})  # what HTTP libraries add on their way, not the network


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    asked = _request(session.http_echo, session.random)
    url = parse_url(asked.url)
    trip = None
    if url.host is not None:
        trace = measuring.diary.trace()
        stream = await connect(trace, url.host, url.port or 80)
        if stream is not None:
            trip = await fetch(trace, stream, asked)
            stream.close()
    failure = next((act.failure for act in measuring.diary.acts if act.failure), None)
    return {
        "agent": "agent",
        "socksproxy": None,
        "failure": failure if session.http_echo else "test_helper_missing",
        "tampering": tampering(asked, trip.response if trip else None),
    }


def _request(url: str, random: Random) -> Request:
    host = "".join(random.choices(ascii_lowercase, k=_HOST_LETTERS)) + ".com"
    named = [("Host", host), *_HEADERS]
    headers = tuple((mixed(name, random), value) for name, value in random.sample(named, len(named)))
    return Request(url=url, method=mixed("GET", random), headers=headers)


def mixed(text: str, random: Random) -> str:
    """Write each letter small or large, by chance, and not all as they were.

    >>> from random import Random
    >>> mixed("Accept", Random(1))
    'acCePT'
    """
    while True:
        written = "".join(random.choice((letter.lower(), letter.upper())) for letter in text)
        if written not in {text, text.upper(), text.lower()}:
            return written


def tampering(asked: Request, response: Response | None) -> dict[str, Any]:
    """Compare a request with what the server saw of it, by the categories of ts-006. No response: nothing is known."""
    found = {
        "total": False,
        "request_line_capitalization": False,
        "header_name_capitalization": False,
        "header_field_name": False,
        "header_field_value": False,
        "header_field_number": False,
        "header_name_diff": [],
    }
    if response is None:
        return found
    try:
        seen = msgspec.json.decode(response.body, type=_Seen)
    except (msgspec.DecodeError, RecursionError):  # somebody else answered
        return {**found, "total": True}
    sent = [(name, value) for name, value in asked.headers if name.lower() not in _HOPS]
    came = [(name, value) for name, values in seen.headers_dict.items() for value in values]
    came = [(name, value) for name, value in came if name.lower() not in _HOPS]
    return {**found, **_differences(sent, came, f"{asked.method} {target_of(asked.url)} HTTP/1.1", seen.request_line)}


class _Seen(msgspec.Struct):
    """What the server says (``http-return-json-headers``)."""

    request_line: str
    headers_dict: dict[str, list[str]]


def _differences(sent: list[tuple[str, str]], came: list[tuple[str, str]], line: str, line_came: str) -> dict[str, Any]:
    names, names_came = {name for name, _ in sent}, {name for name, _ in came}
    small, small_came = {name.lower() for name in names}, {name.lower() for name in names_came}
    values, values_came = ({(name.lower(), value) for name, value in pairs} for pairs in (sent, came))
    return {
        "request_line_capitalization": line != line_came,
        "header_name_capitalization": names != names_came and small == small_came,
        "header_field_name": small != small_came,
        "header_field_value": {value for _, value in values} != {value for _, value in values_came},
        "header_field_number": len(sent) != len(came),
        "header_name_diff": sorted(names ^ names_came),
    }


NETTEST = Nettest(
    name="http_header_field_manipulation",
    version="0.3.0",
    title="Are requests rewritten on the way",
    meaning=(
        "Sends a request whose method and header names are written in mixed letters to an echo server of one's own, "
        "which answers with the request as it came. What was changed on the way shows a proxy in the path."
    ),
    source="ooni/spec ts-006-header-field-manipulation",
    tier=1,
    takes="nothing",
    wants=("http_echo",),
    run=_run,
)
