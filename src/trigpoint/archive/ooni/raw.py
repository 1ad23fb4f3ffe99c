"""The shapes of OONI's JSON, as far as steps are made of them; everything optional, because nothing is certain (R3).

Fields are what the specifications and fifteen years of probes write (df-001 HTTP, df-002 DNS, df-005 TCP, df-006 TLS,
df-008 network events, df-009 QUIC). ``Any`` stands where generations of probes wrote different types: those fields are
looked at by hand. Elements of lists may be ``None`` so that their positions, which JSON pointers name, never shift.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any, TypeAlias

import msgspec

Int64: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""An integer that a table can hold; a greater one is nobody's measurement."""

AsNumber: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
"""An AS number (RFC 6793); 0 is how recorders write that they do not know."""

Finite: TypeAlias = Annotated[float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
"""A number that is neither infinite nor NaN."""

Duration: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=sys.float_info.max)]
"""A number that is not negative either."""


class Timed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What every step of the raw data has."""

    failure: Any = None
    t0: Finite | None = None
    t: Finite | None = None
    tags: Any = None
    transaction_id: Int64 | None = None
    conn_id: Int64 | None = None


class RawAnswer(msgspec.Struct, frozen=True, gc=False):
    """A record of a DNS reply (df-002)."""

    answer_type: str | None = None
    ipv4: str | None = None
    ipv6: str | None = None
    hostname: str | None = None
    ttl: Int64 | None = None
    asn: AsNumber | None = None
    as_org_name: str | None = None


class RawQuery(Timed, frozen=True, gc=False, kw_only=True):
    """A DNS lookup (df-002)."""

    hostname: str | None = None
    query_type: str | None = None
    engine: str | None = None
    answers: list[RawAnswer | None] | None = None
    resolver_hostname: str | None = None
    resolver_port: Any = None
    resolver_address: str | None = None
    raw_response: Any = None
    rcode: Int64 | None = None


class RawTcp(Timed, frozen=True, gc=False, kw_only=True):
    """A TCP connect (df-005)."""

    ip: str | None = None
    port: Any = None
    status: Any = None


class RawHandshake(Timed, frozen=True, gc=False, kw_only=True):
    """A TLS or QUIC handshake (df-006, df-009)."""

    address: str | None = None
    server_name: str | None = None
    tls_version: str | None = None
    cipher_suite: str | None = None
    negotiated_protocol: str | None = None
    no_tls_verify: bool | None = None
    peer_certificates: list[Any] | None = None
    echconfig: Any = None
    outer_server_name: str | None = None
    x_read_bytes: Int64 | None = None
    x_write_bytes: Int64 | None = None
    x_last_operation: str | None = None


class RawRequest(msgspec.Struct, frozen=True, gc=False):
    """The request of an HTTP round trip (df-001)."""

    url: str | None = None
    method: str | None = None
    headers: Any = None
    headers_list: Any = None
    tor: Any = None


class RawResponse(msgspec.Struct, frozen=True, gc=False):
    """The response of an HTTP round trip (df-001)."""

    code: Int64 | None = None
    body: Any = None
    body_is_truncated: bool | None = None
    headers: Any = None
    headers_list: Any = None
    x_body_length: Int64 | None = None


class RawRoundTrip(Timed, frozen=True, gc=False, kw_only=True):
    """An HTTP round trip (df-001)."""

    request: RawRequest | None = None
    response: RawResponse | None = None
    address: str | None = None
    alpn: str | None = None


class RawEvent(msgspec.Struct, frozen=True, gc=False):
    """A network event (df-008). There are more of them than of all steps together, so nothing is read for nothing."""

    failure: Any = None
    operation: str | None = None
    t: Finite | None = None
    address: str | None = None
    num_bytes: Int64 | None = None
    transaction_id: Int64 | None = None
    conn_id: Int64 | None = None


class RawSteps(msgspec.Struct, frozen=True, kw_only=True):
    """The lists that mean the same in every nettest, at the top of ``test_keys`` or in a part of it."""

    queries: list[RawQuery | None] | None = None
    tcp_connect: list[RawTcp | None] | None = None
    tls_handshakes: list[RawHandshake | None] | None = None
    quic_handshakes: list[RawHandshake | None] | None = None
    requests: list[RawRoundTrip | None] | None = None
    network_events: list[RawEvent | None] | None = None


class RawMeasurement(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement (df-000)."""

    measurement_uid: str | None = None
    report_id: str | None = None
    test_name: str | None = None
    test_version: str | None = None
    software_name: str | None = None
    software_version: str | None = None
    annotations: dict[str, Any] | None = None
    probe_cc: str | None = None
    probe_asn: Any = None
    probe_network_name: str | None = None
    resolver_asn: Any = None
    measurement_start_time: Any = None
    test_start_time: Any = None
    start_time: Finite | None = None
    test_runtime: Duration | None = None
    input: Any = None
    test_keys: RawSteps | None = None


