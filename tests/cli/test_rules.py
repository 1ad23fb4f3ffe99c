"""``trigpoint rules``: all of them, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trigpoint.judge import RULES, RULES_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.commands import Said


def test_every_rule_is_printed_with_reason_and_source(trigpoint: Callable[..., Said]) -> None:
    said = trigpoint("rules")
    assert said.out.startswith(f"Rules {RULES_VERSION}\n")
    assert all(rule.id in said.out and rule.reason in said.out and rule.source in said.out for rule in RULES)


def test_rules_are_lines_for_programs(trigpoint: Callable[..., Said]) -> None:
    lines = [json.loads(line) for line in trigpoint("rules", "--format", "jsonl").out.splitlines()]
    assert [line["id"] for line in lines] == [rule.id for rule in RULES]
    assert all(line["condition"] and line["layer"] for line in lines)


def test_a_rule_for_some_nettests_names_them(trigpoint: Callable[..., Said]) -> None:
    lines = {
        json.loads(line)["id"]: json.loads(line) for line in trigpoint("rules", "--format", "jsonl").out.splitlines()
    }
    assert lines["dns.remote_shared"]["nettests"] == ["satellite"]
    assert lines["dns.nxdomain"]["nettests"] == []
    assert "\n  Only for: satellite\n" in trigpoint("rules").out
