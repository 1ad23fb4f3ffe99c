"""host_blocking in the lab: the name, a word in the path, a page in place of another, and nothing."""

from __future__ import annotations

from tests.probe.lab import made
from trigpoint.model.step import HttpRoundTrip, TlsHandshake


def is_fine(tally: dict[str, int]) -> bool:
    return set(tally) == {"ok"}


def test_the_name_of_the_host_is_the_trigger_wherever_it_is_asked_for() -> None:
    found = made("host_blocking", "turkey", "http://pirate.example/", options={"address": "203.0.113.11"})
    tally = found.keys["x_tally"]
    assert tally["target"] == tally["target_v6"] == tally["target_at_site"] == {"connection_reset": 3}
    assert tally["control"] == tally["control_v6"] == tally["control_at_site"] == {"ok": 9}
    trips = [step for step in found.read.steps if isinstance(step, HttpRoundTrip)]
    assert {step.host for step in trips if step.failure} == {"pirate.example"}
    assert {step.tags for step in trips if step.hop is not None} == set(), "they belong to no redirect chain"


def test_a_word_in_the_path_is_the_trigger_under_an_innocent_name() -> None:
    found = made(
        "host_blocking", "gfw-2014", "http://blog.example/falun", options={"address": "203.0.113.64", "repeats": 8}
    )
    tally = found.keys["x_tally"]
    assert tally["target_path"]["connection_reset"] > 2, "it fires for three requests of four"
    assert tally["target"] == tally["control"] == {"ok": 8}
    assert tally["target_at_site"]["connection_reset"] > 2


def test_a_page_in_place_of_the_server_s_shows_by_its_status() -> None:
    keys = made("host_blocking", "iran", "http://facebook.example/", options={"address": "203.0.113.20"}).keys
    assert keys["x_statuses"]["target"] == [403] * 3
    assert set(keys["x_statuses"]["target_at_site"]) == {403}
    assert set(keys["x_statuses"]["control"]) == {200}
    assert {part["title"] for part in keys["x_parts"] if part.get("status") == 403} == {"M6-4"}


def test_nothing_is_found_where_nothing_is_filtered() -> None:
    keys = made("host_blocking", "open", "http://news.example/falun").keys
    assert set(keys["x_tally"]) >= {"target", "target_v6", "target_path", "control", "target_at_site"}
    assert all(is_fine(counts) for counts in keys["x_tally"].values())
    assert keys["x_tally"]["target"] == keys["x_tally"]["target_path"] == {"ok": 4}
    assert set(keys["x_statuses"]["target_path"]) == set(keys["x_statuses"]["control_path"])


def test_a_site_of_https_is_asked_for_at_the_control_server_alone() -> None:
    keys = made("host_blocking", "open", "https://news.example/").keys
    assert set(keys["x_tally"]) == {"target", "target_v6", "control", "control_v6"}


def test_whoever_opens_tls_is_looked_at() -> None:
    found = made("host_blocking", "captive-portal", "http://casino.example/", network="a3", options={"repeats": 1})
    signed = [step for step in found.read.steps if isinstance(step, TlsHandshake)]
    assert [step.tags for step in signed] == ["arm=tls_control"]
    assert any("Zscaler" in (certificate.issuer or "") for certificate in found.read.certificates)
