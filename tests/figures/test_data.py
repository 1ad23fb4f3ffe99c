from __future__ import annotations

from tests.figures.made_series import series
from trigpoint.figures.data import Data

ALL = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
KENYA = ("KE", "2015")


def _parts(vintage: str, *parts: str, value: float = 1.0) -> object:
    return series("asns", {("KE", vintage): value}, vintage, whole="registries", parts=parts)


def test_all_that_is_said_of_one_thing_stands_together_the_newest_first() -> None:
    old, new = series("population", {KENYA: 1}, "2020"), series("population", {KENYA: 2}, "2025")
    said = Data([old, new]).of("population")[KENYA]
    assert [one.value for one in said] == [2, 1]
    assert Data([new, old, new]).of("population") == Data([old, new]).of("population")
    assert Data([old]).of("asns") == {}


def test_parts_of_a_whole_are_added_and_missing_ones_are_told() -> None:
    some = Data([_parts("2026-05-01", "apnic"), _parts("2026-05-05", "arin", value=2)]).of("asns")
    (said,) = some["KE", "2026-05-05"]
    assert (said.value, said.flags, len(said.records)) == (3, ("partial",), 2)
    whole = Data([_parts("2026-05-05", name) for name in ALL]).of("asns")
    assert [(said.value, said.flags) for said in whole["KE", "2026-05-05"]] == [(5, ())]


def test_parts_of_different_months_are_not_added() -> None:
    found = Data([_parts("2016-01-31", "apnic"), _parts("2026-05-05", "arin")]).of("asns")
    assert sorted(found) == [("KE", "2016-01-31"), ("KE", "2026-05-05")]


def test_sources_of_one_month_stand_under_one_day() -> None:
    month = series("asns", {("KE", "2026-05"): 4.0}, "2026-05", organisation="iptocc")
    found = Data([month, _parts("2026-05-05", *ALL, value=7), _parts("2026-04-05", *ALL, value=6)]).of("asns")
    assert {period: [said.value for said in all_said] for (_, period), all_said in found.items()} == {
        "2026-04-05": [6], "2026-05-05": [7, 4],
    }  # fmt: skip


def test_one_source_on_several_days_of_a_month_is_not_one_thing_said_twice() -> None:
    days = [series("tlds", {("KE", f"2026-05-{day}"): float(day)}, f"2026-05-{day}") for day in (10, 20)]
    other = series("tlds", {("KE", "2026-05"): 7.0}, "2026-05", organisation="b")
    assert [[said.value for said in found] for found in Data(days).of("tlds").values()] == [[10], [20]]
    assert [[said.value for said in found] for found in Data([*days, other]).of("tlds").values()] == [[10], [20, 7]]


def test_no_part_is_counted_twice() -> None:
    found = Data([_parts("2026-05-05", *ALL, value=7), _parts("2026-05-05", "apnic"), _parts("2026-05-04", "apnic")])
    assert [said.value for said in found.of("asns")["KE", "2026-05-05"]] == [7]
    again = Data([_parts("2026-05-05", "apnic", value=3), _parts("2026-05-04", "apnic")])
    assert [said.value for said in again.of("asns")["KE", "2026-05-05"]] == [3]
