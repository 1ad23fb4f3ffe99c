"""Each documented source of false positives, one by one: what has it is explained by it, and is not called blocked.

The list is that of ``docs/reference/sources.md``, F1 to F25. Records are those of the made-up country where it has one,
and small measurements where it has not.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.judge.cases import GENUINE, HOST, OTHER, RESET, TIMEOUT, Case
from trigpoint import archive
from trigpoint.judge.cascade import RULES
from trigpoint.judge.lines import verdict_lines
from trigpoint.sample import records

if TYPE_CHECKING:
    from pathlib import Path

IN_SAMPLE = {
    "F1": ("dns.consistent", "dns.consistent"),
    "F2": ("local.captive_portal", "local.captive_portal.tram-times"),
    "F3": ("server.challenge", "server.challenge"),
    "F4": ("local.no_ipv6", "local.no_ipv6"),
    "F5": ("control.failure", "control.failure"),
    "F6": ("site.bad_certificate", "site.bad_certificate"),
    "F7": ("server.tls_policy", "server.tls_policy"),
    "F8": ("server.geoblock", "server.geoblock"),
    "F9": ("site.parked", "site.parked"),
    "F10": ("site.dnssec_broken", "site.dnssec_broken"),
    "F10, clock": ("local.clock", "local.clock"),
    "F11": ("resolver.filtering", "resolver.filtering"),
    "F12": ("site.down", "site.down.no_connection"),
    "F12, name": ("site.down", "site.down.no_name"),
    "F12, server": ("site.down", "site.down.server_error"),
    "F13": ("local.vpn", "local.vpn"),
    "F14": ("local.tls_interception", "local.tls_interception.recipe-tin"),
    "F14, names": ("local.dns_filter", "local.dns_filter"),
    "F16": ("local.ca_bundle", "local.ca_bundle.village-map"),
    "F17": ("network.flaky", "network.flaky"),
    "F18": ("isp.nxdomain_rewrite", "isp.nxdomain_rewrite"),
    "F19": ("http.benign_difference", "http.benign_difference"),
    "F24": ("input.invalid", "input.invalid.invalid_url"),
    "F25": ("dns.no_rcode", "dns.no_rcode"),
}
"""For each source that OONI's format can show, the explanation and the scenario of the sample that has it."""


def stalled() -> Case:
    """A path that loses large packets: every handshake stalls, those with the probe's own resolvers too."""
    case = Case().control().dns(GENUINE).tcp().tls(failure=TIMEOUT)
    mark = {"tags": "service=doh", "server_name": "dns.example", "hop": None}
    return case.tcp(OTHER, tags="service=doh", hop=None).tls(OTHER, TIMEOUT, **mark)


def remembered() -> Case:
    """A filter that remembers an earlier test: an innocent name fails now, which passed before."""
    case = Case("residual", input=f"https://{HOST}/", target=HOST).tcp(OTHER)
    for number in range(21):
        case.tls(OTHER, server_name="control.example.org", tags=f"arm=control.{number}")
    for number in range(7):
        case.tls(OTHER, RESET, server_name="control.example.org", tags=f"arm=three.{number}")
    return case


def upgraded() -> Case:
    """A site that leads the probe to its encrypted page, which the control did not compare."""
    plain = f"http://{HOST}/"
    case = Case(input=plain).control().dns(GENUINE).tcp(port=80).http(plain, status=301, location=f"https://{HOST}/")
    page = {"status": 200, "title": "Another page", "body_bytes": 900}
    return case.tcp(hop=1).tls(hop=1).http(hop=1, address=GENUINE, **page)


SMALL = {
    "F15": ("network.mtu", stalled),
    "F20": ("http.scheme_difference", upgraded),
    "F21": ("self.residual", remembered),
}
"""Likewise, where it takes what the sample has no record of."""

NO_RULE = {"F22": "path.third_country", "F23": "collateral"}
"""What no single record can show: documented, and never said."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Verdict lines of the scenarios that the table names."""
    wanted = {name for _, name in IN_SAMPLE.values()}
    chosen: dict[str, dict[str, Any]] = {}
    for scenario, record in records():
        if scenario.name in wanted:
            chosen.setdefault(scenario.name, record)
    path: Path = tmp_path_factory.mktemp("sources") / "sources.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in chosen.values()))
    names = dict(enumerate(chosen, start=1))
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
    for line in verdict_lines(archive.read(path)):
        lines[names[line["line"]]].append(line)
    return lines


@pytest.mark.parametrize("source", IN_SAMPLE)
def test_a_record_that_has_the_source_is_explained_by_it_and_not_blocked(
    source: str, said: dict[str, list[dict[str, Any]]]
) -> None:
    explanation, scenario = IN_SAMPLE[source]
    assert said[scenario]
    assert any(explanation in line["explanations"] for line in said[scenario])
    assert not [line for line in said[scenario] if line["state"] == "blocked" or line["interference"]]


@pytest.mark.parametrize("source", SMALL)
def test_a_measurement_that_has_the_source_is_explained_by_it_and_not_blocked(source: str) -> None:
    explanation, build = SMALL[source]
    verdict = build().verdict()
    assert explanation in verdict["explanations"].split()
    assert (verdict["state"] == "blocked", verdict["interference"]) == (False, "")


@pytest.mark.parametrize("source", NO_RULE)
def test_what_no_record_can_show_is_never_said_and_the_documentation_says_so(source: str) -> None:
    explanation = NO_RULE[source]
    assert not [rule.id for rule in RULES if rule.explanation == explanation]
    text = (ROOT / "docs" / "explanation" / "decision.md").read_text(encoding="utf-8")
    section = text.split("## What a record cannot show", 1)[1].split("\n## ", 1)[0]
    assert source in section
    assert explanation in section


def test_a_vpn_is_known_only_where_the_record_says_so() -> None:
    text = (ROOT / "docs" / "explanation" / "decision.md").read_text(encoding="utf-8")
    assert "F13" in text.split("## What a record cannot show", 1)[1].split("\n## ", 1)[0]
    case = Case().control().dns(GENUINE).tcp(failure=TIMEOUT)
    assert case.says() == ("blocked", "tcp.timeout", "")
    case.about["network_type"] = "vpn"
    assert case.says() == ("blocked", "tcp.timeout", "local.vpn")


def test_no_source_is_forgotten() -> None:
    listed = re.findall(r"(?m)^(F\d+)$", (ROOT / "docs" / "reference" / "sources.md").read_text(encoding="utf-8"))
    covered = {name.split(",")[0] for name in (*IN_SAMPLE, *SMALL, *NO_RULE)}
    assert covered == set(listed) == {f"F{number}" for number in range(1, 26)}
