"""One converter for each kind of step: DNS lookup, TCP connect, TLS and QUIC handshake. HTTP is in ``http``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trigpoint.archive.ooni.http import add_round_trip, add_round_trips
from trigpoint.archive.ooni.recorder import NO_TRAFFIC, PROBE, Events, pointers, tags_of, transaction_of
from trigpoint.archive.ooni.values import (
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
    if raw.queries:
        for pointer, query in zip(pointers(f"{at}/queries", raw.queries), raw.queries, strict=False):
            if query is not None:
                add_query(recorder, query, scope, pointer)
    connections = _add_connects(recorder, raw.tcp_connect, scope) if raw.tcp_connect else {}
    if raw.tls_handshakes or raw.quic_handshakes:
        events = Events(raw.network_events)
        add = partial(_add_handshakes, recorder, scope=scope, events=events, connections=connections)
        add(TlsHandshake, raw.tls_handshakes, f"{at}/tls_handshakes")
        add(QuicHandshake, raw.quic_handshakes, f"{at}/quic_handshakes")
    if raw.requests:
        add_round_trips(recorder, raw.requests, scope)


def _add_connects(recorder: Recorder, connects: list[RawTcp | None], scope: Scope) -> dict[int, tuple[str, int]]:
    """Read a list of connects; give address and port of each connection that has a number."""
    connections = {}
    for pointer, connect in zip(pointers(f"{scope.pointer}/tcp_connect", connects), connects, strict=False):
        step = None if connect is None else add_tcp(recorder, connect, scope, pointer)
        if step is not None and step.transaction is not None:
            connections[step.transaction] = (step.address, step.port)
    return connections


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
    for place, handshake in zip(pointers(pointer, handshakes), handshakes, strict=False) if handshakes else ():
        if handshake is None:
            continue
        connection = None if handshake.address else transaction_of(handshake)
        peer = None if connection is None else connections.get(connection)
        traffic = events.during(handshake, handshake.address)
        add_handshake(recorder, handshake, scope, place, kind=kind, traffic=traffic, peer=peer)


def add_query(recorder: Recorder, raw: RawQuery, scope: Scope, pointer: str) -> None:
    """Read one DNS lookup with its answers (df-002)."""
    failure = None if raw.failure is None else failure_of(raw.failure)
    hostname = canonical_host(raw.hostname) if raw.hostname else ""
    reply = None if raw.raw_response is None else _reply(raw.raw_response)
    answers = _answers(recorder, raw.answers, {} if reply is None else reply.ttls) if raw.answers else ()
    if not hostname and not answers and failure is None:
        return
    tags, hop = tags_of(raw.tags, scope.mark)
    if hop is None and scope.is_chain:
        hop = recorder.host_hops.get(hostname)
    if hop is not None and answers:
        _learn_hop(recorder.address_hops, answers, hop)
    where = resolver(raw.resolver_address, raw.resolver_hostname, raw.resolver_port)
    recorder.steps.append(
        DnsLookup(
            len(recorder.steps),
            pointer,
            PROBE,
            hop,
            transaction_of(raw),
            raw.t0,
            raw.t,
            tags,
            failure,
            hostname,
            raw.query_type or None,
            raw.engine or None,
            where,
            recorder.resolver_asn if where is None and raw.engine in _SYSTEM else None,
            _rcode(raw.rcode) if reply is None else reply.rcode,
            None if reply is None else reply.has_soa,
            None if reply is None else reply.is_authoritative,
            len(answers),
            answers,
        )
    )


def _learn_hop(address_hops: dict[str, int], answers: tuple[DnsAnswer, ...], hop: int) -> None:
    """Note the least redirect depth at which an address was named."""
    for answer in answers:
        address = answer.address
        if address is not None and hop < address_hops.get(address, hop + 1):
            address_hops[address] = hop


def _rcode(recorded: int | None) -> int | None:
    return recorded if recorded is not None and 0 <= recorded <= _LARGEST_RCODE else None


def _reply(raw: object) -> Reply | None:
    if isinstance(raw, dict):
        raw = raw.get("data")
    message = decoded(raw) if isinstance(raw, str) and raw else None
    return parse_reply(message) if message else None


def _answers(recorder: Recorder, listed: list[RawAnswer | None], ttls: dict[str, int]) -> tuple[DnsAnswer, ...]:
    """Read the answers of a lookup. One that names neither address nor host is left out."""
    as_numbers, as_names = recorder.as_numbers, recorder.as_names
    found = []
    for number, raw in enumerate(listed):
        if raw is None:
            continue
        written = raw.ipv4 or raw.ipv6
        address = canonical_address(written) if written else None
        ttl = raw.ttl if raw.ttl is None or raw.ttl >= 0 else None
        as_name = text(raw.as_org_name)
        if address is not None:
            kind = raw.answer_type or ("AAAA" if ":" in address else "A")
            ttl = ttls.get(address) if raw.ttl is None else ttl
            asn = raw.asn or as_numbers.get(address)
            found.append(DnsAnswer(number, kind, address, None, ttl, asn, as_name or as_names.get(address)))
        elif raw.hostname:
            kind, name = raw.answer_type or "CNAME", canonical_host(raw.hostname)
            found.append(DnsAnswer(number, kind, None, name, ttl, raw.asn or None, as_name))
    return tuple(found)


def add_tcp(recorder: Recorder, raw: RawTcp, scope: Scope, pointer: str) -> TcpConnect | None:
    """Read one TCP connect (df-005). One without any address is dropped: nothing of it remains."""
    if not raw.ip:
        return None
    address = canonical_host(raw.ip)
    tags, hop = tags_of(raw.tags, scope.mark)
    if hop is None and scope.is_chain:
        hop = recorder.hop_of_host(address, address)
    step = TcpConnect(
        len(recorder.steps),
        pointer,
        PROBE,
        hop,
        transaction_of(raw),
        raw.t0,
        raw.t,
        tags,
        status_failure(raw.status, raw.failure),
        address,
        port_number(raw.port) or 0,
        recorder.as_numbers.get(address),
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
    moved = traffic.read_count is not None
    handshake = (
        len(recorder.steps),
        pointer,
        PROBE,
        hop,
        transaction_of(raw),
        raw.t0,
        raw.t,
        tags,
        None if raw.failure is None else failure_of(raw.failure),
        address,
        port,
        server_name,
        raw.tls_version or None,
        raw.cipher_suite or None,
        raw.negotiated_protocol or None,
        None if raw.no_tls_verify is None else not raw.no_tls_verify,
        traffic.read_count,
        traffic.read_bytes if moved else raw.x_read_bytes,
        traffic.written_bytes if moved else raw.x_write_bytes,
        traffic.last_operation if moved else text(raw.x_last_operation),
        recorder.chain(raw.peer_certificates) if raw.peer_certificates else None,
        recorder.as_numbers.get(address) if address else None,
    )
    if kind is QuicHandshake:
        recorder.steps.append(QuicHandshake(*handshake))
    else:
        outer = a_label(raw.outer_server_name) or None if raw.outer_server_name else None
        recorder.steps.append(TlsHandshake(*handshake, _encrypted_hello(raw.echconfig), outer))


def _encrypted_hello(config: object) -> str | None:
    """Say how ECH was used; a real configuration list is kept as the word ``config``."""
    if not config:
        return None
    return "GREASE" if config == "GREASE" else "config"


__all__ = ["add_handshake", "add_query", "add_round_trip", "add_steps", "add_tcp"]
