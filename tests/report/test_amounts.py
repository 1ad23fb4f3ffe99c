"""How figures are printed."""

from __future__ import annotations

import msgspec
import pytest

from trigpoint.model.figure import Figure
from trigpoint.report.amounts import interval, of_figure
from trigpoint.report.language import speaking


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
        (_figure(0.00354, "share", "rounded"), "0.35 %"),
        (_figure(0.01, "share", "rounded"), "1 %"),
        (_figure(10.08, "percentage points"), "10.1 percentage points"),
        (_figure(-0.96, "percentage points"), "-1.0 percentage points"),
        (_figure(1.2, "percentage points", "rounded"), "1 percentage point"),
        (_figure(6.1, "percentage points", "rounded"), "6 percentage points"),
        (_figure(0.244, "addresses for each person", "rounded"), "0.244"),
    ],
)
def test_what_is_computed_from_whole_per_cents_is_printed_no_finer(figure: Figure, text: str) -> None:
    assert of_figure(figure).replace("\u202f", " ").replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("unit", "ends", "flags", "text"),
    [
        ("share", (0.746, 0.78), (), "74.6 % to 78.0 %"),
        ("share", (0.746, 0.78), ("rounded",), "75 % to 78 %"),
        ("percentage points", (9.96, 10.6), (), "10.0 to 10.6 percentage points"),
        ("percentage points", (9.96, 10.6), ("rounded",), "10 to 11 percentage points"),
    ],
)
def test_an_interval_is_no_finer_than_its_number_and_names_its_unit_once(
    unit: str, ends: tuple[float, float], flags: tuple[str, ...], text: str
) -> None:
    figure = msgspec.structs.replace(_figure(ends[0], unit, *flags), low=ends[0], high=ends[1])
    assert interval(figure).replace("\xa0", " ") == text


def test_percentage_points_are_said_in_chinese() -> None:
    with speaking("zh"):
        assert of_figure(_figure(10.08, "percentage points")).replace("\xa0", " ") == "10.1 个百分点"
