"""The page on rules shows one that is a rule, and names the files that there are."""

from __future__ import annotations

import re

import polars as pl

from tests.conftest import ROOT
from trigpoint.judge.rule import Rule

PAGE = (ROOT / "docs" / "howto" / "rule.md").read_text(encoding="utf-8")


def test_the_example_is_a_rule_that_fires_where_it_says() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made: dict[str, object] = {}
    exec(block, made)  # noqa: S102 - our own page
    rule = made["rule"]
    assert isinstance(rule, Rule)
    row = {"is_trusted": True, "control_handshakes": True, "kind": "close"}
    rows = pl.DataFrame([row, row | {"is_trusted": False}, row | {"control_handshakes": None}, row | {"kind": "reset"}])
    assert rows.select(rule.expression).to_series().to_list() == [True, False, False, False]


def test_the_fields_it_tells_are_those_of_a_rule() -> None:
    told = set(re.findall(r"(?m)^\| `(\w+)` \|", PAGE))
    assert told == set(Rule.__struct_fields__)


def test_the_files_it_names_are_there() -> None:
    named = re.findall(r"`((?:src|tests|judge)/[\w/.]+)`", PAGE)
    assert named
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "src" / "trigpoint" / name).exists(), name
