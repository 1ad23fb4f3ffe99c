"""What single nettests record beyond the lists that all of them share. A nettest without an entry is read by those."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from trigpoint.archive.ooni.control import add_control
from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.http import header_pairs
from trigpoint.archive.ooni.pings import add_pings, add_traces
from trigpoint.archive.ooni.raw import RawHandshake, RawQuery, RawSteps, RawTarget, RawTcp, RawTunnel
from trigpoint.archive.ooni.recorder import PROBE, Scope, tags_of, transaction_of
from trigpoint.archive.ooni.routes import add_routes
from trigpoint.archive.ooni.steps import add_handshake, add_query, add_steps, add_tcp
from trigpoint.archive.ooni.values import body_content, escape, failure_of, plain, status_failure, text
from trigpoint.model.step import Datagram, TlsHandshake
from trigpoint.net.names import canonical_host, parse_url, port_number, split_endpoint

if TYPE_CHECKING:
    from trigpoint.archive.ooni.recorder import Recorder

Keys: TypeAlias = dict[str, Any]
Reader: TypeAlias = Callable[["Recorder", Keys, str | None], None]
"""Adds the steps of one nettest, given where they go, ``test_keys`` and the input."""

_HERE = "/test_keys"
_SCRUBBED = "[scrubbed]"  # what probes write in place of the address of a private bridge
_CLIENT_HEADERS = frozenset({"connection"})  # added by HTTP libraries on the way, not by the probe

_APART = (("x_doh", "service=doh"), ("x_do53", "service=do53"), ("x_helpers", "service=helper"))
"""Keys of what a probe did towards its own resolvers and helpers, and the mark of it."""


def _site(recorder: Recorder, keys: Keys, measured: str | None) -> None:
    for key, mark in _APART:
        part = fitted(keys[key], RawSteps) if isinstance(keys.get(key), dict) else None
        if part is not None:  # the probe's own resolvers and helpers: in its numbering, not part of the redirect chain
            _add_apart(recorder, part, Scope(f"{_HERE}/{key}", mark, is_chain=False))
    add_control(recorder, keys.get("control"), measured, keys.get("x_control_request"))
    add_routes(recorder, keys.get("x_traces"))


def _add_apart(recorder: Recorder, part: RawSteps, scope: Scope) -> None:
    """Read steps whose tags name a depth although they are not part of the chain: they get none."""
    start = len(recorder.steps)
    hops = dict(recorder.address_hops)
    add_steps(recorder, part, scope)
    recorder.address_hops = hops
    recorder.steps[start:] = [msgspec.structs.replace(step, hop=None) for step in recorder.steps[start:]]


def add_late_replies(recorder: Recorder, keys: Keys) -> None:
    """Read the replies that came after the first to the same question; any nettest may have them."""
    for key in ("x_dns_duplicate_responses", "x_dns_late_replies"):
        if key in keys:
            _add_queries(recorder, keys[key], Scope(f"{_HERE}/{key}", "arm=late"))


def _add_queries(recorder: Recorder, items: object, scope: Scope) -> None:
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if (query := fitted(item, RawQuery)) is not None:
            add_query(recorder, query, scope, f"{scope.pointer}/{number}")


def _arms(recorder: Recorder, keys: Keys, _: str | None) -> None:
    """Read ``sni_blocking`` and early ``echcheck``: the same act towards two server names."""
    for arm in ("target", "control"):
        part = fitted(keys.get(arm), RawTarget)
        if part is None:
            continue
        add_steps(recorder, part, Scope(f"{_HERE}/{arm}", f"arm={arm}", part.sni))
        if "tls_version" in keys[arm]:
            handshake = fitted(keys[arm], RawHandshake) or RawHandshake()
            add_handshake(recorder, handshake, Scope(_HERE, f"arm={arm}"), f"{_HERE}/{arm}")


def _dnscheck(recorder: Recorder, keys: Keys, _: str | None) -> None:
    """Read how the resolver's own name was resolved, then the lookup through each of its addresses (ts-028)."""
    lookups = keys.get("lookups")
    parts = [("bootstrap", keys.get("bootstrap"))]
    parts += [(f"lookups/{escape(url)}", part) for url, part in (lookups if isinstance(lookups, dict) else {}).items()]
    for place, content in parts:
        if isinstance(content, dict) and (part := fitted(content, RawSteps)) is not None:
            add_steps(recorder, part, Scope(f"{_HERE}/{place}", is_chain=False))
            late = Scope(f"{_HERE}/{place}/x_dns_duplicate_responses", "arm=late", is_chain=False)
            _add_queries(recorder, content.get("x_dns_duplicate_responses"), late)


