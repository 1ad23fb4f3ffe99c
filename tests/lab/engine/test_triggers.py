from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, engine, hello, initial, query, request
from trigpoint.net.dns_message import framed

if TYPE_CHECKING:
    from collections.abc import Callable

OUTWARD = "outward.example"


def test_exempt_names_of_queries() -> None:
    match = {"suffix": [BLOCKED], "except_names": ["ok." + BLOCKED]}
    talk = Talk(engine({"behaviour": "dns_drop", "match": match}), server_port=53)
    assert [talk.ask(query("ok." + BLOCKED)), talk.ask(query())] == ["pass", "drop"]


@pytest.mark.parametrize(
    ("behaviour", "more"),
    [("dns_drop", {}), ("dns_injection", {"injectors": [{"lie": {"pool": ["10.1.1.1"]}}]})],
)
@pytest.mark.parametrize("stops", [False, True])
def test_a_filter_may_stop_at_a_compression_pointer(behaviour: str, more: dict, stops: bool) -> None:
    match = {"suffix": [BLOCKED]} | ({"stops_at_pointer": True} if stops else {})
    talk = Talk(engine({"behaviour": behaviour, "match": match, **more}), server_port=53)
    plain, compressed = talk.ask(query()), talk.ask(compressed_query(query()))
    assert plain != "pass"
    assert compressed == ("pass" if stops else plain)


def test_a_filter_of_dns_over_tcp_may_stop_there_too() -> None:
    for stops, expected in ((False, "pass, client gets RST+ACK, server gets RST+ACK"), (True, "pass")):
        match = {"suffix": [BLOCKED], "stops_at_pointer": stops}
        talk = Talk(engine({"behaviour": "dns_reset", "match": match}), server_port=53)
        assert talk.send(framed(compressed_query(query()))) == expected


def compressed_query(payload: bytes) -> bytes:
    """Put a pointer to the first octet of QDCOUNT, which is zero, in the place of the name's final zero."""
    end = payload.index(b"\x00", 12)
    return payload[:end] + b"\xc0\x04" + payload[end + 1 :]


def test_only_the_first_queries_are_looked_at() -> None:
    match = {"suffix": [BLOCKED], "max_packets_inspected": 1}
    talk = Talk(engine({"behaviour": "dns_drop", "match": match}), server_port=53)
    assert [talk.ask(query(FREE)), talk.ask(query())] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("host", "hits"), [(BLOCKED + ":8080", True), (f"www.{BLOCKED}", True), ("[2001:db8::1]:80", False), ("", False)]
)
def test_a_port_in_the_host_field_does_not_matter(host: str, hits: bool) -> None:
    talk = Talk(engine({"behaviour": "http_drop", "match": {"suffix": [BLOCKED]}}), server_port=80)
    assert (talk.send(request(host)) == "drop") == hits


def test_any_request_where_no_host_is_listed() -> None:
    talk = Talk(engine({"behaviour": "http_drop"}), server_port=80)
    assert talk.send(b"GET / HTTP/1.0\r\n\r\n") == "drop"


def test_case_counts_where_it_is_said() -> None:
    match = {"suffix": [BLOCKED], "case": "sensitive"}
    for host, expected in ((BLOCKED, "drop"), (BLOCKED.upper(), "pass")):
        assert Talk(engine({"behaviour": "http_drop", "match": match}), server_port=80).send(request(host)) == expected


@pytest.mark.parametrize(("ech", "hits"), [("any", True), ("without", True), ("with", False)])
def test_a_hello_without_ech(ech: str, hits: bool) -> None:
    talk = Talk(engine({"behaviour": "tls_drop", "match": {"suffix": [BLOCKED], "ech": ech}}))
    assert (talk.send(hello()) == "drop") == hits


def test_a_hello_with_ech_and_the_name_in_conjunction() -> None:
    for name, expected in ((BLOCKED, "drop"), (FREE, "pass")):
        talk = Talk(engine({"behaviour": "tls_drop", "match": {"suffix": [BLOCKED], "ech": "with"}}))
        assert talk.send(with_ech(hello(name))) == expected


def with_ech(record: bytes) -> bytes:
    """Append an ECH extension, as GREASE has it, and correct the three lengths (RFC 8446, sections 4 and 5.1)."""
    extension = b"\xfe\x0d\x00\x04\x01\x02\x03\x04"
    message = bytearray(record[5:])
    position = 39 + message[38]
    position += 2 + int.from_bytes(message[position : position + 2], "big")
    position += 1 + message[position]
    size = int.from_bytes(message[position : position + 2], "big") + len(extension)
    message[position : position + 2] = size.to_bytes(2, "big")
    message += extension
    message[1:4] = (len(message) - 4).to_bytes(3, "big")
    return record[:3] + len(message).to_bytes(2, "big") + bytes(message)


@pytest.mark.parametrize(
    ("behaviour", "port", "payload"),
    [
        ("tls_drop", 443, hello),
        ("http_drop", 80, request),
        ("dns_drop", 53, lambda name: framed(query(name))),
    ],
)
def test_some_names_of_a_list_count_from_inside_only(
    behaviour: str, port: int, payload: Callable[[str], bytes]
) -> None:
    for name, expected in ((BLOCKED, ["drop", "drop"]), ("www." + OUTWARD, ["drop", "pass"]), (FREE, ["pass", "pass"])):
        match = {"suffix": [BLOCKED, OUTWARD], "outward_names": [OUTWARD]}
        entry = {"behaviour": behaviour, "match": match, "placement": {"direction": "both"}}
        outward, inward = Talk(engine(entry), server_port=port), Talk(engine(entry), port=port, server_port=40_000)
        assert [outward.send(payload(name)), inward.receive(payload(name))] == expected


@pytest.mark.parametrize(("name", "inward"), [(BLOCKED, "drop"), (OUTWARD, "pass")])
def test_in_quic_too(name: str, inward: str) -> None:
    match = {"suffix": [BLOCKED, OUTWARD], "outward_names": [OUTWARD], "ports": [443]}
    entry = {"behaviour": "quic_drop", "match": match, "placement": {"direction": "both"}}
    talks = [Talk(engine(entry)), Talk(engine(entry), port=443, server_port=40_000)]
    assert [talks[0].ask(initial(name)), talks[1].answer(initial(name))] == ["drop", inward]
