"""The contract of the lines."""

from __future__ import annotations

from tests.judge.cases import GENUINE, HOST, RESET, Case
from trigpoint.judge.lines import BATCH, verdict_lines
from trigpoint.model.measurement import Reject


def blocked() -> Case:
    return Case().control().dns(GENUINE).tcp().tls(failure=RESET)


def test_a_verdict_line_has_the_fields_of_the_contract() -> None:
    (line,) = verdict_lines([blocked().record(uid="20231114.1_XL_x")])
    assert list(line) == [
        "path", "line", "measurement", "nettest", "probe_cc", "probe_asn", "started_at", "target", "state",
        "mechanisms", "interference", "explanations", "layer", "rules", "reason", "evidence",
    ]  # fmt: skip
    assert line["measurement"] == "20231114.1_XL_x"
    assert line["started_at"] == "2023-11-14T22:13:20Z"
    assert (line["target"], line["state"], line["mechanisms"], line["layer"]) == (HOST, "blocked", ["tls.reset"], "tls")
    assert line["evidence"] == [{"table": "tls_handshakes", "step": 7, "pointer": "/test_keys/tls_handshakes/7"}]


def test_without_an_archives_name_the_hash_names_the_measurement() -> None:
    (line,) = verdict_lines([blocked().record(started_at=None, member="a.post")])
    assert line["measurement"] == "0" * 64
    assert line["started_at"] is None
    assert line["member"] == "a.post"


def test_a_reject_is_a_line_in_its_place() -> None:
    reject = Reject(path="x.jsonl", line=2, reason="not JSON", member="m")
    lines = list(verdict_lines([reject, blocked().record()]))
    assert lines[0] == {"path": "x.jsonl", "member": "m", "line": 2, "rejected": "not JSON"}
    assert lines[1]["state"] == "blocked"


def test_rejects_alone_are_lines_too() -> None:
    assert list(verdict_lines([Reject(path="x", reason="empty")])) == [{"path": "x", "line": None, "rejected": "empty"}]


def test_a_target_on_which_no_deciding_rule_fired_shows_what_others_read() -> None:
    (line,) = verdict_lines([Case().control().dns(GENUINE).tcp(failure="network_unreachable").record()])
    assert line["state"] == "insufficient"
    assert line["evidence"] == []


def test_the_same_record_twice_is_two_lines() -> None:
    record = blocked().record()
    assert len(list(verdict_lines([record, record]))) == 2


def test_more_than_a_batch_comes_in_order() -> None:
    records = [Case("openvpn", outcome_success=True).record(id=f"{number:064x}") for number in range(BATCH + 3)]
    assert [line["measurement"] for line in verdict_lines(records)] == [record.id for record in records]


def test_a_row_that_two_rules_read_is_evidence_once() -> None:
    case = Case(input=f"http://{HOST}/").control().dns("10.10.34.35").dns(GENUINE, engine="udp")
    (line,) = verdict_lines([case.record()])
    assert {"dns.documented_bogon", "dns.bogon"} <= set(line["rules"])
    assert [row["table"] for row in line["evidence"]] == ["dns_lookups"]