def _tor(recorder: Recorder, keys: Keys, _: str | None) -> None:
    targets = keys.get("targets")
    if isinstance(targets, dict):
        named = [(escape(key), value) for key, value in targets.items()]
    else:
        named = [(str(number), value) for number, value in enumerate(targets if isinstance(targets, list) else ())]
    for token, value in named:
        part = fitted(value, RawTarget)
        if part is not None:
            scope = Scope(f"{_HERE}/targets/{token}", f"service={part.target_protocol or 'unknown'}", is_chain=False)
            add_steps(recorder, part, scope)
            _add_summary(recorder, part, scope)


def _add_summary(recorder: Recorder, part: RawTarget, scope: Scope) -> None:
    """Read what a target's summary says of acts that its lists leave out: those of private bridges, and obfs4."""
    summary = part.summary or {}
    written = part.target_address if part.target_address != _SCRUBBED else None
    address, port = split_endpoint(written) if written else (None, None)
    for key, listed in (("connect", part.tcp_connect), ("handshake", part.tls_handshakes)):
        outcome = summary.get(key)
        if listed or not isinstance(outcome, dict):
            continue
        pointer = f"{scope.pointer}/summary/{key}"
        failure = failure_of(outcome.get("failure"))
        if key == "connect" and address is not None:
            add_tcp(recorder, RawTcp(ip=address, port=port, failure=failure), scope, pointer)
        elif key == "handshake" and (part.target_protocol or "").startswith("or_port"):
            add_handshake(recorder, RawHandshake(address=written, failure=failure), scope, pointer, kind=TlsHandshake)
        else:
            protocol = part.target_protocol or "tor"
            _add_datagram(recorder, protocol, pointer, failure=failure, address=address, port=port, tags=scope.mark)


def _add_datagram(recorder: Recorder, protocol: str, pointer: str, **fields: Any) -> None:  # noqa: ANN401 - fields of the record
    recorder.steps.append(
        Datagram(step=len(recorder.steps), pointer=pointer, vantage=PROBE, protocol=protocol, **fields)
    )


def _stun(recorder: Recorder, keys: Keys, measured: str | None) -> None:
    endpoint = text(keys.get("endpoint"))
    url = parse_url(measured) if measured else None
    address, port = split_endpoint(endpoint) if endpoint else (None, None)
    if address is None and url is not None:
        address, port = url.host, url.port
    if address is None and "failure" not in keys:
        return
    raw = fitted({"network_events": keys.get("network_events")}, RawSteps)
    events = [event for event in (raw.network_events if raw else None) or () if event is not None and not event.failure]
    _add_datagram(
        recorder,
        "stun",
        f"{_HERE}/endpoint" if endpoint else _HERE,
        failure=failure_of(keys.get("failure")),
        address=address,
        port=port,
        hop=0 if measured else None,
        sent_bytes=sum(event.num_bytes or 0 for event in events if (event.operation or "").startswith("write")),
        received_bytes=sum(event.num_bytes or 0 for event in events if (event.operation or "").startswith("read")),
    )


def _openvpn(recorder: Recorder, keys: Keys, _: str | None) -> None:
    connect = keys.get("tcp_connect")
    if isinstance(connect, dict) and (tcp := fitted(connect, RawTcp)) is not None:
        add_tcp(recorder, tcp, Scope(_HERE), f"{_HERE}/tcp_connect")
    handshakes = keys.get("openvpn_handshake")
    for number, item in enumerate(_listed(handshakes)):
        if (raw := fitted(item, RawTunnel)) is None:
            continue
        address, port = split_endpoint(raw.endpoint) if raw.endpoint else (None, None)
        tags, hop = tags_of(raw.tags, "")
        _add_datagram(
            recorder,
            "openvpn",
            f"{_HERE}/openvpn_handshake/{number}",
            failure=status_failure(raw.status, raw.failure),
            address=canonical_host(raw.ip) if raw.ip else address,
            port=port_number(raw.port) if raw.port is not None else port,
            started=raw.t0,
            ended=raw.t,
            transaction=transaction_of(raw),
            tags=tags,
            hop=hop,
        )


