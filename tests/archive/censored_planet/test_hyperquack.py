"""Hyperquack records: what was tried, in which arm, and how it ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.censored_planet.records import (
    INNOCENT,
    NAME,
    NO_PORT,
    REFUSAL,
    RESET,
    SERVER,
    TIMEOUT,
    UNREACHED,
    old_trial,
    page,
    quack,
    sent,
    text,
    trial,
)
from tests.archive.shapes import ORIGIN, connects, handshakes, json_values, trips
from trigpoint.archive.censored_planet.hyperquack import measurement_of
from trigpoint.archive.format import Origin
from trigpoint.errors import RecordError
from trigpoint.model.measurement import Measurement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.model.step import Step


def arms(steps: Iterable[Step]) -> list[str]:
    return [(step.tags or "").replace("arm=", "") for step in steps]


def test_the_vantage_point_stands_for_a_probe() -> None:
    measurement = quack(trial({}, service="echo"))
    assert measurement.vantage_address == SERVER
    assert (measurement.probe_cc, measurement.probe_asn) == ("KE", None)
    assert (measurement.nettest, measurement.nettest_version) == ("hyperquack_echo", "2")
    assert (measurement.input, measurement.target) == (NAME, NAME)
    assert measurement.report_id == f"2021-05-31T12:00:00 {SERVER}"
    assert measurement.started_at == 1622476800.910941
    assert measurement.runtime_seconds == pytest.approx(1.034, abs=1e-3)


def test_the_published_name_of_a_scan_names_the_run_and_the_protocol() -> None:
    path = "x/CP_Quack-discard-2020-08-23-06-01-02/results.json"
    measurement = quack(old_trial({"Sent": sent(NAME)}), Origin(source="0" * 64, path="a.tar.gz", member=path))
    assert measurement.report_id == f"CP_Quack-discard-2020-08-23-06-01-02 {SERVER}"
    assert measurement.nettest == "hyperquack_discard"


def test_a_try_of_which_nothing_is_kept_got_what_was_expected() -> None:
    measurement = quack(trial({}))
    assert arms(trips(measurement)) == ["innocent as_expected", "keyword as_expected"]
    assert [step.failure for step in measurement.steps] == [None] * 4
    assert [step.port for step in connects(measurement)] == [80, 80]
    assert (measurement.has_control, measurement.control_failure) == (True, None)


def test_steps_of_one_try_share_a_number_and_point_to_it() -> None:
    measurement = quack(trial({}, service="https"))
    assert [(step.transaction, step.pointer) for step in measurement.steps] == [
        (number, f"/response/{number}") for number in (0, 0, 0, 1, 1, 1)
    ]
    assert [step.step for step in measurement.steps] == list(range(6))
    assert trips(measurement)[1].started == 1.0


def test_a_page_is_kept_with_what_it_says() -> None:
    measurement = quack(trial({"response": page(body=REFUSAL, headers={"Location": ["http://b.example/"]})}))
    step = trips(measurement)[1]
    assert (step.status, step.title, step.location, step.tags) == (403, "Notice", "http://b.example/", "arm=keyword")
    assert step.url == f"http://{NAME}/"
    assert measurement.bodies[0].content == REFUSAL.encode()


def test_certificates_are_kept_and_nothing_is_said_to_be_verified() -> None:
    response = page("200 OK", TlsVersion=771, CipherSuite=1, Certificate="AAAA")
    measurement = quack(trial({"response": response, "error": "Bodies do not match"}, service="https"))
    step = handshakes(measurement)[1]
    assert step.certificate_chain == measurement.certificates[0].sha256
    assert (step.server_name, step.version, step.is_verified, step.failure) == (NAME, "TLSv1.2", False, None)
    assert trips(measurement)[1].failure is None


@pytest.mark.parametrize("error", [UNREACHED, NO_PORT])
def test_a_try_that_did_not_connect_is_a_connection_alone(error: str) -> None:
    measurement = quack(trial({"error": error}, service="https"))
    assert [step.failure for step in connects(measurement)] == [
        None,
        "generic_timeout_error" if error is UNREACHED else "address_in_use",
        None,
    ]
    assert arms(handshakes(measurement)) == ["innocent", "innocent"]


@pytest.mark.parametrize(("service", "kind"), [("http", trips), ("https", handshakes)])
def test_a_reset_is_of_the_request_or_over_https_of_the_handshake(service: str, kind: Any) -> None:
    measurement = quack(trial({"error": RESET}, service=service))
    assert [step.failure for step in kind(measurement)] == [None, "connection_reset", None]
    if service == "https":
        assert arms(trips(measurement)) == ["innocent as_expected", "innocent as_expected"]


def test_what_stalls_after_the_handshake_is_of_the_request() -> None:
    late = "Get https://198.51.100.9: net/http: request canceled (Client.Timeout exceeded while awaiting headers)"
    measurement = quack(trial({"error": late}, service="https"))
    assert [step.failure for step in handshakes(measurement)] == [None, None, None]
    assert [step.failure for step in trips(measurement)] == [None, "generic_timeout_error", None]


def test_innocent_names_that_all_fail_are_a_failed_control() -> None:
    failed = {"control_url": INNOCENT, "response": page("200 OK"), "matches_template": False}
    assert quack(trial(response=[failed])).control_failure == "unknown_failure: another answer"
    assert quack(trial(response=[failed | {"response": None, "error": RESET}])).control_failure == "connection_reset"
    assert quack(trial(response=[])).has_control is False


# --- Version 1 -------------------------------------------------------------------------------------------------------


def test_version_1_sends_innocent_names_last() -> None:
    record = old_trial(
        {"Sent": sent(NAME), "Received": "HTTP/1.1 403 No\r\n\r\nno", "Error": "Incorrect echo response"},
        {"Sent": sent("innocent.example")},
        Retries=0,
    )
    measurement = quack(record)
    assert measurement.nettest == "hyperquack_echo"
    assert arms(trips(measurement)) == ["keyword", "innocent as_expected"]
    assert trips(measurement)[1].host == "innocent.example"


def test_what_was_not_recorded_as_sent_is_told_by_the_number_of_retries() -> None:
    lost = {"Sent": "", "Error": f"read tcp 192.0.2.1:4->{SERVER}:9: i/o timeout"}
    measurement = quack(old_trial(lost, lost, lost, Retries=1))
    assert measurement.nettest == "hyperquack_discard"
    assert arms(trips(measurement)) == ["keyword", "keyword", "innocent"]
    assert [step.url for step in trips(measurement)] == [f"http://{NAME}/", f"http://{NAME}/", ""]


@pytest.mark.parametrize(
    ("written", "arm"),
    [
        (NAME, "keyword"),
        (sent(NAME), "keyword"),
        (sent(NAME, "/path"), "keyword"),
        (f"GET {NAME} HTTP/1.1\r\nHost: /path\r\n", "keyword"),
        ("other.example", "innocent"),
        (sent("other.example"), "innocent"),
        ("what is this", "keyword"),
        (7, "keyword"),
    ],
)
def test_what_was_sent_tells_the_arm(written: object, arm: str) -> None:
    assert arms(connects(quack(old_trial({"Sent": written})))) == [arm]


@pytest.mark.parametrize(
    ("result", "nettest"),
    [
        ({"Error": "Received response", "Received": "x"}, "hyperquack_discard"),
        ({"Error": "Incorrect echo response", "Received": "x"}, "hyperquack_echo"),
        ({"Error": "Incorrect web response: bodies don't match", "Received": page()}, "hyperquack_http"),
        ({"Error": "x", "Received": page(tls={"version": 771, "cert": "AAAA"})}, "hyperquack_https"),
        ({"Error": "Get https://198.51.100.9: EOF"}, "hyperquack_https"),
        ({"Error": "Get http://198.51.100.9: EOF"}, "hyperquack_http"),
        ({"Error": f"read tcp 192.0.2.1:4->{SERVER}:443: i/o timeout"}, "hyperquack_https"),
        ({"Error": f"read tcp 192.0.2.1:4->{SERVER}:8443: i/o timeout"}, "hyperquack"),
        ({}, "hyperquack"),
    ],
)
def test_the_protocol_of_version_1_is_told_by_what_happened(result: dict[str, object], nettest: str) -> None:
    assert quack(old_trial(result)).nettest == nettest


# --- Verdicts, hostile records ---------------------------------------------------------------------------------------


def test_the_tool_s_verdicts_are_kept_apart_and_change_nothing_else() -> None:
    """R1: with its own flags deleted the record gives the same steps."""
    record = trial({"error": RESET}, {"response": page()})
    bare = {key: value for key, value in record.items() if key not in ("anomaly", "controls_failed", "stateful_block")}
    bare["response"] = [
        {key: value for key, value in item.items() if key != "matches_template"} for item in record["response"]
    ]
    with_flags, without = quack(record), quack(bare)
    assert with_flags.steps == without.steps
    assert with_flags.control_failure == without.control_failure
    assert without.probe_verdict is None
    kept = json.loads(with_flags.probe_verdict or "")
    assert kept["anomaly"] is True
    assert kept["response/1/matches_template"] is False


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"vp": None}, "no address of a vantage point"),
        ({"vp": "nobody"}, "no address of a vantage point"),
        ({"test_url": ""}, "no name that was tried"),
        ({"tests": []}, "a health check of a server"),
    ],
)
def test_what_is_no_trial_says_why(change: dict[str, object], reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        quack(trial() | change)


@pytest.mark.parametrize("record", [b"[1]", b"7", b"{", b"\xff"])
def test_what_is_no_object_says_so(record: bytes) -> None:
    with pytest.raises(RecordError):
        measurement_of(record, ORIGIN)


_KEYS = st.sampled_from([*trial(), *old_trial(), "Ip", "Service", "tests", "results", "beside"])


@given(st.dictionaries(_KEYS, json_values), st.booleans())
def test_any_values_are_a_measurement_or_one_named_error(changes: dict[str, Any], is_old: bool) -> None:
    base = old_trial({"Sent": NAME}) if is_old else trial({"error": RESET})
    try:
        found = measurement_of(text(base | changes), ORIGIN)
    except RecordError:
        return
    assert isinstance(found, Measurement)


@given(
    st.dictionaries(st.sampled_from([*trial()["response"][0], "response", "error", "Sent", "Received"]), json_values)
)
def test_any_try_is_read(changes: dict[str, Any]) -> None:
    record = trial({"error": TIMEOUT})
    record["response"][1] |= changes
    assert isinstance(quack(record), Measurement)
