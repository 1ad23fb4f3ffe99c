"""One converter for each kind of step: DNS lookup, TCP connect, TLS and QUIC handshake. HTTP is in ``http``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trigpoint.archive.ooni.http import add_round_trip, add_round_trips
from trigpoint.archive.ooni.recorder import NO_TRAFFIC, PROBE, Events, tags_of, transaction_of
from trigpoint.archive.ooni.values import (
    as_number,
    decoded,
    failure_of,
    resolver,
    status_failure,
    text,
)
from trigpoint.model.step import DnsAnswer, DnsLookup, QuicHandshake, TcpConnect, TlsHandshake
from trigpoint.net.dns import parse_reply
from trigpoint.net.names import a_label, canonical_address, canonical_host, port_number, split_endpoint

if TYPE_CHECKING:
    from trigpoint.archive.ooni.raw import RawAnswer, RawHandshake, RawQuery, RawSteps, RawTcp
    from trigpoint.archive.ooni.recorder import Recorder, Scope, Traffic
    from trigpoint.net.dns import Reply

_SYSTEM = frozenset({None, "system", "getaddrinfo", "golang_net_resolver"})
_LARGEST_RCODE = 4_095  # twelve bits with EDNS (RFC 6891, section 6.1.3)


def add_steps(recorder: Recorder, raw: RawSteps, scope: Scope) -> None:
    """Read the lists that mean the same in every nettest."""
    at = scope.pointer
    for number, query in enumerate(raw.queries or ()):
        if query is not None:
            add_query(recorder, query, scope, f"{at}/queries/{number}")
    connections = {}
    for number, connect in enumerate(raw.tcp_connect or ()):
        if connect is not None:
            step = add_tcp(recorder, connect, scope, f"{at}/tcp_connect/{number}")
            if step is not None and step.transaction is not None:
                connections[step.transaction] = (step.address, step.port)
    if raw.tls_handshakes or raw.quic_handshakes:
        events = Events(raw.network_events)
        add = partial(_add_handshakes, recorder, scope=scope, events=events, connections=connections)
        add(TlsHandshake, raw.tls_handshakes, f"{at}/tls_handshakes")
        add(QuicHandshake, raw.quic_handshakes, f"{at}/quic_handshakes")
    if raw.requests:
        add_round_trips(recorder, raw.requests, scope)


def _add_handshakes(  # noqa: PLR0913 - a list of handshakes, and what other lists say of them
    recorder: Recorder,
    kind: type[TlsHandshake | QuicHandshake],
    handshakes: list[RawHandshake | None] | None,
    pointer: str,
    *,
    scope: Scope,
    events: Events,
    connections: dict[int, tuple[str, int]],
) -> None:
    for number, handshake in enumerate(handshakes or ()):
        if handshake is None:
            continue
        connection = transaction_of(handshake)
        peer = connections.get(connection) if connection is not None and not handshake.address else None
        traffic = events.during(handshake, handshake.address)
        add_handshake(recorder, handshake, scope, f"{pointer}/{number}", kind=kind, traffic=traffic, peer=peer)


def add_query(recorder: Recorder, raw: RawQuery, scope: Scope, pointer: str) -> None:
    """Read one DNS lookup with its answers (df-002)."""
    failure = failure_of(raw.failure)
    hostname = canonical_host(raw.hostname) if raw.hostname else ""
    reply = _reply(raw.raw_response)
    ttls = reply.ttls if reply is not None else {}
    answers = tuple(
        answer
        for number, item in enumerate(raw.answers or ())
        if item is not None and (answer := _answer(recorder, item, number, ttls)) is not None
    )
    if not hostname and not answers and failure is None:
        return
    tags, hop = tags_of(raw.tags, scope.mark)
    if hop is None and scope.is_chain:
        hop = recorder.host_hops.get(hostname)
    if hop is not None:
        for answer in answers:
            if answer.address is not None and hop < recorder.address_hops.get(answer.address, hop + 1):
                recorder.address_hops[answer.address] = hop
    where = resolver(raw.resolver_address, raw.resolver_hostname, port_number(raw.resolver_port))
    recorder.steps.append(
        DnsLookup(
            step=len(recorder.steps),
            pointer=pointer,
            vantage=PROBE,
            hop=hop,
            transaction=transaction_of(raw),
            started=raw.t0,
            ended=raw.t,
            tags=tags,
            failure=failure,
            hostname=hostname,
            query_type=raw.query_type or None,
            engine=raw.engine or None,
            resolver_address=where,
            resolver_asn=recorder.resolver_asn if where is None and raw.engine in _SYSTEM else None,
            rcode=_rcode(raw, reply),
            has_soa=None if reply is None else reply.has_soa,
            is_authoritative=None if reply is None else reply.is_authoritative,
            answer_count=len(answers),
            answers=answers,
        )
    )


def _rcode(raw: RawQuery, reply: Reply | None) -> int | None:
    if reply is not None:
        return reply.rcode
    return raw.rcode if raw.rcode is not None and 0 <= raw.rcode <= _LARGEST_RCODE else None


def _reply(raw: object) -> Reply | None:
    if isinstance(raw, dict):
        raw = raw.get("data")
    message = decoded(raw) if isinstance(raw, str) and raw else None
    return parse_reply(message) if message else None


def _answer(recorder: Recorder, raw: RawAnswer, number: int, ttls: dict[str, int]) -> DnsAnswer | None:
    written = raw.ipv4 or raw.ipv6
    address = canonical_address(written) if written else None
    name = canonical_host(raw.hostname) if raw.hostname else None
    if address is None and name is None:
        return None
    kind = raw.answer_type or ("CNAME" if address is None else "AAAA" if ":" in address else "A")
    ttl = raw.ttl
    if ttl is None and ttls and address is not None:
        ttl = ttls.get(address)
    return DnsAnswer(
        number=number,
        answer_type=kind,
        address=address,
        name=name if address is None else None,
        ttl_seconds=ttl if ttl is not None and ttl >= 0 else None,
        annotated_asn=as_number(raw.asn) or (recorder.as_numbers.get(address) if address else None),
        annotated_as_name=text(raw.as_org_name) or (recorder.as_names.get(address) if address else None),
    )


def add_tcp(recorder: Recorder, raw: RawTcp, scope: Scope, pointer: str) -> TcpConnect | None:
    """Read one TCP connect (df-005). One without any address is dropped: nothing of it remains."""
    if not raw.ip:
        return None
    address = canonical_host(raw.ip)
    tags, hop = tags_of(raw.tags, scope.mark)
    if hop is None and scope.is_chain:
        hop = recorder.hop_of_host(address, address)
    step = TcpConnect(
        step=len(recorder.steps),
        pointer=pointer,
        vantage=PROBE,
        hop=hop,
        transaction=transaction_of(raw),
        started=raw.t0,
        ended=raw.t,
        tags=tags,
        failure=status_failure(raw.status, raw.failure),
        address=address,
        port=port_number(raw.port) or 0,
        annotated_asn=recorder.as_numbers.get(address),
    )
    recorder.steps.append(step)
    return step


def add_handshake(  # noqa: PLR0913 - a handshake, where it stands, and what other lists say of it
    recorder: Recorder,
    raw: RawHandshake,
    scope: Scope,
    pointer: str,
    *,
    kind: type[TlsHandshake | QuicHandshake] = TlsHandshake,
    traffic: Traffic = NO_TRAFFIC,
    peer: tuple[str, int] | None = None,
) -> None:
    """Read one TLS or QUIC handshake (df-006, df-009)."""
    address, port = split_endpoint(raw.address) if raw.address else peer or (None, None)
    written_name = raw.server_name or scope.server_name
    server_name = a_label(written_name) or None if written_name else None
    tags, hop = tags_of(raw.tags, scope.mark)
    if hop is None and scope.is_chain:
        hop = recorder.hop_of_host(server_name, address)
    fields = {} if kind is QuicHandshake else _encrypted_hello(raw)
    recorder.steps.append(
        kind(
            step=len(recorder.steps),
            pointer=pointer,
            vantage=PROBE,
            hop=hop,
            transaction=transaction_of(raw),
            started=raw.t0,
            ended=raw.t,
            tags=tags,
            failure=failure_of(raw.failure),
            address=address,
            port=port,
            server_name=server_name,
            version=raw.tls_version or None,
            cipher_suite=raw.cipher_suite or None,
            alpn=raw.negotiated_protocol or None,
            is_verified=None if raw.no_tls_verify is None else not raw.no_tls_verify,
            read_count=traffic.read_count,
            read_bytes=raw.x_read_bytes if traffic.read_bytes is None else traffic.read_bytes,
            written_bytes=raw.x_write_bytes if traffic.written_bytes is None else traffic.written_bytes,
            last_operation=text(raw.x_last_operation) if traffic.read_count is None else traffic.last_operation,
            certificate_chain=recorder.chain(raw.peer_certificates) if raw.peer_certificates else None,
            annotated_asn=recorder.as_numbers.get(address) if address else None,
            **fields,
        )
    )


def _encrypted_hello(raw: RawHandshake) -> dict[str, str | None]:
    """Say how ECH was used; a real configuration list is kept as the word ``config``."""
    config = text(raw.echconfig) or ("config" if raw.echconfig else None)
    outer = a_label(raw.outer_server_name) or None if raw.outer_server_name else None
    return {"ech": config if config in (None, "GREASE") else "config", "outer_server_name": outer}


__all__ = ["add_handshake", "add_query", "add_round_trip", "add_steps", "add_tcp"]
