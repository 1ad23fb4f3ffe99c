"""Verdicts, findings and the order of evidence."""

from __future__ import annotations

from trigpoint.model.verdict import Evidence, State, Verdict


def test_there_are_four_states() -> None:
    assert [state.value for state in State] == ["ok", "down", "blocked", "insufficient"]


def test_evidence_is_sorted_by_table_then_by_number_of_the_step() -> None:
    rows = [
        Evidence(table="tls_handshakes", step=2, pointer="/b"),
        Evidence(table="dns_lookups", step=10, pointer="/a"),
        Evidence(table="dns_lookups", step=9, pointer="/c"),
    ]
    assert [(row.table, row.step) for row in sorted(rows)] == [
        ("dns_lookups", 9),
        ("dns_lookups", 10),
        ("tls_handshakes", 2),
    ]


def test_a_verdict_without_findings_claims_nothing() -> None:
    bare = Verdict(measurement="00", target="a.example", nettest="web_connectivity", state=State.INSUFFICIENT)
    assert (bare.mechanisms, bare.interference, bare.explanations, bare.rules) == ("", "", "", "")
    assert bare.layer is None
