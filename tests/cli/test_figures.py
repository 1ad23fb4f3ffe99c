"""``trigpoint figures``: claims from a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said

CLAIM = {"id": "a", "quote": "is projected to grow", "subject": "China", "metric": "internet_users", "value": 850e6,
         "asof": "2015-12", "kind": "forecast"}  # fmt: skip
MEMBERS = {"id": "b", "quote": "members", "subject": "WIC", "metric": "membership", "value": ["RUS"], "asof": "2022-11",
           "kind": "observation"}  # fmt: skip


def _file(folder: Path, *claims: object) -> Path:
    path = folder / "claims.json"
    path.write_text(json.dumps(claims), encoding="utf-8")
    return path


def test_a_claim_is_told_with_the_facts_that_bear_on_it(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("figures", "claims", _file(tmp_path, CLAIM, MEMBERS))
    assert said.out.startswith("a: target not forecast\n  “is projected to grow” (China, internet_users, 2015-12)\n")
    assert "  - 850,000,000 (target) for 2015: State Council of China, Broadband China" in said.out
    assert "688,000,000 for 2015-12 [residents aged 6 and over, survey]: CNNIC" in said.out
    assert "said 2016-01-22; the claim is +23.5% off; told beside\n    https://www.cnnic" in said.out
    assert "b: category error" in said.out
    assert "  - some GSMA" not in said.out
    assert (said.status, said.sentence) == (0, "2 claims checked, 0 could not be read")


def test_verdicts_are_lines_for_programs(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("figures", "claims", _file(tmp_path, CLAIM), "--format", "jsonl", "--quiet")
    (line,) = [json.loads(line) for line in said.out.splitlines()]
    assert (line["verdict"], line["rule"], line["bearings"][0]["fact"]["value"]) == (
        "target_not_forecast", "claim.wanted", 850e6,
    )  # fmt: skip
    assert said.err == ""


def test_what_cannot_be_read_is_told_and_the_rest_is_checked(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("figures", "claims", _file(tmp_path, {"id": 3}, CLAIM))
    assert said.status == 0
    assert "claims.json: claim 1: " in said.err
    assert said.err.endswith("1 claims checked, 1 could not be read\n")
    missing = trigpoint("figures", "claims", tmp_path / "none.json")
    assert (missing.status, "cannot be read" in missing.sentence) == (2, True)
