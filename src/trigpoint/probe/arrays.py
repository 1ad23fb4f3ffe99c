"""Acts as the arrays of ``test_keys`` that all nettests share.

Shapes: ``ooni/spec``, df-001 (requests), df-002 (queries), df-005 (tcp_connect), df-006 (tls_handshakes), df-008
(network_events) and df-009 (quic_handshakes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.net.dial.acts import Connect, Handshake, Lookup, RoundTrip
from trigpoint.net.names import canonical_address, host_of, split_endpoint
from trigpoint.probe.leaves import Body, Chain, Text, Wire
from trigpoint.probe.private import PRIVATE, is_private
from trigpoint.probe.tokens import without_cookie

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.net.dial.acts import Act, Answer, NetworkEvent, Request, Response
    from trigpoint.reference.addresses import AddressLookup

Tree = dict[str, Any]
"""JSON with :mod:`leaves <trigpoint.probe.leaves>`."""

_NO_TOR = {"exit_ip": None, "exit_name": None, "is_tor": False}
_ADDRESS_FIELDS = {"A": "ipv4", "AAAA": "ipv6"}
_NAMES = frozenset({"CNAME", "NS", "PTR"})


def arrays(
    acts: Iterable[Act],
    events: Iterable[NetworkEvent],
    *,
    is_newest_first: bool = False,
    is_lab: bool = False,
    networks: AddressLookup | None = None,
) -> Tree:
    """Write down acts and network events.

    Args:
        acts: in the order of their ends.
        events: likewise.
        is_newest_first: whether requests come newest first, as ``web_connectivity`` has them.
        is_lab: whether private resolvers are the lab's, and so nobody's.
        networks: a local database of addresses, by which answers are annotated. None: they are not.

    """
    acts = list(acts)
    lookups = [act for act in acts if isinstance(act, Lookup)]
    hidden = frozenset[str]() if is_lab else frozenset(_private_resolvers(lookups))
    requests = [_round_trip(act) for act in acts if isinstance(act, RoundTrip)]
    handshakes = [act for act in acts if isinstance(act, Handshake)]
    return {
        "queries": [_query(act, hidden, networks) for act in lookups if not act.is_late],
        "x_dns_duplicate_responses": [_query(act, hidden, networks) for act in lookups if act.is_late],
        "tcp_connect": [_connect(act, hidden) for act in acts if isinstance(act, Connect)],
        "tls_handshakes": [_handshake(act, hidden) for act in handshakes if act.network == "tcp"],
        "quic_handshakes": [_handshake(act, hidden) for act in handshakes if act.network == "udp"],
        "requests": requests[::-1] if is_newest_first else requests,
        "network_events": [_event(event, hidden) for event in events],
    }


def _private_resolvers(lookups: Sequence[Lookup]) -> Iterable[str]:
    """Give the hosts of resolvers whose address names nothing but a home (R10)."""
    for lookup in lookups:
        host = _host(lookup.resolver_address)
        if host is not None and canonical_address(host) is not None and is_private(host):
            yield host


def _host(written: str) -> str | None:
    return host_of(written) if "://" in written else split_endpoint(written)[0]


def _shown(written: str, hidden: frozenset[str]) -> str:
    return PRIVATE if hidden and _host(written) in hidden else written


def _base(act: Act) -> Tree:
    return {
        "failure": act.failure,
        "t0": act.t0,
        "t": act.t,
        "transaction_id": act.transaction_id,
        "tags": list(act.tags),
    }


def _query(act: Lookup, hidden: frozenset[str], networks: AddressLookup | None) -> Tree:
    found = _base(act) | {
        "answers": [_answer(answer, networks) for answer in act.answers] or None,
        "engine": act.engine,
        "hostname": act.hostname,
        "query_type": act.query_type,
        "resolver_hostname": None,
        "resolver_port": None,
        "resolver_address": _shown(act.resolver_address, hidden),
    }
    if act.rcode is not None:
        found["rcode"] = act.rcode
    if act.raw_response is not None:
        found["raw_response"] = Wire(act.raw_response)
    return found


def _answer(answer: Answer, networks: AddressLookup | None) -> Tree:
    field = _ADDRESS_FIELDS.get(answer.answer_type) or ("hostname" if answer.answer_type in _NAMES else "x_value")
    found: Tree = {"answer_type": answer.answer_type, field: answer.value, "ttl": answer.ttl}
    if networks is not None and answer.answer_type in _ADDRESS_FIELDS:
        facts = networks(answer.value)
        found |= {"asn": facts.asn, "as_org_name": facts.as_name}
    return found


def _connect(act: Connect, hidden: frozenset[str]) -> Tree:
    return _base(act) | {
        "ip": _shown(act.ip, hidden),
        "port": act.port,
        "status": {"failure": act.failure, "success": act.failure is None},
    }


def _handshake(act: Handshake, hidden: frozenset[str]) -> Tree:
    encrypted = {"echconfig": act.ech, "outer_server_name": act.server_name} if act.ech else {}
    return (
        _base(act)
        | encrypted
        | {
            "network": act.network,
            "address": _shown(act.address, hidden),
            "server_name": act.server_name,
            "tls_version": act.tls_version,
            "cipher_suite": act.cipher_suite,
            "negotiated_protocol": act.negotiated_protocol,
            "no_tls_verify": act.no_tls_verify,
            "peer_certificates": Chain(act.peer_certificates),
        }
    )


def _event(event: NetworkEvent, hidden: frozenset[str]) -> Tree:
    found = _base(event) | {"operation": event.operation}
    if event.address is not None:
        found["address"] = _shown(event.address, hidden)
    if event.proto is not None:
        found["proto"] = event.proto
    if event.num_bytes is not None:
        found["num_bytes"] = event.num_bytes
    return found


def _round_trip(act: RoundTrip) -> Tree:
    return _base(act) | {
        "network": act.network,
        "address": act.address,
        "alpn": act.alpn,
        "request": _request(act.request, act.network),
        "response": _response(act.response),
    }


def _request(request: Request, network: str) -> Tree:
    return {
        "url": request.url,
        "method": request.method,
        **_headers(request.headers),
        "body": Body(request.body),
        "body_is_truncated": False,
        "tor": _NO_TOR,
        "x_transport": network,
    }


def _response(response: Response | None) -> Tree:
    """Write a response; none at all is code 0, as OONI's probes write it."""
    if response is None:
        return {"code": 0, "headers_list": [], "headers": {}, "body": "", "body_is_truncated": False}
    coding = ",".join(value for name, value in response.headers if name.lower() == "content-encoding")
    return {
        "code": response.code,
        **_headers(response.headers),
        "body": Body(response.body, coding),
        "body_is_truncated": response.body_is_truncated,
    }


def _headers(headers: Sequence[tuple[str, str]]) -> Tree:
    """Write headers both ways: the list has all in order, the map the first of each name."""
    listed = [(name, Text(_bytes(without_cookie(name, value)))) for name, value in headers]
    return {"headers_list": [list(pair) for pair in listed], "headers": dict(reversed(listed))}


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")
