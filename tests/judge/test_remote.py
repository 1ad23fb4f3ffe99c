"""Remote measurements: what a swap at a server or a comparison of resolvers shows, and what it does not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.archive.censored_planet.cases import QUESTIONS, TRIALS
from tests.archive.censored_planet.records import asked, quack
from trigpoint.archive.censored_planet.record import BESIDE
from trigpoint.judge import RULES
from trigpoint.judge.lines import verdict_lines
from trigpoint.judge.remote import REMOTE

if TYPE_CHECKING:
    from collections.abc import Callable


BLOCKED = {
    "reset": "http.reset.host",
    "reset, version 1": "http.reset.host",
    "timeout": "http.timeout",
    "close": "http.close",
    "reset and timeout": "http",
    "reset, three tries and one that did not connect": "http.reset.host",
    "handshake reset": "tls.reset.sni",
    "handshake closed": "tls.close.sni",
    "close after the handshake": "tls.close.sni",
    "block page, echo": "http.blockpage",
    "block page without a status": "http.blockpage",
    "block page, http": "http.blockpage",
    "refusal, echo": "http.blockpage",
    "of a company that hosts nobody else": "dns.injection.other",
    "of two such companies": "dns.injection.other",
    "not routable": "dns.injection.bogon",
    "denied": "dns.nxdomain",
    "denied, version 2.0": "dns.nxdomain",
    "a block page was fetched there": "dns.injection.blockpage",
    "a block page of such a company was fetched": "dns.injection.blockpage",
}
"""What determinate signs are there for, by case; no other case is blocked."""

REACHED = {
    *(name for name in TRIALS if name.startswith("as expected")),
    "another page of a known authority",
    *(name for name in QUESTIONS if name.startswith("shares ") and "nothing" not in name),
    "timeout, then shares network",
    "of such a company, as the control's",
    "not routable, as the control's",
    "the control's answer",
    "the control's network",
    "the site's certificate was fetched there",
}

EXPLAINED = {
    "alert": "server.tls_policy",
    "handshake timeout": "server.tls_policy",
    "no port left": "network.flaky probe.defect",
    "unreached": "network.flaky",
    "the server fails": "control.failure",
    "block page for all": "control.failure",
    "not routable, a dead resolver": "control.absent control.failure",
    "denied, without a control": "control.absent",
    "denied by a filter of one's choice": "resolver.filtering",
    "another page, version 1": "control.absent",
    "no answer, version 1": "control.absent dns.no_rcode",
}


CASES = {name: (quack, record) for name, record in TRIALS.items()}
CASES |= {name: (asked, record) for name, record in QUESTIONS.items()}


def _said(change: Callable[[Any], Any] = lambda record: record) -> dict[str, dict[str, Any]]:
    """Judge all cases at once: each is a measurement of its own, with one target."""
    found = list(verdict_lines([read(change(record)) for read, record in CASES.values()]))
    return dict(zip(CASES, found, strict=True))


@cache
def said() -> dict[str, dict[str, Any]]:
    return _said()


@pytest.mark.parametrize("name", CASES)
def test_the_state_follows_the_evidence(name: str) -> None:
    state = "blocked" if name in BLOCKED else "ok" if name in REACHED else "insufficient"
    assert said()[name]["state"] == state
    if state != "insufficient":  # what is not decided may have signs
        assert said()[name]["mechanisms"] == ([BLOCKED[name]] if name in BLOCKED else [])


@pytest.mark.parametrize("name", EXPLAINED)
def test_the_explanation_says_why_not(name: str) -> None:
    assert " ".join(said()[name]["explanations"]) == EXPLAINED[name]


ISP, AKAMAI = 64500, 20940


@cache
def in_network(name: str, asn: int) -> dict[str, Any]:
    (line,) = verdict_lines([msgspec.structs.replace(quack(TRIALS[name]), probe_asn=asn)])
    return line


SILENT = {
    "timeout, http": "http.timeout",
    "handshake timeout": "tls.timeout.sni",
    "stall after the handshake": "tls.timeout.sni",
}


@pytest.mark.parametrize("name", SILENT)
def test_a_web_servers_silence_is_a_sign_only_outside_of_content_networks(name: str) -> None:
    """Akamai's servers leave names unanswered that other servers of theirs hold."""
    said_of_isp, said_of_content = in_network(name, ISP), in_network(name, AKAMAI)
    assert (said_of_isp["state"], said_of_isp["mechanisms"]) == ("blocked", [SILENT[name]])
    assert said_of_content["state"] == said()[name]["state"] == "insufficient"


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if set(rule.nettests) & set(REMOTE)])
def test_each_rule_fires(rule: str) -> None:
    known = [in_network(name, ISP) for name in SILENT]
    assert any(rule in line["rules"] for line in (*said().values(), *known))


@pytest.mark.parametrize("name", CASES)
def test_what_decides_can_be_opened(name: str) -> None:
    """R2: each pointer leads to something in the record."""
    _, record = CASES[name]
    for item in said()[name]["evidence"]:
        if item["table"] == "measurements":
            continue  # the record as a whole
        value: Any = record
        for part in item["pointer"].split("/")[1:]:
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert value is not record


_CONCLUSIONS = {
    "anomaly",
    "Blocked",
    "blocked",
    "passed",
    "confidence",
    "matches_template",
    "controls_failed",
    "excluded",
}


def _blind(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _blind(inner) for key, inner in value.items() if key == BESIDE or key not in _CONCLUSIONS}
    return [_blind(item) for item in value] if isinstance(value, list) else value


def test_without_the_tools_own_conclusions_every_verdict_is_the_same() -> None:
    """R1."""
    keys = ("state", "mechanisms", "interference", "explanations", "rules")
    blind = _said(_blind)
    assert {name: [line[key] for key in keys] for name, line in blind.items()} == {
        name: [line[key] for key in keys] for name, line in said().items()
    }
