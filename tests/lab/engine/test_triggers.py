from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, engine, hello, query, request


def test_exempt_names_of_queries() -> None:
    match = {"suffix": [BLOCKED], "except_names": ["ok." + BLOCKED]}
    talk = Talk(engine({"behaviour": "dns_drop", "match": match}), server_port=53)
    assert [talk.ask(query("ok." + BLOCKED)), talk.ask(query())] == ["pass", "drop"]


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
