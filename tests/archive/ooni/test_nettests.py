"""What single nettests record beyond the shared lists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.archive.shapes import (
    b64,
    connects,
    event,
    handshakes,
    lookups,
    measured,
    of_kind,
    query,
    record,
    request,
    tcp,
    tls,
    trips,
    with_keys,
    without,
)
from trigpoint.archive.ooni.nettests import READERS
from trigpoint.model.step import Datagram, Step


def datagrams(nettest: str, keys: dict[str, Any], **fields: object) -> list[Datagram]:
    return of_kind(measured(record(test_name=nettest, test_keys=keys, **({"input": None} | fields))), Datagram)


@pytest.mark.parametrize("nettest", sorted(READERS))
@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [None, 5, {}], {"a": None, "b": 5, "c": {}}])
def test_a_nettest_reads_whatever_its_own_keys_hold(nettest: str, value: object) -> None:
    own = (
        "control",
        "target",
        "targets",
        "pings",
        "iterative_trace",
        "x_doh",
        "x_do53",
        "x_dns_late_replies",
        "endpoint",
    )
    own += ("tcp_connect", "openvpn_handshake", "requests", "sent", "received", "failure_list", "control_resolver")
    assert with_keys(nettest, dict.fromkeys(own, value)).nettest == nettest


@pytest.mark.parametrize("nettest", ["signal", "dnscheck", "made_up", "portfiltering"])
def test_a_nettest_without_an_entry_is_read_by_the_shared_lists(nettest: str) -> None:
    found = with_keys(
        nettest, {"queries": [query()], "tcp_connect": [tcp()], "tls_handshakes": [tls()], "requests": [request()]}
    )
    assert [type(step).__name__ for step in found.steps] == ["DnsLookup", "TcpConnect", "TlsHandshake", "HttpRoundTrip"]


def test_the_probes_own_resolvers_are_apart_from_the_redirect_chain() -> None:
    given = {
        "x_doh": {"queries": [query()], "tls_handshakes": [tls()]},
        "x_do53": {"queries": [query()]},
        "x_helpers": {"tls_handshakes": [tls()]},
        "tcp_connect": [tcp(tags=None)],
    }
    found = with_keys(given=given)
    assert [(step.pointer, step.tags, step.hop) for step in found.steps] == [
        ("/test_keys/tcp_connect/0", None, None),
        ("/test_keys/x_doh/queries/0", "depth=0 service=doh", None),
        ("/test_keys/x_doh/tls_handshakes/0", "depth=0 service=doh", None),
        ("/test_keys/x_do53/queries/0", "depth=0 service=do53", None),
        ("/test_keys/x_helpers/tls_handshakes/0", "depth=0 service=helper", None),
    ]


def test_a_transfer_is_read_with_its_rate_and_whether_it_stopped() -> None:
    curve = {"received_bytes": 16_000, "steady_rate": 17_500.5, "stopped_at_bytes": 16_000}
    part = {"arm": "target", "endpoint": "192.0.2.1:443", "failure": "generic_timeout_error", "curve": curve}
    stopped, whole = datagrams(
        "throttling", {"x_parts": [part, {**part, "curve": {**curve, "stopped_at_bytes": None}}]}
    )
    assert (stopped.protocol, stopped.tags, stopped.address, stopped.port) == (
        "transfer",
        "arm=target",
        "192.0.2.1",
        443,
    )
    assert (stopped.received_bytes, stopped.received_rate, stopped.is_stopped) == (16_000, 17_500.5, True)
    assert (stopped.failure, stopped.pointer) == ("generic_timeout_error", "/test_keys/x_parts/0/curve")
    assert whole.is_stopped is False


@pytest.mark.parametrize("key", ["x_dns_duplicate_responses", "x_dns_late_replies"])
def test_late_replies_are_lookups_of_their_own(key: str) -> None:
    (found,) = lookups(with_keys(given={key: [query(), 5]}))
    assert (found.pointer, found.tags) == (f"/test_keys/{key}/0", "arm=late depth=0")


def test_sni_blocking_has_two_arms_seen_from_inside() -> None:
    arm = {
        "queries": [query(tags=None)],
        "tcp_connect": [tcp(tags=None)],
        "tls_handshakes": [without(tls(tags=None), "server_name")],
    }
    given = {
        "target": arm | {"sni": "Blocked.example"},
        "control": arm | {"sni": "fine.example", "failure": "eof_error"},
    }
    found = measured(test_name="sni_blocking", input="blocked.example", test_keys=given)
    assert [(step.pointer.split("/")[2], step.tags, step.vantage) for step in found.steps] == [
        ("target", "arm=target", "probe")
    ] * 3 + [("control", "arm=control", "probe")] * 3
    assert [step.server_name for step in handshakes(found)] == ["blocked.example", "fine.example"]
    assert [step.hop for step in handshakes(found)] == [0, None]
    assert (found.has_control, found.control_failure) == (True, "eof_error")


def test_early_echcheck_has_two_single_handshakes() -> None:
    found = with_keys("echcheck", {"control": tls(), "target": tls(echconfig="GREASE", failure="eof_error")})
    assert [(step.pointer, step.tags, step.ech, step.failure) for step in handshakes(found)] == [
        ("/test_keys/target", "arm=target depth=0", "GREASE", "eof_error"),
        ("/test_keys/control", "arm=control depth=0", None, None),
    ]


TARGET = {
    "target_address": "192.0.2.1:443",
    "target_protocol": "or_port_dirauth",
    "tcp_connect": [tcp()],
    "tls_handshakes": [tls()],
}


@pytest.mark.parametrize("as_list", [True, False])
def test_each_target_of_tor_is_a_service(as_list: bool) -> None:
    targets: Any = {"192.0.2.1:443": TARGET, "a/b~c": {"target_protocol": "dir_port", "requests": [request()]}}
    found = with_keys("tor", {"targets": list(targets.values()) if as_list else targets})
    names = ["0", "1"] if as_list else ["192.0.2.1:443", "a~1b~0c"]
    assert [(step.pointer, step.tags) for step in found.steps] == [
        (f"/test_keys/targets/{names[0]}/tcp_connect/0", "depth=0 service=or_port_dirauth"),
        (f"/test_keys/targets/{names[0]}/tls_handshakes/0", "depth=0 service=or_port_dirauth"),
        (f"/test_keys/targets/{names[1]}/requests/0", "depth=0 service=dir_port"),
    ]


def test_a_target_of_tor_with_only_a_summary_has_its_outcomes() -> None:
    summary = {"connect": {"failure": None}, "handshake": {"failure": "generic_timeout_error"}, "x": 5}
    targets = {
        "public": {"target_address": "192.0.2.1:9001", "target_protocol": "or_port", "summary": summary},
        "private": {"target_address": "[scrubbed]", "target_protocol": "obfs4", "summary": summary},
        "listed": TARGET | {"target_protocol": "obfs4", "tls_handshakes": None, "summary": summary},
        "nothing": {"summary": {"connect": 5}},
    }
    found = with_keys("tor", {"targets": targets})
    assert [
        (type(step).__name__, step.pointer[19:], step.failure, getattr(step, "address", None)) for step in found.steps
    ] == [
        ("TcpConnect", "public/summary/connect", None, "192.0.2.1"),
        ("TlsHandshake", "public/summary/handshake", "generic_timeout_error", "192.0.2.1"),
        ("Datagram", "private/summary/connect", None, None),
        ("Datagram", "private/summary/handshake", "generic_timeout_error", None),
        ("TcpConnect", "listed/tcp_connect/0", None, "198.51.100.7"),
        ("Datagram", "listed/summary/handshake", "generic_timeout_error", "192.0.2.1"),
    ]
    assert {step.tags for step in found.steps[2:4]} == {"service=obfs4"}
    assert {step.protocol for step in of_kind(found, Datagram)} == {"obfs4"}


@pytest.mark.parametrize("nettest", ["stunreachability", "stun_reachability"])
def test_stun_is_an_exchange_of_bytes(nettest: str) -> None:
    events = [
        event("write", 0.1, num_bytes=20),
        event("read", 0.2, num_bytes=32),
        event("read", 0.3, failure="eof_error", num_bytes=9),
    ]
    (found,) = datagrams(nettest, {"endpoint": "stun.example:3478", "failure": "eof_error", "network_events": events})
    assert (found.pointer, found.protocol, found.address, found.port) == (
        "/test_keys/endpoint",
        "stun",
        "stun.example",
        3478,
    )
    assert (found.sent_bytes, found.received_bytes, found.failure) == (20, 32, "eof_error")


def test_stun_without_an_endpoint_is_towards_its_input() -> None:
    (found,) = datagrams("stunreachability", {"failure": None}, input="stun://stun.example:3478")
    assert (found.pointer, found.address, found.port, found.hop) == ("/test_keys", "stun.example", 3478, 0)
    assert datagrams("stunreachability", {}) == []


def test_openvpn_has_its_connect_and_its_handshakes() -> None:
    found = with_keys("openvpn", {"tcp_connect": tcp(), "success": True})
    assert [step.pointer for step in connects(found)] == ["/test_keys/tcp_connect"]
    shakes = [
        {
            "endpoint": "udp://192.0.2.1:1194",
            "ip": "192.0.2.1",
            "port": 1194,
            "t": 2.0,
            "t0": 1.0,
            "transaction_id": 4,
            "tags": ["a"],
            "failure": "x",
        },
        {"endpoint": "192.0.2.2:1194", "status": {"success": False}},
        5,
    ]
    first, second = datagrams("openvpn", {"openvpn_handshake": shakes})
    assert (first.pointer, first.protocol, first.address, first.port) == (
        "/test_keys/openvpn_handshake/0",
        "openvpn",
        "192.0.2.1",
        1194,
    )
    assert (first.started, first.ended, first.transaction, first.tags, first.failure) == (1.0, 2.0, 4, "a", "x")
    assert (second.address, second.port, second.failure) == ("192.0.2.2", 1194, "unknown_failure")


HEADERS = {"AccEpT": "*/*", "hOst": "X.example"}


def echo(method: str = "GeT", **changes: object) -> str:
    seen = {name: [value] for name, value in HEADERS.items()} | {"Connection": ["close"]} | changes
    return json.dumps(
        {"headers_dict": {k: v for k, v in seen.items() if v is not None}, "request_line": f"{method} / HTTP/1.1"}
    )


@pytest.mark.parametrize(
    ("body", "is_echo"),
    [
        (echo(), True),
        (echo(method="GET"), False),
        (echo(AccEpT=None, Accept=["*/*"]), False),
        (echo(AccEpT=["text/html"]), False),
        (echo(Via=["proxy"]), False),
        (echo(hOst=None), False),
        ("<html>", False),
        ("[]", False),
        ('{"headers_dict": []}', False),
        ("[" * 9999, False),
        ("", False),
        (None, None),
    ],
)
def test_an_echo_of_headers_is_one_only_when_nothing_was_changed(body: str | None, is_echo: bool | None) -> None:
    item = {
        "failure": None,
        "request": {"method": "GeT", "headers": HEADERS, "url": "http://192.0.2.1:80"},
        "response": {"code": 200, "body": body},
    }
    found = with_keys("http_header_field_manipulation", {"requests": [None, item, {"request": 5}]})
    (step,) = of_kind(found, Datagram)
    assert (step.pointer, step.protocol, step.is_echo) == ("/test_keys/requests/1", "http_header_echo", is_echo)
    assert (step.address, step.port) == ("192.0.2.1", 80)
    assert len(trips(found)) == 1


def test_a_request_that_failed_has_no_echo_to_compare() -> None:
    item = {"failure": "eof_error", "request": {"method": "GeT", "headers": HEADERS}, "response": {"body": ""}}
    (step,) = datagrams("http_header_field_manipulation", {"requests": [item]})
    assert (step.failure, step.is_echo) == ("eof_error", None)


def test_lines_are_compared_with_what_came_back() -> None:
    given = {
        "sent": ["GET / HTTP/ABC\n", b64(b"XxXx"), "a", None, "b"],
        "received": ["GET / HTTP/ABC\n", "<html>", "", None],
        "failure_list": [None, None, "generic_timeout_error"],
    }
    found = datagrams("http_invalid_request_line", given)
    assert [(step.pointer, step.sent_bytes, step.received_bytes, step.is_echo, step.failure) for step in found] == [
        ("/test_keys/sent/0", 15, 15, True, None),
        ("/test_keys/sent/1", 4, 6, False, None),
        ("/test_keys/sent/2", 1, 0, False, "generic_timeout_error"),
        ("/test_keys/sent/4", 1, None, None, None),
    ]


def test_a_single_line_needs_no_list() -> None:
    (found,) = datagrams("http_invalid_request_line", {"sent": "a", "received": "a"})
    assert (found.pointer, found.is_echo) == ("/test_keys/sent", True)


def test_the_resolver_that_others_are_compared_with_is_marked() -> None:
    given = {
        "control_resolver": "8.8.8.8:53",
        "queries": [query(resolver_hostname="8.8.8.8", resolver_port=53), query()],
    }
    found = with_keys("dns_consistency", given)
    assert [step.tags for step in lookups(found)] == ["arm=control depth=0", "depth=0"]


def pings(nettest: str, *items: object) -> tuple[Step, ...]:
    return measured(test_name=nettest, input="x://192.0.2.1:8443", test_keys={"pings": list(items)}).steps


@pytest.mark.parametrize(
    ("nettest", "ping", "pointers"),
    [
        ("tcpping", {"tcp_connect": tcp()}, ["tcp_connect"]),
        ("tlsping", {"tcp_connect": tcp(), "tls_handshake": tls()}, ["tcp_connect", "tls_handshake"]),
        ("simplequicping", {"quic_handshake": tls()}, ["quic_handshake"]),
        ("dnsping", {"query": query(), "delayed_responses": [query(), None]}, ["query", "delayed_responses/0"]),
        ("dnsping", {"query": query(), "delayed_response": [query()]}, ["query", "delayed_response/0"]),
        ("quicping", {"responses": None, "request": b64(b"1")}, [""]),
        ("tcpping", {}, []),
    ],
)
def test_each_ping_is_its_steps(nettest: str, ping: dict[str, Any], pointers: list[str]) -> None:
    found = pings(nettest, None, ping)
    assert [step.pointer for step in found] == [f"/test_keys/pings/1/{name}".rstrip("/") for name in pointers]


def test_a_ping_has_its_own_network_events() -> None:
    found = pings(
        "tlsping",
        {"tls_handshake": tls(), "network_events": [event("read", 0.4, num_bytes=9)]},
        {"tls_handshake": tls()},
    )
    assert [getattr(step, "read_bytes", "") for step in found] == [9, None]


def test_a_quicping_is_an_exchange_of_bytes() -> None:
    ping = {
        "request": b64(b"1234"),
        "t": 0.5,
        "failure": None,
        "responses": [{"response_data": b64(b"12")}, {"response_data": None}, 5],
    }
    (found,) = pings("quicping", ping)
    assert isinstance(found, Datagram)
    assert (found.protocol, found.sent_bytes, found.received_bytes, found.ended) == ("quicping", 4, 2, 0.5)
    assert (found.address, found.port, found.hop) == ("192.0.2.1", 8443, 0)


@pytest.mark.parametrize(
    ("given", "peer"),
    [("192.0.2.1", ("192.0.2.1", 443)), ("quic.example:88", ("quic.example", 88)), (None, (None, 443))],
)
def test_a_quicping_goes_to_its_input(given: str | None, peer: tuple[str | None, int]) -> None:
    (found,) = datagrams("quicping", {"pings": [{"responses": []}]}, input=given)
    assert (found.address, found.port) == peer


def test_each_handshake_of_a_trace_says_arm_and_time_to_live() -> None:
    trace = {
        "address": "192.0.2.1:443",
        "control_trace": {
            "server_name": "fine.example",
            "iterations": [{"ttl": 1, "handshake": without(tls(), "server_name")}],
        },
        "target_trace": {
            "iterations": [None, {"ttl": 2, "handshake": tls()}, {"ttl": 3}, {"handshake": tls(tags=None)}]
        },
    }
    found = with_keys("tlsmiddlebox", {"iterative_trace": [None, trace, {"control_trace": None}]})
    assert [(step.pointer[27:], step.tags, step.server_name) for step in handshakes(found)] == [
        ("1/control_trace/iterations/0/handshake", "arm=control depth=0 ttl=1", "fine.example"),
        ("1/target_trace/iterations/1/handshake", "arm=target depth=0 ttl=2", "site.example"),
        ("1/target_trace/iterations/3/handshake", "arm=target", "site.example"),
    ]


def test_dnscheck_reads_the_bootstrap_and_each_lookup() -> None:
    url = "dot://9.9.9.9:853/?a~b"
    given = {
        "bootstrap": {"queries": [query(tags=None)]},
        "lookups": {url: {"queries": [query(tags=None)], "tls_handshakes": [tls(tags=None)]}, "odd": 7},
    }
    found = with_keys("dnscheck", given)
    assert [step.pointer for step in found.steps] == [
        "/test_keys/bootstrap/queries/0",
        "/test_keys/lookups/dot:~1~19.9.9.9:853~1?a~0b/queries/0",
        "/test_keys/lookups/dot:~1~19.9.9.9:853~1?a~0b/tls_handshakes/0",
    ]


@pytest.mark.parametrize("odd", [None, 7, [], {}, {"lookups": []}, {"bootstrap": "x"}])
def test_an_odd_dnscheck_is_a_measurement_all_the_same(odd: object) -> None:
    keys = odd if isinstance(odd, dict) else {"lookups": odd}
    assert with_keys("dnscheck", keys).steps == ()
