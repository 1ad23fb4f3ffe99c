"""Satellite records of each version: questions, answers, and what the answers share with the control's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.censored_planet.records import (
    GENUINE,
    NAME,
    OTHER,
    RESOLVER,
    SCAN,
    answer_v1,
    answer_v20,
    answer_v22,
    asked,
    control_v2,
    found,
    lookup,
    text,
)
from tests.archive.shapes import ORIGIN, json_values, lookups
from trigpoint.archive.censored_planet.satellite import measurement_of
from trigpoint.archive.format import Origin
from trigpoint.errors import RecordError
from trigpoint.model.failure import Kind, kind
from trigpoint.model.measurement import Measurement


def shared(measurement: Measurement) -> list[tuple[str | None, str | None]]:
    return [(answer.address, answer.shared) for step in lookups(measurement) for answer in step.answers]


def failures(measurement: Measurement) -> list[str | None]:
    return [step.failure for step in lookups(measurement)]


def test_the_resolver_stands_for_a_probe() -> None:
    measurement = asked(answer_v22(lookup({GENUINE: found("ip")})))
    assert (measurement.vantage_address, measurement.probe_cc) == (RESOLVER, "KE")
    assert (measurement.nettest, measurement.nettest_version, measurement.target) == ("satellite", "2", NAME)
    assert measurement.report_id == RESOLVER
    assert measurement.started_at == 1634755901.206101
    (step,) = measurement.steps
    assert step.pointer == "/response/0"
    (step,) = lookups(measurement)
    assert (step.resolver_address, step.engine, step.query_type) == (f"{RESOLVER}:53", "udp", "A")


# --- Version 1 -------------------------------------------------------------------------------------------------------


def test_version_1_tags_each_address() -> None:
    measurement = asked(
        answer_v1(
            {GENUINE: ["ip", "http", "cert"], OTHER: ["asnum", "asname"], "192.0.2.3": [], "192.0.2.4": ["no_tags"]}
        )
    )
    assert shared(measurement) == [
        (GENUINE, "address certificate page"),
        (OTHER, "network"),
        ("192.0.2.3", ""),
        ("192.0.2.4", None),
    ]
    assert measurement.has_control is True
    assert measurement.nettest_version == "1"


def test_version_1_without_a_control_has_addresses_alone() -> None:
    measurement = asked(answer_v1([GENUINE, OTHER, "not an address", 7]))
    assert shared(measurement) == [(GENUINE, None), (OTHER, None)]
    assert measurement.has_control is False


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("no_answer", Kind.DNS_OTHER),
        ({"Err": {}, "Op": "read", "Text": "i/o timeout"}, Kind.OTHER),
        ({"Text": "read udp 192.0.2.1:9->198.51.100.53:53: i/o timeout"}, Kind.TIMEOUT),
        ({}, Kind.OTHER),
        (7, Kind.OTHER),
    ],
)
def test_version_1_hides_the_code_of_an_error(error: object, meaning: Kind) -> None:
    measurement = asked({"ip": RESOLVER, "query": NAME, "error": error})
    assert [kind(failure) for failure in failures(measurement)] == [meaning]
    assert measurement.has_control is False


def test_version_1_has_the_time_of_its_scan() -> None:
    origin = Origin(source="0" * 64, path="scan.tar.gz", member=f"{SCAN}/interference.json")
    measurement = asked(answer_v1({}), origin)
    assert measurement.started_at == 1619352001.0
    assert measurement.report_id == f"{SCAN} {RESOLVER}"
    assert asked(answer_v1({})).started_at is None
    assert asked(answer_v1({}), Origin(source="", path="CP_Satellite-2018-08-03/x.json")).started_at == 1533254400.0


# --- Version 2.0 -----------------------------------------------------------------------------------------------------


def test_version_2_0_lists_codes_of_tries_and_the_last_has_the_addresses() -> None:
    timeout = f"read udp 192.0.2.1:9->{RESOLVER}:53: i/o timeout"
    measurement = asked(answer_v20({OTHER: [], GENUINE: ["cert"], "rcode": ["2", "-1", "0"], "error": [timeout]}))
    assert failures(measurement) == ["dns_servfail_error", "generic_timeout_error", None]
    assert [step.rcode for step in lookups(measurement)] == [2, None, 0]
    assert [step.pointer for step in measurement.steps] == ["/response/rcode/0", "/response/rcode/1", "/response"]
    assert shared(measurement) == [(OTHER, ""), (GENUINE, "certificate")]


def test_errors_whose_codes_were_not_recorded_are_tries_as_well() -> None:
    measurement = asked(answer_v20({"rcode": ["3"], "error": ["read: connection refused"]}))
    assert failures(measurement) == ["dns_nxdomain_error", "connection_refused"]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"rcode": ["0"]}, ["dns_no_answer"]),
        ({"rcode": ["5"]}, ["dns_refused_error"]),
        ({"rcode": ["9"]}, ["unknown_failure: rcode 9"]),
        ({"rcode": ["-1"]}, ["unknown_failure"]),
        ({GENUINE: []}, [None]),  # seen on 2021-05-16: addresses without a code
        ({}, []),
    ],
)
def test_codes_of_version_2_0(response: dict[str, Any], expected: list[str | None]) -> None:
    assert failures(asked(answer_v20(response))) == expected


@pytest.mark.parametrize("in_group", [True, False])
def test_whether_control_resolvers_knew_the_name_is_recorded(in_group: bool) -> None:
    assert asked(answer_v20({}, in_control_group=in_group)).has_control is in_group


# --- Version 2.2 -----------------------------------------------------------------------------------------------------


def test_version_2_2_says_what_it_found_at_each_address() -> None:
    unknown = {"http": "", "cert": "", "asnum": 0, "asname": "", "matched": None}
    answers = {GENUINE: found("asnum", "asname"), OTHER: found(asn=32934), "192.0.2.3": unknown, "192.0.2.4": "odd"}
    measurement = asked(answer_v22(lookup(answers)))
    assert shared(measurement) == [(GENUINE, "network"), (OTHER, ""), ("192.0.2.3", None), ("192.0.2.4", None)]
    answer = lookups(measurement)[0].answers[1]
    assert (answer.annotated_asn, answer.annotated_as_name) == (32934, "NET")


def test_questions_for_innocent_names_are_an_arm_of_their_own() -> None:
    refused = lookup(rcode=5, url="root.example")
    measurement = asked(answer_v22(refused, lookup(rcode=5), refused, passed_liveness=False))
    assert [step.tags for step in measurement.steps] == ["arm=innocent", None, "arm=innocent"]
    assert measurement.control_failure == "dns_refused_error"


def test_one_answered_innocent_name_shows_that_the_resolver_is_alive() -> None:
    fine = lookup({GENUINE: found()}, url="root.example")
    assert asked(answer_v22(lookup(rcode=3, url="root.example"), lookup(rcode=3), fine)).control_failure is None
    assert asked(answer_v22(fine, passed_liveness=False)).control_failure == "unknown_failure"


@pytest.mark.parametrize(
    ("rcode", "error", "expected"),
    [
        (-1, f"read udp 192.0.2.1:61676->{RESOLVER}:53: read: connection refused", "connection_refused"),
        (-1, "null", "unknown_failure"),
        (-1, None, "unknown_failure"),
        (2, "null", "dns_servfail_error"),
        (0, "null", "dns_no_answer"),
        ("3", "null", "dns_nxdomain_error"),
        (True, "null", "unknown_failure"),
        (99999, "null", "unknown_failure"),
    ],
)
def test_a_try_without_an_address_says_why(rcode: Any, error: Any, expected: str) -> None:
    assert failures(asked(answer_v22(lookup(rcode=rcode, error=error)))) == [expected]


def test_times_of_tries_are_since_the_first() -> None:
    tried = lookup({GENUINE: found()}) | {"start_time": "2021-03-15 20:02:06.5 -0400 EDT", "end_time": "odd"}
    later = lookup({GENUINE: found()}) | {"start_time": "2021-03-15 20:02:08.0 -0400 EDT"}
    measurement = asked(answer_v22(tried, later, start_time=None))
    assert [(step.started, step.ended) for step in measurement.steps] == [(0.0, None), (1.5, None)]


# --- What stands beside it -------------------------------------------------------------------------------------------


def beside(**about: object) -> dict[str, Any]:
    return answer_v22(lookup({OTHER: found()}), in_control_group=None) | {"beside": about}


def test_control_resolvers_are_the_control() -> None:
    measurement = asked(
        beside(control=[control_v2(GENUINE), {"vp": "odd"}, 7], networks={GENUINE: {"asnum": 64501, "asname": "N"}})
    )
    (step,) = lookups(measurement, "control")
    assert (step.hostname, step.resolver_address, step.pointer) == (
        NAME,
        "192.0.2.8:53",
        "/beside/control/0/response/1",
    )
    assert [(answer.address, answer.annotated_asn) for answer in step.answers] == [(GENUINE, 64501)]
    assert measurement.has_control is True


def test_a_control_without_an_address_is_no_answer() -> None:
    measurement = asked(beside(control=[control_v2()]))
    assert [step.failure for step in lookups(measurement, "control")] == ["dns_no_answer"]
    assert measurement.has_control is False


def test_the_id_is_that_of_the_record_alone() -> None:
    record = beside(location={"country_code": "TZ"})
    bare = {key: value for key, value in record.items() if key != "beside"}
    assert asked(record).id == asked(bare).id


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"location": {"country_code": "TZ"}}, "TZ"),
        ({"country": "Tanzania"}, "TZ"),
        ({"country": "Nowhere", "location": 7}, None),
        ({"location": {"country_code": "ZZ"}}, None),
    ],
)
def test_the_list_of_resolvers_says_where_one_is(about: dict[str, Any], code: str | None) -> None:
    record = beside(**about)
    del record["location"]
    assert asked(record).probe_cc == code
    assert asked(beside(**about)).probe_cc == "KE"


# --- Hostile records -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [b"[1]", b"{", text({"vp": RESOLVER}), text({"vp": "x", "test_url": NAME})])
def test_what_is_no_question_says_so(record: bytes) -> None:
    with pytest.raises(RecordError):
        measurement_of(record, ORIGIN)


_BASES = (
    answer_v1({GENUINE: ["ip"]}),
    answer_v20({GENUINE: [], "rcode": ["0"]}),
    answer_v22(lookup({GENUINE: found()})),
)
_KEYS = st.sampled_from(sorted({key for base in _BASES for key in base} | {"error", "beside", "ip"}))


@given(st.sampled_from(_BASES), st.dictionaries(_KEYS, json_values))
def test_any_values_are_a_measurement_or_one_named_error(base: dict[str, Any], changes: dict[str, Any]) -> None:
    try:
        found = measurement_of(text(base | changes), ORIGIN)
    except RecordError:
        return
    assert isinstance(found, Measurement)


@given(json_values, json_values, json_values, json_values)
def test_anything_beside_a_record_is_read(control: object, networks: object, pages: object, answers: object) -> None:
    about = {"control": control, "networks": networks, "pages": pages}
    assert isinstance(asked(answer_v22(lookup({OTHER: answers})) | {"beside": about}), Measurement)  # type: ignore[dict-item]


@given(json_values)
def test_any_response_is_read(response: object) -> None:
    assert isinstance(asked(answer_v20({}) | {"response": response}), Measurement)
