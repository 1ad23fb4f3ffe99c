"""DNS lookups, TCP connects, TLS and QUIC handshakes."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.archive.shapes import (
    b64,
    connects,
    event,
    handshakes,
    keys,
    lookups,
    measured,
    query,
    quics,
    tcp,
    tls,
    with_keys,
    without,
)
from tests.net.test_dns import message, resource
from trigpoint.model.step import DnsAnswer, DnsLookup, TcpConnect, TlsHandshake


def test_a_lookup_is_whole() -> None:
    assert lookups(measured())[0] == DnsLookup(
        step=0,
        pointer="/test_keys/queries/0",
        vantage="probe",
        hop=0,
        transaction=1,
        started=0.1,
        ended=0.2,
        tags="depth=0",
        hostname="site.example",
        query_type="A",
        engine="getaddrinfo",
        resolver_asn=64497,
        answer_count=1,
        answers=(
            DnsAnswer(
                number=0, answer_type="A", address="198.51.100.7", annotated_asn=64500, annotated_as_name="Net A"
            ),
        ),
    )


def test_a_connect_is_whole() -> None:
    (found,) = connects(measured())
    assert found == TcpConnect(
        step=1,
        pointer="/test_keys/tcp_connect/0",
        vantage="probe",
        hop=0,
        transaction=2,
        started=0.2,
        ended=0.3,
        tags="depth=0",
        address="198.51.100.7",
        port=443,
        annotated_asn=64500,
    )


def test_a_handshake_is_whole() -> None:
    (found,) = handshakes(measured())
    chain = " ".join(hashlib.sha256(name).hexdigest() for name in (b"leaf", b"issuer"))
    assert found == TlsHandshake(
        step=2,
        pointer="/test_keys/tls_handshakes/0",
        vantage="probe",
        hop=0,
        transaction=2,
        started=0.3,
        ended=0.5,
        tags="depth=0",
        address="198.51.100.7",
        port=443,
        server_name="site.example",
        version="TLSv1.3",
        cipher_suite="TLS_AES_128_GCM_SHA256",
        alpn="h2",
        is_verified=True,
        read_count=1,
        read_bytes=1200,
        written_bytes=300,
        last_operation="read_1",
        certificate_chain=chain,
        annotated_asn=64500,
    )
    assert [certificate.der for certificate in measured().certificates] == [b"leaf", b"issuer"]


def test_a_quic_handshake_is_one_of_its_own_kind() -> None:
    (found,) = quics(measured())
    assert (found.pointer, found.alpn, found.read_bytes) == ("/test_keys/quic_handshakes/0", "h3", 1200)


def test_answers_keep_their_position_type_and_what_is_known() -> None:
    answers = [
        {"answer_type": "CNAME", "hostname": "CDN.Example."},
        None,
        {"answer_type": "AAAA", "ipv6": "2001:DB8::7", "ttl": "60"},
        {"ipv4": "192.0.2.1", "ttl": -1, "asn": 0},
        {"ipv4": "192.0.2.2", "asn": 2**32},
        {"ipv4": "192.0.2.3", "asn": 2**32 - 1},
        {"answer_type": "A", "ipv4": "not an address"},
        {"hostname": "b.example"},
        {"ipv6": "2001:db8::8", "asn": -1},
    ]
    (found,) = lookups(with_keys(given={"queries": [query(answers=answers)]}))
    assert [(a.number, a.answer_type, a.address, a.name, a.ttl_seconds, a.annotated_asn) for a in found.answers] == [
        (0, "CNAME", None, "cdn.example", None, None),
        (2, "AAAA", "2001:db8::7", None, 60, None),
        (3, "A", "192.0.2.1", None, None, None),
        (4, "A", "192.0.2.2", None, None, None),
        (5, "A", "192.0.2.3", None, None, 2**32 - 1),
        (7, "CNAME", None, "b.example", None, None),
        (8, "AAAA", "2001:db8::8", None, None, None),
    ]
    assert found.answer_count == 7


def test_the_as_of_an_address_is_known_wherever_it_was_written() -> None:
    again = query(answers=[{"answer_type": "A", "ipv4": "198.51.100.7"}], hostname="other.example")
    found = with_keys(given={"queries": [again, query()], "tcp_connect": [tcp()], "tls_handshakes": [tls()]})
    assert [answer.annotated_asn for step in lookups(found) for answer in step.answers] == [64500, 64500]
    assert lookups(found)[0].answers[0].annotated_as_name == "Net A"
    assert connects(found)[0].annotated_asn == handshakes(found)[0].annotated_asn == 64500


@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: {"format": "base64", "data": text}])
def test_a_raw_response_tells_code_authority_and_time_to_live(wrap: object) -> None:
    raw = message(0x8583, [resource(1, 299, bytes([198, 51, 100, 7]))], [resource(6, 60, b"\0" * 22)])
    response = wrap(base64.b64encode(raw).decode())  # type: ignore[operator] # a function of the parameters
    (found,) = lookups(with_keys(given={"queries": [query(raw_response=response, rcode=0)]}))
    assert (found.rcode, found.is_authoritative, found.has_soa) == (3, True, True)
    assert found.answers[0].ttl_seconds == 299


@pytest.mark.parametrize(("rcode", "expected"), [(3, 3), (-1, None), (99999, None), (None, None)])
@pytest.mark.parametrize("response", [None, "", "%%", 5, {}, "AAAA"])
def test_without_a_raw_response_the_recorded_code_counts(
    rcode: int | None, expected: int | None, response: object
) -> None:
    (found,) = lookups(with_keys(given={"queries": [query(raw_response=response, rcode=rcode)]}))
    assert (found.rcode, found.has_soa, found.is_authoritative) == (expected, None, None)


def test_the_systems_resolver_has_the_records_as_number_and_others_none() -> None:
    given = [
        query(),
        query(engine="udp", resolver_address="8.8.8.8:53"),
        query(engine="doh", resolver_address="https://dns.example/q"),
    ]
    found = lookups(measured(test_keys={"queries": given}))
    assert [(step.resolver_address, step.resolver_asn) for step in found] == [
        (None, 64497),
        ("8.8.8.8:53", None),
        ("https://dns.example/q", None),
    ]


def test_a_private_resolver_is_not_named() -> None:
    (found,) = lookups(with_keys(given={"queries": [query(resolver_hostname="192.168.1.1", resolver_port="53")]}))
    assert found.resolver_address == "private"


def test_unicode_names_become_a_labels_everywhere() -> None:
    given = {
        "queries": [query(hostname="Bücher.example", tags=[])],
        "tls_handshakes": [tls(server_name="Bücher.example", outer_server_name="Ä.example", echconfig="GREASE")],
    }
    found = measured(input="https://Bücher.example/", test_keys=given)
    assert found.target == lookups(found)[0].hostname == handshakes(found)[0].server_name == "xn--bcher-kva.example"
    assert lookups(found)[0].hop == 0
    assert (handshakes(found)[0].ech, handshakes(found)[0].outer_server_name) == ("GREASE", "xn--4ca.example")


@pytest.mark.parametrize(
    ("config", "ech"), [("GREASE", "GREASE"), ("AEX+DQBB", "config"), (b64(b"x"), "config"), (None, None), ("", None)]
)
def test_ech_is_grease_a_configuration_or_none(config: object, ech: str | None) -> None:
    (found,) = handshakes(with_keys(given={"tls_handshakes": [tls(echconfig=config)]}))
    assert found.ech == ech


def test_steps_of_which_nothing_remains_are_dropped_and_the_rest_keeps_its_place() -> None:
    given = {
        "queries": [None, {}, {"hostname": 5}, query(), {"failure": "eof_error"}],
        "tcp_connect": [None, {}, {"port": 443}, tcp(port=99999), tcp(port=None), tcp(port="80")],
        "tls_handshakes": [None, 5, tls(address=None, transaction_id=None)],
    }
    found = with_keys(given=given)
    assert [(step.pointer, step.step) for step in found.steps] == [
        ("/test_keys/queries/3", 0),
        ("/test_keys/queries/4", 1),
        ("/test_keys/tcp_connect/3", 2),
        ("/test_keys/tcp_connect/4", 3),
        ("/test_keys/tcp_connect/5", 4),
        ("/test_keys/tls_handshakes/2", 5),
    ]
    assert [step.port for step in connects(found)] == [0, 0, 80]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ({"failure": False, "success": True}, None),
        ({"failure": "connection_refused", "success": False}, "connection_refused"),
        ({"success": False}, "unknown_failure"),
        (None, None),
        (5, None),
    ],
)
def test_a_connect_has_an_outcome(status: object, failure: str | None) -> None:
    (found,) = connects(with_keys(given={"tcp_connect": [tcp(status=status)]}))
    assert found.failure == failure


def test_a_handshake_without_address_has_its_connections() -> None:
    given = {
        "tcp_connect": [tcp(transaction_id=None, conn_id=7, port=8443)],
        "tls_handshakes": [without(tls(transaction_id=None, conn_id=7), "address")],
    }
    (found,) = handshakes(with_keys(given=given))
    assert (found.address, found.port, found.transaction) == ("198.51.100.7", 8443, 7)


def test_counts_of_older_observations_stand_in_where_there_are_no_events() -> None:
    counted = tls(x_read_bytes=0.0, x_write_bytes=286.0, x_last_operation="write_1")
    (alone,) = handshakes(with_keys(given={"tls_handshakes": [counted]}))
    assert (alone.read_bytes, alone.written_bytes, alone.last_operation, alone.read_count) == (0, 286, "write_1", None)
    (found,) = handshakes(
        with_keys(given={"tls_handshakes": [counted], "network_events": [event("read", 0.4, num_bytes=5)]})
    )
    assert (found.read_bytes, found.written_bytes, found.last_operation, found.read_count) == (5, 0, "read_1", 1)


def test_empty_text_of_a_handshake_that_failed_is_missing() -> None:
    failed = tls(
        failure="connection_reset", tls_version="", cipher_suite="", negotiated_protocol="", peer_certificates=None
    )
    (found,) = handshakes(with_keys(given={"tls_handshakes": [failed | {"no_tls_verify": None}]}))
    assert found.failure == "connection_reset"
    assert (found.version, found.cipher_suite, found.alpn, found.certificate_chain, found.is_verified) == (None,) * 5


def test_steps_after_a_redirect_have_its_depth() -> None:
    found = measured(test_keys=keys(queries=[query(tags=["depth=1"])], tcp_connect=[tcp(tags=["depth=2"])]))
    assert (lookups(found)[0].hop, connects(found)[0].hop) == (1, 2)


def test_without_tags_host_and_address_tell_the_depth() -> None:
    answers = [{"answer_type": "A", "ipv4": "192.0.2.9"}]
    given = {
        "queries": [
            query(tags=None),
            query(tags=None, hostname="next.example", answers=answers),
            query(tags=None, hostname="x.example", answers=None),
        ],
        "tcp_connect": [tcp(tags=None), tcp(tags=None, ip="192.0.2.9"), tcp(tags=None, ip="192.0.2.77")],
        "tls_handshakes": [
            tls(tags=None),
            tls(tags=None, server_name="", address="192.0.2.9:443"),
            tls(tags=None, server_name="next.example"),
        ],
        "requests": [
            {"request": {"url": "https://next.example/"}, "response": {"code": 200}},
            {
                "request": {"url": "https://site.example/"},
                "response": {"code": 302, "headers": {"Location": "https://next.example/"}},
            },
        ],
    }
    found = measured(test_keys=given)
    assert [step.hop for step in lookups(found)] == [0, 1, None]
    assert [step.hop for step in connects(found)] == [0, 1, None]
    assert [step.hop for step in handshakes(found)] == [0, 1, 1]
