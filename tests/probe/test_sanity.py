"""sanity in the lab: login pages, offices, filters of a device, a missing version of IP, and nothing at all."""

from __future__ import annotations

import pytest

from tests.probe.lab import made
from trigpoint.probe.sane import obstacle, remarks
from trigpoint.reference.landmarks import PortalCheck

SOUND = {
    "captive_portal": False,
    "ipv4": True,
    "ipv6": True,
    "nxdomain_rewrite": False,
    "answers": True,
    "tls_interception": False,
}


@pytest.mark.parametrize(
    ("world", "network", "different"),
    [
        ("open", "a1", {}),
        ("captive-portal", "a1", {"captive_portal": True, "tls_interception": None}),
        ("captive-portal", "a2", {"captive_portal": True, "nxdomain_rewrite": True}),
        ("captive-portal", "a3", {"tls_interception": True}),
        ("captive-portal", "a4", {"tls_interception": True, "nxdomain_rewrite": True}),
        ("cdn-geo-dns", "a2", {"ipv6": False}),
        ("flaky-network", "a3", {"ipv6": False}),
        # filters of a country are no matter of the own network, even where they forge chains or reset a whole port
        ("kazakhstan-mitm", "a1", {}),
        ("gfw-2024", "a1", {}),
        ("gfw-2024:rst443", "a1", {"tls_interception": None}),
        ("iran:blackout", "a1", {"nxdomain_rewrite": True}),
        ("tspu:mobile-allowlist", "a1", {"captive_portal": None}),
        (
            "shutdown",
            "a3",
            {
                "captive_portal": None,
                "ipv4": False,
                "ipv6": False,
                "nxdomain_rewrite": None,
                "answers": False,
                "tls_interception": None,
            },
        ),
    ],
)
def test_each_network_is_told_as_it_is(world: str, network: str, different: dict[str, bool | None]) -> None:
    keys = made("sanity", world, None, network=network).keys
    assert {key: keys[key] for key in SOUND} == SOUND | different


@pytest.mark.parametrize(("network", "days", "word"), [("a1", 3, "ahead"), ("a2", -730, "behind")])
def test_a_wrong_clock_is_seen_and_said(network: str, days: int, word: str) -> None:
    found = made("sanity", "flaky-network:clock", None, network=network)
    assert found.keys["clock_offset_seconds"] == pytest.approx(days * 86_400, abs=60)
    assert {key: found.keys[key] for key in SOUND} == SOUND, "nothing is taken for a filter or an interceptor"
    said = list(remarks(found.measured.measuring.session, found.keys))
    assert [word in one for one in said if "clock" in one] == [True]
    assert obstacle(found.keys) is None


def test_a_run_ends_before_a_login_page_and_where_nothing_answers_and_nowhere_else() -> None:
    assert "login page" in (obstacle(made("sanity", "captive-portal", None, network="a1").keys) or "")
    assert "nothing answers" in (obstacle(made("sanity", "shutdown", None, network="a3").keys) or "")
    assert obstacle(made("sanity", "shutdown", None, network="a1").keys) is None
    assert obstacle(made("sanity", "captive-portal", None, network="a4").keys) is None


def test_its_record_is_read_and_has_every_step() -> None:
    found = made("sanity", "open", None)
    assert found.read.nettest == "sanity"
    acts = found.measured.measuring.diary.acts
    assert len(found.read.steps) == len([act for act in acts if not getattr(act, "is_late", False)])
    assert {check["outcome"] for check in found.keys["portal_checks"]} == {"expected"}
    assert {one["failure"] for one in found.keys["landmarks"]} == {None}
    assert {one["failure"] for one in found.keys["helpers"]} == {None}


def test_a_resolver_that_denies_the_canary_filters() -> None:
    assert made("sanity", "open", None).keys["dns_filter"] is None, "where there is no such name, nobody is asked"
    assert made("sanity", "open", None, canary="canary.example").keys["dns_filter"] is True
    assert made("sanity", "open", None, canary="news.example").keys["dns_filter"] is False


def test_a_page_that_is_not_as_it_should_be_is_a_login_page_only_if_none_is() -> None:
    good, other = "http://control.lab.example/health", "http://news.example/"
    both = tuple(PortalCheck(url, 200, '"status":"ok"', "here") for url in (good, other))
    assert made("sanity", "open", None, portal_checks=both).keys["captive_portal"] is False
    assert made("sanity", "open", None, portal_checks=both[1:]).keys["captive_portal"] is True
    assert made("sanity", "open", None, portal_checks=()).keys["captive_portal"] is None
