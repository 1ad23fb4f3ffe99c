"""Nettests that repeat one act: the pings, and the traces of ``tlsmiddlebox``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.raw import RawPing, RawTrace
from trigpoint.archive.ooni.recorder import PROBE, Events, Scope
from trigpoint.archive.ooni.steps import add_handshake, add_query, add_tcp
from trigpoint.archive.ooni.values import body_content, failure_of
from trigpoint.model.step import Datagram, QuicHandshake, TlsHandshake
from trigpoint.net.names import parse_url, split_endpoint

if TYPE_CHECKING:
    from trigpoint.archive.ooni.raw import RawArm
    from trigpoint.archive.ooni.recorder import Recorder

_HERE = "/test_keys"
_QUIC_PORT = 443


def add_pings(recorder: Recorder, pings: object, measured: str | None) -> None:
    """Read the pings of ``tcpping``, ``tlsping``, ``dnsping``, ``simplequicping`` and ``quicping``."""
    for number, item in enumerate(pings if isinstance(pings, list) else ()):
        if (ping := fitted(item, RawPing)) is not None:
            _add_ping(recorder, ping, Scope(f"{_HERE}/pings/{number}"), measured)


def _add_ping(recorder: Recorder, ping: RawPing, scope: Scope, measured: str | None) -> None:
    at = scope.pointer
    if ping.query is not None:
        add_query(recorder, ping.query, scope, f"{at}/query")
    late = Scope(at, "arm=late")
    for key, queries in (("delayed_response", ping.delayed_response), ("delayed_responses", ping.delayed_responses)):
        for number, query in enumerate(queries or ()):
            if query is not None:
                add_query(recorder, query, late, f"{at}/{key}/{number}")
    if ping.tcp_connect is not None:
        add_tcp(recorder, ping.tcp_connect, scope, f"{at}/tcp_connect")
    events = Events(ping.network_events)
    if (tls := ping.tls_handshake) is not None:
        traffic = events.during(tls, tls.address)
        add_handshake(recorder, tls, scope, f"{at}/tls_handshake", kind=TlsHandshake, traffic=traffic)
    if (quic := ping.quic_handshake) is not None:
        traffic = events.during(quic, quic.address)
        add_handshake(recorder, quic, scope, f"{at}/quic_handshake", kind=QuicHandshake, traffic=traffic)
    if ping.responses is not None or ping.request is not None:
        _add_exchange(recorder, ping, at, measured)


def _add_exchange(recorder: Recorder, ping: RawPing, pointer: str, measured: str | None) -> None:
    """Read a ping of ``quicping``: a packet of an unknown version, to which a QUIC server must answer (RFC 9000, 6)."""
    address, port = _peer(measured)
    recorder.steps.append(
        Datagram(
            step=len(recorder.steps),
            pointer=pointer,
            vantage=PROBE,
            hop=0 if measured else None,
            ended=ping.t,
            failure=failure_of(ping.failure),
            protocol="quicping",
            address=address,
            port=port or _QUIC_PORT,
            sent_bytes=_length(ping.request),
            received_bytes=sum(_length(_data(item)) or 0 for item in ping.responses or ()),
        )
    )


def _peer(measured: str | None) -> tuple[str | None, int | None]:
    if not measured:
        return None, None
    url = parse_url(measured)
    return (url.host, url.port) if url.scheme else split_endpoint(measured)


def _data(item: object) -> Any:  # noqa: ANN401 - hostile JSON
    return item.get("response_data") if isinstance(item, dict) else None


def _length(data: object) -> int | None:
    content = body_content(data)
    return None if content is None else len(content)


def add_traces(recorder: Recorder, traces: object) -> None:
    """Read the traces of ``tlsmiddlebox``: handshakes with a rising time to live, towards two server names."""
    for number, item in enumerate(traces if isinstance(traces, list) else ()):
        trace = fitted(item, RawTrace)
        if trace is not None:
            pointer = f"{_HERE}/iterative_trace/{number}"
            _add_arm(recorder, trace.control_trace, "control", f"{pointer}/control_trace")
            _add_arm(recorder, trace.target_trace, "target", f"{pointer}/target_trace")


def _add_arm(recorder: Recorder, arm: RawArm | None, name: str, pointer: str) -> None:
    for number, iteration in enumerate((arm.iterations if arm is not None else None) or ()):
        if arm is None or iteration is None or iteration.handshake is None:
            continue
        mark = f"arm={name}" + ("" if iteration.ttl is None else f" ttl={iteration.ttl}")
        scope = Scope(pointer, mark, arm.server_name)
        add_handshake(recorder, iteration.handshake, scope, f"{pointer}/iterations/{number}/handshake")
