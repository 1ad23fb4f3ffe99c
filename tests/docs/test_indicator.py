"""The page on indicators shows one that is an indicator, and names the fields and files that there are."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.figures.made_series import series
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import Indicator, all_indicators
from trigpoint.figures.ledger import Basis, Ledger

PAGE = (ROOT / "docs" / "howto" / "indicator.md").read_text(encoding="utf-8")


def test_the_example_is_an_indicator_that_computes_what_it_says() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made: dict[str, object] = {}
    exec(block, made)  # noqa: S102 - our own page
    indicator = made["INDICATOR"]
    assert isinstance(indicator, Indicator)
    data = Data([series("population", {("KE", "2020"): 50.0}), series("ipv4_addresses", {("KE", "2020"): 5.0})])
    ledger = Ledger(Basis(subject="001", period="", vintage="", sources=()))
    for name in indicator.after:
        all_indicators()[name].compute(ledger, data)
    indicator.compute(ledger, data)
    assert ledger["people_per_address.KE.2020"].value == pytest.approx(10)


def test_the_fields_it_tells_are_those_of_an_indicator() -> None:
    assert set(re.findall(r"(?m)^\| `(\w+)` \|", PAGE)) == set(Indicator.__struct_fields__)


def test_the_files_it_names_are_there() -> None:
    for name in re.findall(r"`((?:src|tests|figures)/[\w/.]+)`", PAGE):
        assert (ROOT / name).exists() or (ROOT / "src" / "trigpoint" / name).exists(), name
