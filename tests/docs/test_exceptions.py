"""Whoever makes an exception from a rule of the linter says why, on the same line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_EXCEPTION = re.compile(r"#\s*noqa\b(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* (?:- \S|\(\S))")


@pytest.mark.parametrize("folder", ["src", "tests", "bench", "tools", "docs"])
def test_each_exception_has_a_reason(folder: str) -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if path != Path(__file__) and _EXCEPTION.search(line)
    ]
    assert bare == []
