"""How figures are printed."""

from __future__ import annotations

import pytest

from trigpoint.model.figure import Figure
from trigpoint.report.amounts import of_figure


def _figure(value: float, unit: str, *flags: str) -> Figure:
    return Figure(
        id="a", label="a", value=value, unit=unit, rows="", transformation="", subject="CN", period="2025", vintage="",
        sources=(), flags=flags,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (_figure(5_962_354_820, "people", "estimate"), "5 962 354 820"),
        (_figure(5_962_354_820, "people", "estimate", "rounded"), "5 960 000 000"),
        (_figure(0.74, "share"), "74.0 %"),
        (_figure(0.74, "share", "rounded"), "74 %"),
        (_figure(0.244, "addresses for each person", "rounded"), "0.244"),
    ],
)
def test_what_is_computed_from_whole_per_cents_is_printed_no_finer(figure: Figure, text: str) -> None:
    assert of_figure(figure).replace("\u202f", " ").replace("\xa0", " ") == text
