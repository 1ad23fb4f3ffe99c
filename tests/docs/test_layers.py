"""The layers that the documentation draws are those of the contract."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_layers_of_the_page_are_those_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text()
    drawn = re.search(r"^```text\n(cli\n.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert drawn is not None
    assert drawn[1].splitlines() == [layer for layer in layers if layer != "__main__"]