class RawControlTcp(msgspec.Struct, frozen=True, gc=False):
    """A TCP connect of the control."""

    status: Any = None
    failure: Any = None


class RawControlHandshake(msgspec.Struct, frozen=True, gc=False):
    """A TLS or QUIC handshake of the control."""

    server_name: str | None = None
    status: Any = None
    failure: Any = None


class RawControlHttp(msgspec.Struct, frozen=True, gc=False):
    """An HTTP round trip of the control."""

    body_length: Int64 | None = None
    failure: Any = None
    title: str | None = None
    headers: Any = None
    status_code: Int64 | None = None


class RawControlDns(msgspec.Struct, frozen=True, gc=False):
    """The DNS lookup of the control."""

    failure: Any = None
    addrs: list[Any] | None = None


class RawControl(msgspec.Struct, frozen=True, gc=False):
    """The control's answer (ts-017, section "test helper protocol")."""

    dns: RawControlDns | None = None
    tcp_connect: dict[str, RawControlTcp | None] | None = None
    tls_handshake: dict[str, RawControlHandshake | None] | None = None
    quic_handshake: dict[str, RawControlHandshake | None] | None = None
    http_request: RawControlHttp | None = None
    http3_request: RawControlHttp | None = None


class RawPing(msgspec.Struct, frozen=True, kw_only=True):
    """One ping of ``tcpping``, ``tlsping``, ``dnsping``, ``simplequicping`` or ``quicping``."""

    tcp_connect: RawTcp | None = None
    tls_handshake: RawHandshake | None = None
    quic_handshake: RawHandshake | None = None
    query: RawQuery | None = None
    delayed_response: list[RawQuery | None] | None = None
    delayed_responses: list[RawQuery | None] | None = None
    network_events: list[RawEvent | None] | None = None
    failure: Any = None
    t: Finite | None = None
    request: Any = None
    responses: list[Any] | None = None


class RawTarget(RawSteps, frozen=True, kw_only=True):
    """One target of ``tor``, or one arm of ``sni_blocking``: a small measurement of its own."""

    failure: Any = None
    sni: str | None = None
    target_address: str | None = None
    target_protocol: str | None = None
    summary: dict[str, Any] | None = None


class RawCurve(msgspec.Struct, frozen=True):
    """How a transfer went over time, as our probe sums it up."""

    received_bytes: Int64 | None = None
    steady_rate: Finite | None = None
    stopped_at_bytes: Int64 | None = None


class RawPart(RawSteps, frozen=True, kw_only=True):
    """One try of one arm in a record of ours: a small measurement of its own, which may be an exchange of bytes."""

    arm: str | None = None
    failure: Any = None
    endpoint: str | None = None
    t0: Finite | None = None
    t: Finite | None = None
    protocol: str | None = None
    sent_bytes: Int64 | None = None
    received_bytes: Int64 | None = None
    is_echo: bool | None = None
    curve: RawCurve | None = None
    x_dns_duplicate_responses: list[RawQuery | None] | None = None


class RawIteration(msgspec.Struct, frozen=True):
    """One handshake of ``tlsmiddlebox``, sent with a limited time to live."""

    ttl: Int64 | None = None
    handshake: RawHandshake | None = None


class RawArm(msgspec.Struct, frozen=True):
    """The iterations towards one server name."""

    server_name: str | None = None
    iterations: list[RawIteration | None] | None = None


class RawTrace(msgspec.Struct, frozen=True):
    """What ``tlsmiddlebox`` did to one address."""

    address: str | None = None
    control_trace: RawArm | None = None
    target_trace: RawArm | None = None


class RawHop(Timed, frozen=True, gc=False, kw_only=True):
    """A datagram that could live for so many hops, in a record of ours."""

    ttl: Int64 | None = None
    port: Any = None


class RawRoute(msgspec.Struct, frozen=True):
    """How far packets went to one address, in a record of ours."""

    arm: str | None = None
    address: str | None = None
    hops: list[RawHop | None] | None = None


class RawTunnel(Timed, frozen=True, gc=False, kw_only=True):
    """A handshake of ``openvpn``."""

    endpoint: str | None = None
    ip: str | None = None
    port: Any = None
    status: Any = None
