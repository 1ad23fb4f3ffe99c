"""What is written of a diary is what a reader finds, act by act."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import ORIGIN
from tests.probe.diaries import diaries, diary_of, steps_of
from trigpoint.archive import read
from trigpoint.archive.ooni.measurement import measurement_of
from trigpoint.errors import RecordError
from trigpoint.model.facts import AddressFacts
from trigpoint.model.measurement import Measurement
from trigpoint.model.step import DnsLookup
from trigpoint.net.dial.acts import Answer, Connect, Lookup, NetworkEvent, Request, Response, RoundTrip
from trigpoint.probe.location import Location
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.record import Envelope, annotations_of, line_of

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.net.dial.diary import Diary

WEB = Envelope(
    nettest="web_connectivity",
    version="0.5.0",
    input="http://www.site.example/",
    started_at=1_700_000_000.9,
    runtime_seconds=2.5,
)
ALONE = Envelope(nettest="trigpoint_steps", version="1", started_at=1_700_000_000.0, runtime_seconds=0.0)


def reading(diary: Diary, envelope: Envelope, **keys: Any) -> Measurement:
    return measurement_of(line_of(diary, envelope, keys), ORIGIN)


def written(diary: Diary, envelope: Envelope, **keys: Any) -> dict[str, Any]:
    return json.loads(line_of(diary, envelope, keys))


@given(diaries(is_tagged=True))
def test_the_steps_of_web_connectivity_are_those_that_were_made(diary: Diary) -> None:
    assert list(reading(diary, WEB).steps) == steps_of(diary, is_newest_first=True)


@given(diaries(is_tagged=False))
def test_the_steps_of_another_nettest_are_those_that_were_made(diary: Diary) -> None:
    assert list(reading(diary, ALONE).steps) == steps_of(diary, is_newest_first=False)


@given(diaries(is_tagged=True))
def test_bodies_and_certificates_are_kept_byte_for_byte(diary: Diary) -> None:
    found = reading(diary, WEB)
    bodies = {trip.response.body for trip in diary.round_trips if trip.response is not None}
    certificates = {der for handshake in diary.handshakes for der in handshake.peer_certificates}
    assert {body.content for body in found.bodies} == bodies
    assert {certificate.der for certificate in found.certificates} == certificates


@given(st.lists(diaries(is_tagged=True), min_size=1, max_size=3))
def test_a_file_of_lines_is_read_without_a_reject(
    tmp_path_factory: pytest.TempPathFactory, given_: list[Diary]
) -> None:
    path: Path = tmp_path_factory.mktemp("lines") / "m.jsonl"
    path.write_bytes(b"".join(line_of(diary, WEB, {}) for diary in given_))
    assert [type(found) for found in read(path)] == [Measurement] * len(given_)


def test_the_envelope_says_who_measured_what_when_and_where() -> None:
    located = msgspec.structs.replace(
        WEB, location=Location(64496, "XL", "Net"), resolver=Location(64497), options=("--category", "NEWS")
    )
    found = reading(diary_of(), located)
    assert (found.nettest, found.nettest_version, found.input) == ("web_connectivity", "0.5.0", WEB.input)
    assert (found.probe_asn, found.probe_cc, found.probe_network, found.resolver_asn) == (64496, "XL", "Net", 64497)
    assert (found.started_at, found.runtime_seconds) == (1_700_000_000.0, 2.5)
    assert found.software is not None
    assert found.software.startswith("trigpoint ")


def test_nothing_is_claimed_of_an_unknown_place() -> None:
    record = written(diary_of(), WEB)
    assert (record["probe_asn"], record["probe_cc"], record["probe_ip"]) == ("AS0", "ZZ", "127.0.0.1")
    found = reading(diary_of(), WEB)
    assert (found.probe_asn, found.probe_cc, found.probe_network, found.report_id) == (None, None, None, None)


def test_a_record_names_its_run() -> None:
    number = "0123456789abcdef" * 2
    assert reading(diary_of(), msgspec.structs.replace(WEB, run_id=number)).report_id == number


def test_the_reader_knows_every_key_of_the_envelope() -> None:
    wanted = {"annotations", "data_format_version", "extensions", "input", "input_hashes", "measurement_start_time"}
    wanted |= {"options", "probe_asn", "probe_cc", "probe_ip", "probe_network_name", "report_id", "resolver_asn"}
    wanted |= {"resolver_ip", "resolver_network_name", "software_name", "software_version", "test_helpers"}
    wanted |= {"test_keys", "test_name", "test_runtime", "test_start_time", "test_version"}
    assert written(diary_of(), WEB).keys() == wanted


def test_what_a_nettest_adds_stands_beside_the_steps() -> None:
    record = written(diary_of(), WEB, control_failure="eof_error", x_mine=[1, None])
    assert (record["test_keys"]["control_failure"], record["test_keys"]["x_mine"]) == ("eof_error", [1, None])
    assert record["test_keys"]["queries"] == []


def test_a_nettest_with_parts_of_its_own_has_no_shared_lists() -> None:
    envelope = msgspec.structs.replace(ALONE, has_own_steps=True)
    assert written(diary_of(), envelope, target={"queries": []})["test_keys"] == {"target": {"queries": []}}


def test_annotations_of_a_person_never_replace_ours() -> None:
    found = annotations_of("2026-01-01-abc", {"platform": "mine", "consent": "forged", "note": "n"}, world="open")
    assert (found["consent"], found["lab_world"], found["note"]) == ("2026-01-01-abc", "open", "n")
    assert found["platform"] != "mine"
    assert "lab_world" not in annotations_of("x")
    assert "consent" not in annotations_of("", world="open")


def test_the_platform_is_read_back() -> None:
    envelope = msgspec.structs.replace(WEB, annotations=annotations_of("x"))
    assert reading(diary_of(), envelope).platform == annotations_of("x")["platform"]


def act(**fields: Any) -> dict[str, Any]:
    return {"t0": 0.0, "t": 1.0, "transaction_id": 1} | fields


def lookup(**fields: Any) -> Lookup:
    given_ = {"engine": "udp", "hostname": "a.example", "query_type": "A", "resolver_address": "192.168.1.1:53"}
    return Lookup(**act(**(given_ | fields)))


def test_a_resolver_at_home_is_only_called_private_wherever_it_stands() -> None:
    event = NetworkEvent(**act(operation="write_to", address="192.168.1.1:53", proto="udp", num_bytes=30))
    diary = diary_of([lookup(), Connect(**act(ip="192.168.1.1", port=853))], [event])
    record = line_of(diary, WEB, {})
    assert b"192.168" not in record
    assert json.loads(record)["test_keys"]["network_events"][0]["address"] == "private"


def test_a_private_address_that_was_answered_is_evidence_and_stays() -> None:
    diary = diary_of([Connect(**act(ip="10.10.34.35", port=443))])
    assert written(diary, WEB)["test_keys"]["tcp_connect"][0]["ip"] == "10.10.34.35"


def test_in_the_lab_a_private_resolver_is_nobodys() -> None:
    envelope = msgspec.structs.replace(WEB, annotations=annotations_of("", world="open"))
    assert written(diary_of([lookup()]), envelope)["test_keys"]["queries"][0]["resolver_address"] == "192.168.1.1:53"


def test_answers_are_annotated_by_a_local_database_or_not_at_all() -> None:
    answered = (Answer("A", "93.184.216.34", 60), Answer("A", "192.0.2.1"), Answer("CNAME", "b.example"))
    diary = diary_of([lookup(answers=answered)])

    def networks(address: str) -> AddressFacts:
        return AddressFacts(asn=64500, as_name="Site") if address == "93.184.216.34" else AddressFacts()

    for database, asns in ((networks, [64500, None, None]), (None, [None, None, None])):
        (step,) = measurement_of(line_of(diary, WEB, {}, networks=database), ORIGIN).steps
        assert [answer.annotated_asn for answer in step.answers] == asns


def test_a_late_reply_is_told_from_the_first() -> None:
    diary = diary_of([lookup(), lookup(is_late=True)])
    for envelope in (WEB, ALONE):
        steps = reading(diary, envelope).steps
        assert [(type(step), step.tags) for step in steps] == [(DnsLookup, None), (DnsLookup, "arm=late")]


def trip(body: bytes, url: str = "http://www.site.example/") -> RoundTrip:
    request = Request(url=url, headers=(("Host", "www.site.example"),))
    fields = act(network="tcp", address="93.184.216.34:80", alpn="", request=request)
    return RoundTrip(**fields, response=Response(code=200, body=body))


def test_headers_keep_repeats_in_the_list_and_the_first_in_the_map() -> None:
    headers = (("Via", "a"), ("X", "caf\xe9"), ("Via", "b"))
    answered = msgspec.structs.replace(trip(b""), response=Response(code=200, headers=headers))
    response = written(diary_of([answered]), WEB)["test_keys"]["requests"][0]["response"]
    odd = {"data": "Y2Fm6Q==", "format": "base64"}
    assert response["headers_list"] == [["Via", "a"], ["X", odd], ["Via", "b"]]
    assert response["headers"] == {"Via": "a", "X": odd}


def test_a_header_that_is_sent_in_other_letters_is_utf8() -> None:
    asked = msgspec.structs.replace(trip(b"").request, headers=(("X", "日本"),))
    answered = msgspec.structs.replace(trip(b""), request=asked)
    assert written(diary_of([answered]), WEB)["test_keys"]["requests"][0]["request"]["headers"] == {"X": "日本"}


@pytest.mark.parametrize(
    "body", [b"," * 2_000_000, b"\xff" * 30_000_000, b"\x01" * 3_000_000], ids=["commas", "bytes", "escapes"]
)
def test_a_page_that_would_make_a_record_unreadable_is_cut(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "m.jsonl"
    path.write_bytes(line_of(diary_of([trip(b"small"), trip(body)]), WEB, {}))
    (found,) = read(path)
    assert isinstance(found, Measurement)
    cut, whole = found.steps
    assert (cut.body_is_truncated, whole.body_is_truncated, whole.body_bytes) == (True, False, 5)
    assert 0 < cut.body_bytes < len(body)


def test_pages_of_parts_are_cut_as_well(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    parts = [{"arm": f"control.{number}", STEPS: diary_of([trip(b"\xff" * 1_000_000)])} for number in range(16)]
    envelope = msgspec.structs.replace(ALONE, nettest="host_blocking")
    path.write_bytes(line_of(diary_of(), envelope, {"x_parts": parts}))
    (found,) = read(path)
    assert isinstance(found, Measurement)
    assert any(step.body_is_truncated for step in found.steps)


def test_a_record_too_large_without_any_body_is_an_error() -> None:
    with pytest.raises(RecordError, match="too large"):
        line_of(diary_of(), WEB, {"x": list(range(700_000))})


def test_half_a_surrogate_pair_does_not_lose_the_record() -> None:
    envelope = msgspec.structs.replace(WEB, annotations={"note": "a\udcffb"})
    assert written(diary_of(), envelope)["annotations"] == {"note": "a?b"}