def _header_echo(recorder: Recorder, keys: Keys, _: str | None) -> None:
    """Compare the headers sent with what the server saw: it answers with the request's headers and line as JSON."""
    requests = keys.get("requests")
    for number, item in enumerate(requests if isinstance(requests, list) else ()):
        request = item.get("request") if isinstance(item, dict) else None
        if not isinstance(request, dict):
            continue
        response = item.get("response")
        content = body_content(response.get("body")) if isinstance(response, dict) else None
        failure = failure_of(item.get("failure"))
        url = parse_url(text(request.get("url")) or "")
        _add_datagram(
            recorder,
            "http_header_echo",
            f"{_HERE}/requests/{number}",
            failure=failure,
            address=url.host,
            port=url.port,
            received_bytes=None if content is None else len(content),
            is_echo=None if content is None or (failure and not content) else _is_header_echo(request, content),
        )


def _is_header_echo(request: Keys, content: bytes) -> bool:
    try:
        seen = json.loads(content)
    except (ValueError, RecursionError):
        return False
    headers = seen.get("headers_dict") if isinstance(seen, dict) else None
    line = seen.get("request_line") if isinstance(seen, dict) else None
    if not isinstance(headers, dict) or not isinstance(line, str):
        return False
    sent = header_pairs(request.get("headers_list"), request.get("headers"))
    came = header_pairs(None, headers)
    return line.split(" ", 1)[0] == request.get("method") and _own(sent) == _own(came)


def _own(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pair for pair in headers if pair[0].lower() not in _CLIENT_HEADERS)


def _line_echo(recorder: Recorder, keys: Keys, _: str | None) -> None:
    """Compare raw request lines with what the echo server sent back."""
    sent, received, failures = (_listed(keys.get(key)) for key in ("sent", "received", "failure_list"))
    for number, item in enumerate(sent):
        line, answer = plain(item), plain(received[number]) if number < len(received) else None
        failure = failure_of(failures[number]) if number < len(failures) else None
        if line is None:
            continue
        _add_datagram(
            recorder,
            "http_line",
            f"{_HERE}/sent/{number}" if isinstance(keys["sent"], list) else f"{_HERE}/sent",
            failure=failure,
            sent_bytes=len(line.encode()),
            received_bytes=None if answer is None else len(answer.encode()),
            is_echo=None if answer is None else answer == line,
        )


def _listed(value: object) -> list[Any]:
    """Give a list; early versions sent one line and wrote it without a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _dns_consistency(recorder: Recorder, keys: Keys, _: str | None) -> None:
    """Mark the lookups of the resolver that the others were compared with; it too was asked from inside."""
    control = text(keys.get("control_resolver"))
    if control is None:
        return
    for number, step in enumerate(recorder.steps):
        if getattr(step, "resolver_address", None) == control:
            tags = " ".join(sorted({*(step.tags or "").split(), "arm=control"}))
            recorder.steps[number] = msgspec.structs.replace(step, tags=tags)


def _pings(recorder: Recorder, keys: Keys, measured: str | None) -> None:
    add_pings(recorder, keys.get("pings"), measured)


def _traces(recorder: Recorder, keys: Keys, _: str | None) -> None:
    add_traces(recorder, keys.get("iterative_trace"))


def _ranges(recorder: Recorder, keys: Keys, _: str | None) -> None:
    """Read how far packets went, of this project's own nettest; its connections stand in its parts."""
    add_routes(recorder, keys.get("x_traces"))


READERS: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "address_blocking": _ranges,
        "dns_consistency": _dns_consistency,
        "dnscheck": _dnscheck,
        "dnsping": _pings,
        "echcheck": _arms,
        "http_header_field_manipulation": _header_echo,
        "http_invalid_request_line": _line_echo,
        "openvpn": _openvpn,
        "quic": _site,
        "quicping": _pings,
        "simplequicping": _pings,
        "sni_blocking": _arms,
        "stun_reachability": _stun,
        "stunreachability": _stun,
        "tcpping": _pings,
        "tlsmiddlebox": _traces,
        "tlsping": _pings,
        "tor": _tor,
        "web_connectivity": _site,
    }
)
"""The nettests that record more than the shared lists."""
