"""One record -> one measurement, whatever is odd about it (R3)."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import (
    ORIGIN,
    b64,
    connects,
    control,
    encoded,
    event,
    handshakes,
    json_values,
    keys,
    lookups,
    measured,
    query,
    record,
    request,
    tcp,
    tls,
    trips,
    without,
)
from trigpoint.archive.ooni.decode import decode_json
from trigpoint.archive.ooni.measurement import ARCHIVE_KEYS, canonical_id, measurement_of
from trigpoint.errors import RecordError
from trigpoint.model.measurement import Measurement


def test_a_measurement_of_the_lab_names_its_world() -> None:
    assert measured(annotations={"lab_world": "gfw-2024:henan"}).lab_world == "gfw-2024:henan"
    assert measured(annotations={"lab_world": ""}).lab_world is None
    assert measured(annotations={"lab_world": ["iran"]}).lab_world is None


def test_a_measurement_is_whole() -> None:
    found = measured()
    assert found.id == canonical_id(record())
    assert (found.uid, found.report_id, found.nettest, found.nettest_version) == (
        None,
        "r1",
        "web_connectivity",
        "0.5.28",
    )
    assert (found.software, found.platform, found.network_type) == ("ooniprobe 3.22.0", "linux", "wifi")
    assert found.lab_world is None
    assert (found.probe_cc, found.probe_asn, found.probe_network, found.resolver_asn) == (
        "XL",
        64496,
        "Network L",
        64497,
    )
    assert (found.started_at, found.runtime_seconds) == (1714979289.0, 1.5)
    assert (found.input, found.target) == ("https://site.example/", "site.example")
    assert (found.source, found.path, found.member, found.line) == (ORIGIN.source, ORIGIN.path, None, 1)
    assert [step.step for step in found.steps] == list(range(len(found.steps)))


# one id wherever a record was found


def test_what_an_archive_adds_changes_no_id() -> None:
    added = record(**dict.fromkeys(sorted(ARCHIVE_KEYS), "added"))
    assert measured(added).id == measured().id
    assert measured(added).uid == "added"


def test_order_and_blanks_change_no_id() -> None:
    text = json.dumps(dict(reversed(record().items())), indent=3).encode()
    assert measurement_of(text, ORIGIN).id == measured().id


@pytest.mark.parametrize("name", sorted(set(record()) - ARCHIVE_KEYS))
def test_anything_else_changes_the_id(name: str) -> None:
    assert measured(without(record(), name)).id != measured().id


def test_an_id_is_the_hash_of_messagepack_with_sorted_keys() -> None:
    canonical = b"\x82\xa1a\x92\x01\xcb" + struct.pack(">d", 100.0) + b"\xa1b\xa1x"
    value = decode_json(b'{"b": "x", "measurement_uid": "u", "a": [1, 1e2]}')
    assert canonical_id(value) == hashlib.sha256(canonical).hexdigest()


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**30])
def test_a_number_beyond_64_bits_has_an_id_too(number: int) -> None:
    found = canonical_id({"b": number, "a": 1.0})
    assert found == canonical_id({"a": 1.0, "b": number, "id": "added"})
    assert found not in {canonical_id({"a": 1.0, "b": number + 1}), canonical_id({"a": 1.0, "b": 2**63})}


def test_a_record_that_cannot_be_written_again_is_rejected() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(RecordError, match="canonical"):
        canonical_id({"a": deep})


# each must give a measurement, not a loss


def test_a_control_address_that_only_its_tls_result_names() -> None:
    only = measured(test_keys=keys(control=control(dns={"addrs": ["198.51.100.7"]})))
    assert "2001:db8::7" in {step.address for step in handshakes(only, "control")}


def test_network_events_without_the_handshakes_transaction_id() -> None:
    events = [without(event("read", 0.4, num_bytes=77), "transaction_id")]
    assert handshakes(measured(test_keys=keys(network_events=events)))[0].read_bytes == 77


@pytest.mark.parametrize(
    ("asn", "number"), [(None, None), ("64496", 64496), (64496, 64496), ("AS64496", 64496), ("AS0", None)]
)
def test_an_as_number_however_it_is_written(asn: object, number: int | None) -> None:
    found = measured(probe_asn=asn, resolver_asn=asn)
    assert (found.probe_asn, found.resolver_asn) == (number, number)


@pytest.mark.parametrize("time", ["2024-05-06T07:08:09Z", "2024-05-06 07:08:09.000001", "2024-05-06T07:08:09"])
def test_a_start_in_any_iso_form(time: str) -> None:
    assert measured(measurement_start_time=time).started_at == pytest.approx(1714979289.0, abs=1e-4)


def test_a_start_missing_beside_a_legacy_epoch() -> None:
    bare = without(record(), "measurement_start_time")
    assert measured(bare | {"start_time": 1448291668.0}).started_at == 1448291668.0
    assert measured(bare | {"test_keys": {"start_time": 1448291669}}).started_at == 1448291669.0
    assert measured(bare).started_at == 1714979280.0
    assert measured(without(bare, "test_start_time")).started_at is None


@pytest.mark.parametrize("runtime", [None, -1.0, "x", [], "nan"])
def test_a_runtime_that_is_none(runtime: object) -> None:
    assert measured(test_runtime=runtime).runtime_seconds is None


@pytest.mark.parametrize(
    ("value", "text", "target"),
    [
        (None, None, None),
        (["a.example", "b.example"], "a.example b.example", None),
        (["https://a.example/"], "https://a.example/", "a.example"),
        ([], None, None),
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:DB8::1", "2001:db8::1"),
        ("WWW.Example.org.", "WWW.Example.org.", "www.example.org"),
        ("https://Bücher.example/", "https://Bücher.example/", "xn--bcher-kva.example"),
        (5, None, None),
    ],
)
def test_an_input_absent_or_a_list_or_a_bare_address(value: object, text: str | None, target: str | None) -> None:
    found = measured(input=value)
    assert (found.input, found.target) == (text, target)


def test_an_input_that_is_not_there() -> None:
    assert measured(without(record(), "input")).input is None


@pytest.mark.parametrize("name", ["requests", "queries", "tcp_connect", "tls_handshakes", "network_events"])
@pytest.mark.parametrize("value", [None, {}, "x", 5, [None], [5], [[]]])
def test_a_list_that_is_null_or_something_else(name: str, value: object) -> None:
    found = measured(test_keys=keys(**{name: value}))
    assert not [step for step in found.steps if step.pointer.startswith(f"/test_keys/{name}/")]
    assert len(found.steps) >= len(measured().steps) - 1


def test_a_body_as_base64() -> None:
    (found,) = trips(measured(test_keys=keys(requests=[request(body=b64(b"<title>x</title>"))])))
    assert (found.title, found.body_bytes) == ("x", 16)


def test_certificates_as_objects_or_plain_text() -> None:
    plain = tls(peer_certificates=[b64(b"leaf")["data"], b64(b"issuer")["data"]])
    first, second = measured(), measured(test_keys=keys(tls_handshakes=[plain]))
    assert handshakes(first)[0].certificate_chain == handshakes(second)[0].certificate_chain is not None
    assert first.certificates == second.certificates


def test_a_failure_that_is_false() -> None:
    found = measured(
        test_keys=keys(
            queries=[query(failure=False)],
            tcp_connect=[tcp(status={"failure": False, "success": True})],
            tls_handshakes=[tls(failure=False)],
        )
    )
    assert [step.failure for step in found.steps[:3]] == [None] * 3


def test_a_float_where_an_integer_is_expected() -> None:
    found = measured(test_keys=keys(tcp_connect=[tcp(port=443.0, transaction_id=2.0), tcp(transaction_id=2.5)]))
    assert [step.transaction for step in connects(found)] == [2, None]
    assert trips(measured(test_keys=keys(requests=[request(code=200.0)])))[0].status == 200


def test_an_integer_beyond_any_column() -> None:
    found = measured(
        test_keys=keys(queries=[query(transaction_id=2**70, answers=[{"ipv4": "192.0.2.1", "ttl": 10**30}])])
    )
    assert (lookups(found)[0].transaction, lookups(found)[0].answers[0].ttl_seconds) == (None, None)


def test_an_as_number_beside_no_address() -> None:
    answers = [{"asn": 64500, "ipv4": "none"}, {"asn": 0, "ipv4": "192.0.2.1"}, {"asn": 64501, "ipv4": "192.0.2.2"}]
    found = measured(test_keys={"queries": [query(answers=answers)]})
    assert [answer.annotated_asn for answer in lookups(found)[0].answers] == [None, 64501]
    assert lookups(found)[0].answers[1].annotated_as_name is None


def test_unicode_host_names() -> None:
    found = measured(
        input="http://ПРИМЕР.example/", test_keys={"queries": [query(hostname="пример.example", tags=None)]}
    )
    assert (found.target, lookups(found)[0].hostname, lookups(found)[0].hop) == (
        "xn--e1afmkfd.example",
        "xn--e1afmkfd.example",
        0,
    )


@pytest.mark.parametrize("annotations", [None, [], "x", {"platform": 5}, {}])
def test_annotations_of_any_kind(annotations: object) -> None:
    assert measured(annotations=annotations).platform is None


@pytest.mark.parametrize(
    ("names", "software"), [((None, None), None), (("a", None), "a"), ((None, "1"), "1"), (("", ""), None)]
)
def test_software_as_far_as_it_is_named(names: tuple[object, object], software: str | None) -> None:
    assert measured(software_name=names[0], software_version=names[1]).software == software


@pytest.mark.parametrize("value", [None, [], 5, "x", {"control": 5}])
def test_test_keys_of_any_kind(value: object) -> None:
    assert measured(test_keys=value).steps == ()


def test_a_probes_address_is_carried_nowhere() -> None:
    found = measured(probe_ip="203.0.113.99", test_keys=keys(client_resolver="203.0.113.99"))
    assert "203.0.113.99" not in repr(found)


@pytest.mark.parametrize("damage", [b"\xff", b"\\ud800", b"\\u0000"])
def test_characters_that_are_none_do_not_lose_the_record(damage: bytes) -> None:
    line = encoded(record()).replace(b"<title>Site", b"<title>Si" + damage)
    found = measurement_of(line, ORIGIN)
    assert (found.nettest, len(found.steps)) == ("web_connectivity", len(measured().steps))


# laws


def resolved(root: object, pointer: str) -> object:
    """Resolve a JSON pointer (RFC 6901, section 4)."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        root = root[int(key)] if isinstance(root, list) else root[key]  # type: ignore[index] # fails the test where it is neither
    return root


