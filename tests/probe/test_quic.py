"""quic in the lab: a filter of names, one whose residue alone blocks, one of a version, one of all UDP, and nothing."""

from __future__ import annotations

from tests.probe.lab import made
from trigpoint.model.step import HttpRoundTrip, QuicHandshake

V4 = frozenset({4})


def test_a_filter_of_names_fails_at_any_server_and_other_names_pass() -> None:
    found = made("quic", "tspu", "https://youtube.example/", families=V4, options={"repeats": 4})
    tally = found.keys["x_tally"]
    assert found.keys["failure"] == "generic_timeout_error"
    assert tally["target"]["generic_timeout_error"] >= 2, "one flow of ten goes round the box"
    assert tally["control"] == tally["version"] == tally["echo"] == {"ok": 4}
    sites = [step for step in found.read.steps if isinstance(step, QuicHandshake) and step.hop == 0]
    assert {step.failure for step in sites if step.vantage == "probe"} == {"generic_timeout_error"}
    assert {step.failure for step in sites if step.vantage == "control"} == {None}, "it works outside"


def test_a_filter_that_lets_the_trigger_pass_blocks_what_follows() -> None:
    tally = made("quic", "gfw-2024", "https://quick.example/", options={"repeats": 5}).keys["x_tally"]
    assert tally["after"]["generic_timeout_error"] >= 1
    assert tally["control"] == tally["control_v6"] == {"ok": 5}, "each after the residual window"


def test_a_filter_of_a_version_drops_every_name_and_lets_other_versions_pass() -> None:
    tally = made(
        "quic", "tspu", "https://news.example/", network="a2", families=V4, options={"repeats": 4}, seed=1
    ).keys["x_tally"]
    assert tally["control"]["generic_timeout_error"] >= 2
    assert tally["version"] == tally["echo"] == {"ok": 4}


def test_a_filter_of_addresses_leaves_the_control_server_alone() -> None:
    found = made("quic", "iran", "https://call.example/")
    assert found.keys["failure"] == "generic_timeout_error"
    assert all(set(counts) == {"ok"} for counts in found.keys["x_tally"].values())


def test_where_the_site_answers_no_ladder_is_needed() -> None:
    found = made("quic", "open", "https://news.example/")
    assert found.keys["failure"] is None
    assert found.keys["control_failure"] is None
    assert found.keys["x_parts"] == []
    pages = [step for step in found.read.steps if isinstance(step, HttpRoundTrip) and step.alpn == "h3"]
    assert {(step.url, step.status, step.hop) for step in pages} == {("https://news.example/", 200, 0)}


def test_every_rung_of_the_ladder_holds_where_nothing_is_filtered() -> None:
    tally = made("quic", "open", "https://nowhere.invalid/").keys["x_tally"]
    assert set(tally) == {
        f"{arm}{family}"
        for arm in ("target", "control", "after", "version", "echo", "echo_small")
        for family in ("", "_v6")
    }
    assert all(set(counts) == {"ok"} for counts in tally.values())
    assert tally["target"] == tally["after"] == {"ok": 4}


def test_the_ladder_waits_for_a_consent_of_its_own() -> None:
    found = made("quic", "tspu", "https://youtube.example/", families=V4, tiers=frozenset({0, 1}))
    assert found.keys["failure"] == "generic_timeout_error"
    assert found.keys["x_parts"] == []
