"""Asking a test helper what a site looks like from outside (ts-017, the protocol of the test helper).

A helper that fails is no evidence (R4): the next is asked, and where none answers the record says why.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.net.dial.acts import Request
from trigpoint.net.dial.dns import resolve
from trigpoint.net.dial.http import HEADERS, fetch
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import canonical_address, join_endpoint, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.diary import Diary
    from trigpoint.net.dial.tcp import Stream
    from trigpoint.net.dial.tls import TlsStream
    from trigpoint.probe.session import Session

PATIENCE_SECONDS = 60.0
"""How long a helper may take: it measures the site itself before it answers."""
_MOST_BYTES = 1 << 20
_OK = 200


class Control(msgspec.Struct, frozen=True):
    """What helpers said."""

    asked: dict[str, Any]
    """The question, as ``x_control_request``."""
    answer: dict[str, Any] | None
    """The answer of the first that gave one. None: none did."""
    helper: str
    """URL of the helper that answered, else of the last that was asked. Empty: there is none."""
    failure: str | None
    """Why the last one failed. None: one answered."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the helper found for the name."""
        found = (self.answer or {}).get("dns")
        listed = found.get("addrs") if isinstance(found, dict) else None
        named = (canonical_address(one) for one in listed or () if isinstance(one, str))
        return tuple(address for address in named if address is not None)


def question(url: str, addresses: Iterable[str], ports: Iterable[int], *, quic: bool = False) -> dict[str, Any]:
    """Write the question to a helper: the URL, and the endpoints that it shall try as well."""
    ports = tuple(ports)
    return {
        "http_request": url,
        "http_request_headers": {name: [value] for name, value in HEADERS},
        "tcp_connect": [join_endpoint(address, port) for address in addresses for port in ports],
        "x_quic_enabled": quic,
    }


async def ask_helpers(session: Session, diary: Diary, asked: dict[str, Any]) -> Control:
    """Ask one helper after the other.

    Args:
        session: names them.
        diary: what connections to them are written in; of it only :func:`openings_of` goes into a record.
        asked: the question.

    """
    failure, helper = "no helper", ""
    for helper in session.helpers:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer, failure = await _asked(session, diary, helper, asked)
        except TimeoutError:
            answer, failure = None, "generic_timeout_error"
        if answer is not None:
            return Control(asked, answer, helper, None)
    return Control(asked, None, helper, failure)


def openings_of(diary: Diary) -> Diary:
    """Give how connections to helpers began, without what was said: whether TLS works to them tells of the network."""
    kept = diary.beside()
    kept.acts += [*diary.connects, *diary.handshakes]
    return kept


async def _asked(
    session: Session, diary: Diary, helper: str, asked: dict[str, Any]
) -> tuple[dict[str, Any] | None, str]:
    failure = "unknown_failure: no address"
    url = parse_url(helper)
    host = url.host or ""
    known = canonical_address(host)
    addresses = (known,) if known else await resolve(diary, session.system, host, trust=session.trust)
    for address in addresses or await _elsewhere(session, diary, host):
        trace = diary.trace()
        opened = await connect(trace, address, url.port or 443)
        stream: Stream | TlsStream | None = opened
        if opened is not None and url.scheme == "https":
            trusted = session.helper_trust or session.trust
            stream = await handshake(trace, opened, host, trust=trusted, alpn=("http/1.1",))
        if stream is None:
            failure = diary.acts[-1].failure or failure
            continue
        body = msgspec.json.encode(asked)
        headers = (
            ("Host", _authority(helper)),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
        )
        trip = await fetch(
            trace,
            stream,
            Request(url=helper, method="POST", headers=headers, body=body),
            timeout=PATIENCE_SECONDS,
            most_bytes=_MOST_BYTES,
        )
        stream.close()
        if trip.failure is not None or trip.response is None:
            failure = trip.failure or "eof_error"
        elif trip.response.code != _OK:
            failure = "http_request_failed"
        else:
            return _decoded(trip.response.body)
    return None, failure


async def _elsewhere(session: Session, diary: Diary, host: str) -> tuple[str, ...]:
    """Look a helper's name up at the public resolvers, where the network's own does not tell."""
    for resolver in session.public:
        if addresses := await resolve(diary, resolver, host, trust=session.trust):
            return addresses
    return ()


def _decoded(body: bytes) -> tuple[dict[str, Any] | None, str]:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None, "json_parse_error"
    return (answer, "") if isinstance(answer, dict) else (None, "json_parse_error")


def _authority(helper: str) -> str:
    return helper.split("://", 1)[1].split("/", 1)[0]
