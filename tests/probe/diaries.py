"""Diaries made up by hypothesis, and the steps that they are, built from the acts without looking at any JSON."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hypothesis import strategies as st

from tests.strategies import failures
from trigpoint.model.step import DnsAnswer, DnsLookup, HttpRoundTrip, QuicHandshake, TcpConnect, TlsHandshake
from trigpoint.net.dial.acts import (
    Act,
    Answer,
    Connect,
    Handshake,
    Lookup,
    NetworkEvent,
    Request,
    Response,
    RoundTrip,
)
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dns import parse_reply
from trigpoint.net.dns_message import Message, Record, build_message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trigpoint.model.step import Step

HOSTS = ("www.site.example", "site.example", "xn--bcher-kva.example", "other.test")
PUBLIC = ("8.8.4.4:53", "[2001:4860:4860::8844]:53", "https://dns.google/dns-query", "")
LAN = ("192.168.1.1:53", "[fd00::1]:53", "https://10.0.0.1/dns-query")
TITLE = re.compile(r"<title>(.*?)</title", re.DOTALL)

times = st.integers(0, 10**8).map(lambda microseconds: microseconds / 10**6)
addresses = st.sampled_from(
    ("93.184.216.34", "10.10.34.35", "2001:db8::1", "2606:4700::6810:84e5", "198.51.100.7", "::ffff:192.0.2.1")
)
hosts = st.sampled_from(HOSTS)
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
header_values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f\x85"), max_size=30
)


def endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


endpoints = st.builds(endpoint, addresses, st.sampled_from((80, 443, 8443)))


def diary_of(acts: Sequence[Act] = (), events: Sequence[NetworkEvent] = ()) -> Diary:
    async def begun() -> Diary:
        return Diary()

    diary = asyncio.run(begun())
    diary.acts[:] = acts
    diary.network_events[:] = events
    return diary


def spans(draw: st.DrawFn) -> dict[str, float]:
    first, second = draw(times), draw(times)
    return {"t0": min(first, second), "t": max(first, second)}


@st.composite
def base(draw: st.DrawFn, *, is_tagged: bool) -> dict[str, Any]:
    tags = ("classic", f"depth={draw(st.integers(0, 3))}") if is_tagged else ()
    return spans(draw) | {"failure": draw(failures), "transaction_id": draw(st.integers(1, 6)), "tags": tags}


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    kind = draw(st.sampled_from(("A", "AAAA", "CNAME", "TXT")))
    ttl = draw(st.none() | st.integers(0, 2**31 - 1))
    if kind == "TXT":
        return Answer(kind, draw(words), ttl)
    if kind == "CNAME":
        return Answer(kind, draw(hosts), ttl)
    address = draw(addresses)
    return Answer("AAAA" if ":" in address else "A", address, ttl)


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    packed = [ipaddress.ip_address(address).packed for address in draw(st.lists(addresses, max_size=3))]
    records = tuple(
        Record("a.example", 28 if len(data) == 16 else 1, draw(st.integers(0, 9999)), data) for data in packed
    )
    return build_message(Message(id=7, flags=0x8180 | draw(st.integers(0, 5)), answers=records))


@st.composite
def lookups(draw: st.DrawFn, *, is_tagged: bool) -> Lookup:
    return Lookup(
        **draw(base(is_tagged=is_tagged)),
        engine=draw(st.sampled_from(("getaddrinfo", "udp", "tcp", "dot", "doh"))),
        hostname=draw(hosts),
        query_type=draw(st.sampled_from(("A", "AAAA", "ANY"))),
        resolver_address=draw(st.sampled_from(PUBLIC + LAN)),
        answers=tuple(draw(st.lists(answers(), max_size=3))),
        rcode=draw(st.none() | st.integers(0, 15)),
        raw_response=draw(st.none() | st.binary(max_size=40) | replies()),
        is_late=draw(st.booleans()),
    )


@st.composite
def connects(draw: st.DrawFn, *, is_tagged: bool) -> Connect:
    return Connect(**draw(base(is_tagged=is_tagged)), ip=draw(addresses), port=draw(st.integers(0, 65_535)))


@st.composite
def handshakes(draw: st.DrawFn, *, is_tagged: bool) -> Handshake:
    network = draw(st.sampled_from(("tcp", "udp")))
    return Handshake(
        **draw(base(is_tagged=is_tagged)),
        network=network,
        ech=draw(st.sampled_from(("", "GREASE"))) if network == "tcp" else "",
        address=draw(endpoints),
        server_name=draw(st.just("") | hosts),
        tls_version=draw(st.sampled_from(("", "TLSv1.3"))),
        cipher_suite=draw(st.sampled_from(("", "TLS_AES_128_GCM_SHA256"))),
        negotiated_protocol=draw(st.sampled_from(("", "h2", "h3"))),
        no_tls_verify=draw(st.booleans()),
        peer_certificates=tuple(draw(st.lists(st.binary(min_size=1, max_size=60), max_size=3))),
    )


@st.composite
def responses(draw: st.DrawFn) -> Response:
    names = st.sampled_from(("Server", "Content-Type", "X-Odd", "Location", "server"))
    page = words.map(lambda title: f"<html><title>{title}</title>".encode())
    return Response(
        code=draw(st.sampled_from((200, 302, 404, 999))),
        headers=tuple(draw(st.lists(st.tuples(names, header_values), max_size=4))),
        body=draw(st.binary(max_size=200) | page | st.text(max_size=50).map(lambda text: text.encode())),
        body_is_truncated=draw(st.booleans()),
    )


@st.composite
def round_trips(draw: st.DrawFn, *, is_tagged: bool) -> RoundTrip:
    host = draw(hosts)
    scheme = draw(st.sampled_from(("http", "https")))
    return RoundTrip(
        **draw(base(is_tagged=is_tagged)),
        network=draw(st.sampled_from(("tcp", "udp"))),
        address=draw(endpoints),
        alpn=draw(st.sampled_from(("", "h2", "http/1.1"))),
        request=Request(
            url=f"{scheme}://{host}/{draw(words)}",
            headers=(("Accept", "*/*"), ("Host", draw(hosts))),
            body=draw(st.binary(max_size=20)),
        ),
        response=draw(st.none() | responses()),
    )


@st.composite
def network_events(draw: st.DrawFn, *, is_tagged: bool) -> NetworkEvent:
    operation = draw(st.sampled_from(("connect", "read", "write", "read_from", "write_to", "tls_handshake_start")))
    return NetworkEvent(
        **draw(base(is_tagged=is_tagged)),
        operation=operation,
        address=draw(st.none() | endpoints),
        proto=draw(st.sampled_from((None, "tcp", "udp"))),
        num_bytes=draw(st.none() | st.integers(0, 9999)),
    )


KINDS: tuple[Callable[..., st.SearchStrategy[Act]], ...] = (lookups, connects, handshakes, round_trips)


@st.composite
def diaries(draw: st.DrawFn, *, is_tagged: bool) -> Diary:
    """Any acts at all, in any order. All have a depth, or none has: what a reader infers of others is not compared."""
    acts = draw(st.lists(st.one_of([kind(is_tagged=is_tagged) for kind in KINDS]), max_size=6))
    return diary_of(acts, draw(st.lists(network_events(is_tagged=is_tagged), max_size=8)))


def steps_of(diary: Diary, *, is_newest_first: bool) -> list[Step]:
    """Give the steps that a reader of the record must find: kind by kind, late replies last of all."""
    found: list[Step] = []
    lists: list[tuple[str, list[Any]]] = [
        ("queries", [act for act in diary.lookups if not act.is_late]),
        ("tcp_connect", diary.connects),
        ("tls_handshakes", [act for act in diary.handshakes if act.network == "tcp"]),
        ("quic_handshakes", [act for act in diary.handshakes if act.network == "udp"]),
        ("requests", diary.round_trips[::-1] if is_newest_first else diary.round_trips),
        ("x_dns_duplicate_responses", [act for act in diary.lookups if act.is_late]),
    ]
    for name, acts in lists:
        for number, act in enumerate(acts):
            found.append(step_of(act, diary, len(found), f"/test_keys/{name}/{number}"))
    return found


def step_of(act: Act, diary: Diary, number: int, pointer: str) -> Step:
    is_late = isinstance(act, Lookup) and act.is_late
    tags = sorted({*act.tags, *(("arm=late",) if is_late else ())})
    depth = [int(tag.removeprefix("depth=")) for tag in act.tags if tag.startswith("depth=")]
    key = {
        "step": number,
        "pointer": pointer,
        "vantage": "probe",
        "hop": depth[0] if depth else None,
        "transaction": act.transaction_id,
        "started": act.t0,
        "ended": act.t,
        "tags": " ".join(tags) or None,
        "failure": act.failure or None,
    }
    match act:
        case Lookup():
            return DnsLookup(**key, **lookup_fields(act))
        case Connect():
            return TcpConnect(**key, address=canonical(act.ip), port=act.port)
        case Handshake():
            if act.network == "udp":
                return QuicHandshake(**key, **handshake_fields(act, diary))
            outer = act.server_name or None if act.ech else None
            return TlsHandshake(**key, **handshake_fields(act, diary), ech=act.ech or None, outer_server_name=outer)
        case RoundTrip():
            return HttpRoundTrip(**key, **round_trip_fields(act))
        case _:
            raise TypeError(act)


def canonical(address: str) -> str:
    return address  # all of the strategies are so already


def split(written: str) -> tuple[str, int]:
    host, _, port = written.rpartition(":")
    return host.strip("[]"), int(port)


def lookup_fields(act: Lookup) -> dict[str, Any]:
    reply = parse_reply(act.raw_response) if act.raw_response else None
    kept = []
    for number, answer in enumerate(act.answers):
        is_address = answer.answer_type in {"A", "AAAA"}
        if is_address or answer.answer_type == "CNAME":
            ttl = answer.ttl
            if ttl is None and reply is not None and is_address:
                ttl = reply.ttls.get(answer.value)
            name = None if is_address else answer.value
            kept.append(DnsAnswer(number, answer.answer_type, answer.value if is_address else None, name, ttl))
    return {
        "hostname": act.hostname,
        "query_type": act.query_type,
        "engine": act.engine,
        "resolver_address": "private" if act.resolver_address in LAN else act.resolver_address or None,
        "rcode": act.rcode if reply is None else reply.rcode,
        "has_soa": None if reply is None else reply.has_soa,
        "is_authoritative": None if reply is None else reply.is_authoritative,
        "answer_count": len(kept),
        "answers": tuple(kept),
    }


def handshake_fields(act: Handshake, diary: Diary) -> dict[str, Any]:
    own = [event for event in diary.network_events if event.transaction_id == act.transaction_id]
    moved = [event for event in own if act.t0 <= event.t <= act.t and not event.failure]
    reads = [event for event in moved if event.operation.startswith("read")]
    writes = [event for event in moved if event.operation.startswith("write")]
    last = [event for event in moved if event in reads or event in writes][-1:]
    address, port = split(act.address)
    seen = bool(own)
    if not own:  # then a reader takes the events of the same peer that name no connection; ours all name one
        assert all(event.transaction_id for event in diary.network_events)
    name = None if not last else f"read_{len(reads)}" if last[0] in reads else f"write_{len(writes)}"
    return {
        "address": address,
        "port": port,
        "server_name": act.server_name or None,
        "version": act.tls_version or None,
        "cipher_suite": act.cipher_suite or None,
        "alpn": act.negotiated_protocol or None,
        "is_verified": not act.no_tls_verify,
        "read_count": len(reads) if seen else None,
        "read_bytes": sum(event.num_bytes or 0 for event in reads) if seen else None,
        "written_bytes": sum(event.num_bytes or 0 for event in writes) if seen else None,
        "last_operation": name,
        "certificate_chain": " ".join(hashlib.sha256(der).hexdigest() for der in act.peer_certificates) or None,
    }


def round_trip_fields(act: RoundTrip) -> dict[str, Any]:
    parts = urlsplit(act.request.url)
    sent = {name.lower(): value for name, value in act.request.headers}.get("host", parts.netloc)
    asked = urlsplit(f"//{sent}").hostname
    fields: dict[str, Any] = {
        "url": act.request.url,
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": parts.port or {"http": 80, "https": 443}[parts.scheme],
        "host_header": None if asked == parts.hostname else asked,
        "method": act.request.method,
        "address": split(act.address)[0],
        "alpn": act.alpn or None,
        "body_is_truncated": False,
    }
    return fields if act.response is None else fields | response_fields(act.response)


def response_fields(response: Response) -> dict[str, Any]:
    lines = [f"{name}: {utf8(value)}" for name, value in response.headers]
    location = next((utf8(value).strip() for name, value in response.headers if name == "Location"), None)
    title = TITLE.search(response.body.decode("utf-8", "replace"))
    return {
        "status": response.code,
        "headers": "\n".join(lines) or None,
        "location": location or None,
        "title": title.group(1) if title else None,
        "body_bytes": len(response.body),
        "body_sha256": hashlib.sha256(response.body).hexdigest(),
        "body_is_truncated": response.body_is_truncated,
    }


def utf8(value: str) -> str:
    return value.encode("latin-1").decode("utf-8", "replace")
