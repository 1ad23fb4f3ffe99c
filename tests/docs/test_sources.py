"""What a rule cites can be looked up by whoever reads the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trigpoint.judge import RULES

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
_NAME = re.compile(r"\b[DIHSQXFM]\d+\b")
_RANGE = re.compile(r"\b([DIHSQXFM])(\d+) to \1(\d+)\b")
_ENTRY = re.compile(r"^([DIHSQXFM]\d+)\n: \S", re.MULTILINE)
_ENTRIES = _ENTRY.findall((REFERENCE / "sources.md").read_text(encoding="utf-8"))
_SOURCES = sorted({rule.source for rule in RULES})


def _cited(source: str) -> set[str]:
    within = {
        f"{family}{number}"
        for family, first, last in _RANGE.findall(source)
        for number in range(int(first), int(last) + 1)
    }
    return within | set(_NAME.findall(source))


@pytest.mark.parametrize("source", [source for source in _SOURCES if _NAME.search(source)])
def test_every_short_name_that_a_rule_cites_is_an_entry(source: str) -> None:
    assert _cited(source) - set(_ENTRIES) == set()


@pytest.mark.parametrize("source", _SOURCES)
def test_no_rule_cites_a_page_that_readers_do_not_have(source: str) -> None:
    assert re.search(r"\b(censors|mechanisms|architecture)\.md", source) is None


def test_no_short_name_has_two_entries() -> None:
    assert len(_ENTRIES) == len(set(_ENTRIES))


def test_a_range_cites_all_that_lie_between() -> None:
    assert _cited("sources: H1 to H3; F12") == {"H1", "H2", "H3", "F12"}
