from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def test_every_site_behind_a_portal_leads_to_the_same_page(keys: Keys, whole: Keys) -> None:
    names = [f"local.captive_portal.{site}" for site in ("tram-times", "paper-kites", "chess-corner", "hill-clinic")]
    assert len({keys(name)["requests"][-1]["response"]["headers"]["Location"] for name in names}) == 1
    assert len({whole(name)["report_id"] for name in names}) == 1


def test_what_is_down_is_down_for_the_control(keys: Keys) -> None:
    for name in ("site.down.no_connection", "site.down.no_name", "site.bad_certificate", "site.dnssec_broken"):
        assert keys(name)["control"]["http_request"]["failure"]


def test_a_servers_own_refusal_comes_under_its_certificate(keys: Keys) -> None:
    for name, status in (("server.geoblock", 451), ("server.challenge", 403)):
        assert keys(name)["requests"][0]["response"]["code"] == status
        assert {step["failure"] for step in keys(name)["tls_handshakes"]} == {None}


def test_an_absent_control_and_a_failed_one_differ(keys: Keys) -> None:
    assert (keys("control.absent")["control"], keys("control.absent")["control_failure"]) == (None, None)
    assert keys("control.failure")["control_failure"] == "generic_timeout_error"


def test_one_endpoint_of_a_flaky_network_both_fails_and_answers(keys: Keys) -> None:
    first, second, *_ = keys("network.flaky")["tcp_connect"]
    assert (first["ip"], first["port"]) == (second["ip"], second["port"])
    assert [step["status"]["success"] for step in (first, second)] == [False, True]
