"""The control of web_connectivity."""

from __future__ import annotations

import pytest

from tests.archive.shapes import connects, control, handshakes, keys, lookups, measured, quics, trips, with_keys
from trigpoint.model.step import DnsAnswer


def test_every_part_of_a_control_is_a_step_seen_from_outside() -> None:
    found = [step for step in measured().steps if step.vantage == "control"]
    assert [(type(step).__name__, step.pointer, step.hop, step.failure) for step in found] == [
        ("DnsLookup", "/test_keys/control/dns", 0, None),
        ("TcpConnect", "/test_keys/control/tcp_connect/198.51.100.7:443", 0, None),
        ("TlsHandshake", "/test_keys/control/tls_handshake/[2001:db8::7]:443", 0, None),
        ("QuicHandshake", "/test_keys/control/quic_handshake/198.51.100.7:443", 0, "eof_error"),
        ("HttpRoundTrip", "/test_keys/control/http_request", 0, None),
        ("HttpRoundTrip", "/test_keys/control/http3_request", 0, "eof_error"),
    ]


def test_the_controls_addresses_are_answers() -> None:
    (found,) = lookups(
        measured(
            test_keys=keys(control=control(dns={"addrs": ["CDN.Example.", "198.51.100.7", "2001:DB8::7", None, ""]}))
        ),
        "control",
    )
    assert found.hostname == "site.example"
    assert found.answers == (
        DnsAnswer(number=0, answer_type="CNAME", name="cdn.example"),
        DnsAnswer(number=1, answer_type="A", address="198.51.100.7", annotated_asn=64500, annotated_as_name="Net A"),
        DnsAnswer(number=2, answer_type="AAAA", address="2001:db8::7", annotated_asn=64501),
    )


def test_an_address_that_only_the_tls_result_names_is_there() -> None:
    only = measured(test_keys=keys(control=control(dns={"addrs": ["198.51.100.7"]})))
    (found,) = handshakes(only, "control")
    assert (found.address, found.port, found.server_name, found.annotated_asn) == (
        "2001:db8::7",
        443,
        "site.example",
        64501,
    )
    assert all(step.address != "2001:db8::7" for step in connects(only, "control"))


def test_the_controls_page_is_what_it_reported() -> None:
    first, third = trips(measured(), "control")
    assert (first.url, first.host, first.status, first.title, first.body_bytes) == (
        "https://site.example/",
        "site.example",
        200,
        "Site & Co",
        20,
    )
    assert (first.headers, first.body_sha256, first.alpn) == ("Server: a", None, None)
    assert (third.alpn, third.status, third.body_bytes, third.headers) == ("h3", None, None, None)


def test_ip_info_tells_the_as_of_every_address_of_the_record() -> None:
    unknown = {"queries": [{"hostname": "site.example", "answers": [{"ipv4": "198.51.100.7"}]}], "control": control()}
    (found,) = lookups(with_keys(given=unknown))
    assert found.answers[0].annotated_asn == 64500
    assert quics(measured(), "control")[0].annotated_asn == 64500


@pytest.mark.parametrize("info", [None, 5, [], {"x": {"asn": 5}}, {"198.51.100.7": 5}, {"198.51.100.7": {"asn": 0}}])
def test_ip_info_may_be_anything(info: object) -> None:
    (found,) = connects(with_keys(given={"control": control(ip_info=info)}), "control")
    assert found.annotated_asn is None


@pytest.mark.parametrize(
    ("given", "has_control", "failure"),
    [
        ({"control": control(), "control_failure": None}, True, None),
        ({"control": None, "control_failure": "eof_error"}, False, "eof_error"),
        ({"control": {}, "control_failure": None}, False, None),
        ({}, False, None),
        ({"control": 5, "control_failure": False}, False, None),
    ],
)
def test_a_record_says_whether_its_control_is_there(
    given: dict[str, object], has_control: bool, failure: str | None
) -> None:
    found = with_keys(given=given)
    assert (found.has_control, found.control_failure) == (has_control, failure)


def test_nettests_without_control_say_nothing_of_one() -> None:
    found = with_keys("telegram", {"control": control()})
    assert (found.has_control, found.steps) == (None, ())


@pytest.mark.parametrize(("status", "failure"), [(False, "unknown_failure"), (True, None), (None, None), ("x", None)])
def test_a_connect_of_an_old_control_has_an_outcome(status: object, failure: str | None) -> None:
    old = {"tcp_connect": {"198.51.100.7:80": {"status": status}, "": {}, "x": None, "host.example:80": {}}}
    found = connects(with_keys(given={"control": old}), "control")
    assert [(step.address, step.port, step.failure) for step in found] == [
        ("198.51.100.7", 80, failure),
        ("host.example", 80, None),
    ]


@pytest.mark.parametrize(
    "part", ["dns", "tcp_connect", "tls_handshake", "quic_handshake", "http_request", "http3_request"]
)
@pytest.mark.parametrize("value", [None, 5, [], "x", {"x": 5}, {"a:1": None}])
def test_a_damaged_part_leaves_the_others(part: str, value: object) -> None:
    found = with_keys(given={"control": control(**{part: value})})
    whole = {step.pointer.split("/")[3] for step in with_keys(given={"control": control()}).steps}
    assert whole - {part} <= {step.pointer.split("/")[3] for step in found.steps} <= whole


def test_the_url_that_the_control_was_asked_for_stands_in_for_a_lost_input() -> None:
    given = {"control": control(), "x_control_request": {"http_request": "https://asked.example/x"}}
    found = measured(input=None, test_keys=given)
    assert (found.input, found.target) == ("https://asked.example/x", "asked.example")
    assert lookups(found, "control")[0].hostname == "asked.example"
    assert trips(found, "control")[0].url == "https://asked.example/x"