ODD = {
    "[2001:db8::1]:443": {"status": True},
    "a/b~c:80": {"status": True, "server_name": "x"},
    "~1": {"status": False},
}
MANY: list[dict[str, Any]] = [
    record(),
    record(test_keys=keys(control=control(tcp_connect=ODD, tls_handshake=ODD, quic_handshake=ODD))),
    record(test_keys=keys(x_doh={"queries": [query()]}, x_dns_late_replies=[query()])),
    record(test_name="tor", test_keys={"targets": {"a/b~": {"tcp_connect": [tcp()], "summary": {"handshake": {}}}}}),
    record(test_name="tor", test_keys={"targets": [{"requests": [request()]}]}),
    record(
        test_name="sni_blocking", test_keys={"target": {"tls_handshakes": [tls()]}, "control": {"queries": [query()]}}
    ),
    record(test_name="tlsping", test_keys={"pings": [None, {"tls_handshake": tls(), "tcp_connect": tcp()}]}),
    record(test_name="dnsping", test_keys={"pings": [{"query": query(), "delayed_responses": [query()]}]}),
    record(test_name="quicping", test_keys={"pings": [{"responses": [{"response_data": b64(b"1")}]}]}),
    record(
        test_name="tlsmiddlebox",
        test_keys={"iterative_trace": [{"target_trace": {"iterations": [{"ttl": 1, "handshake": tls()}]}}]},
    ),
    record(test_name="openvpn", test_keys={"tcp_connect": tcp(), "openvpn_handshake": [{"endpoint": "192.0.2.1:1"}]}),
    record(
        test_name="stunreachability",
        test_keys={"endpoint": "a:1", "failure": None, "network_events": [event("read", 1)]},
    ),
    record(test_name="http_invalid_request_line", test_keys={"sent": ["a", b64(b"b")], "received": ["a"]}),
    record(test_name="http_header_field_manipulation", test_keys={"requests": [request()]}),
    record(test_name="echcheck", test_keys={"control": tls(), "target": tls()}),
    record(test_name="dns_consistency", test_keys={"control_resolver": "8.8.8.8:53", "queries": [query()]}),
]


@pytest.mark.parametrize("given_record", MANY, ids=lambda item: str(item["test_name"]))
def test_every_step_points_to_what_it_was_read_from(given_record: dict[str, Any]) -> None:
    found = measured(given_record)
    assert found.steps
    for step in found.steps:
        assert resolved(given_record, step.pointer) is not None


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def replaced(root: Any, place: tuple[str | int, ...], value: object) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(root)
    parent = changed
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return changed


@given(st.data())
def test_any_value_at_any_place_gives_a_measurement_or_a_named_error(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(MANY), label="record")
    place = data.draw(st.sampled_from(places(original)), label="place")
    value = data.draw(json_values | st.just(10**40) | st.just("\x00"), label="value")
    changed = replaced(original, place, value)
    try:
        found = measurement_of(encoded(changed), ORIGIN)
    except RecordError:
        assert not isinstance(changed, dict) or not isinstance(changed.get("test_name"), str) or "content" in changed
        return
    for step in found.steps:
        resolved(changed, step.pointer)


@given(st.integers(min_value=0), st.binary(max_size=8))
def test_a_record_cut_anywhere_with_noise_gives_a_measurement_or_a_named_error(cut: int, noise: bytes) -> None:
    line = encoded(record())
    at = cut % len(line)
    with contextlib.suppress(RecordError):
        assert isinstance(measurement_of(line[:at] + noise + line[at:], ORIGIN), Measurement)
