"""Lists of shutdowns: what is counted of them, and what becomes of broken rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CORPUS
from trigpoint.errors import InputError
from trigpoint.reference.statistics import shutdowns
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

FOLDER = CORPUS / "indicators" / "openness"
needs_corpus = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of indicators is not here")
ORIGIN = Origin(name="file", organisation="o", url="u", licence=None, vintage="2023-07")
ACCESS_NOW = "start_date,country_name,iso3c,duration,geo_scope,shutdown_extent"
IODA = "\ufeffID,Begin time,End time,Country,Cause,Notes,,,"


def _read(head: str, *rows: str) -> Intake:
    return shutdowns.read("\r\n".join((head, *rows)).encode(), ORIGIN)


def _values(intake: Intake, metric: str) -> dict[tuple[str, str], float]:
    (series,) = [one for one in intake.series if one.metric == metric]
    return {(point.subject, point.period): point.value for point in series.points}


def test_shutdowns_of_several_regions_at_one_time_are_the_same_hours() -> None:
    found = _read(
        ACCESS_NOW,
        "2019-03-01T00:00:00Z,Kenya,KEN,2,regional,full network",
        "2019-03-02T00:00:00Z,Kenya,KEN,2,regional,full network",
        "2019-05-01,Kenya,KEN,1,national,full and service-based",
    )
    assert _values(found, "shutdown_hours") == {("KE", "2019"): 24 * 4}
    assert _values(found, "shutdowns_listed") == {("KE", "2019"): 3}
    assert {one.flags for one in found.series} == {()}


def test_hours_are_cut_at_the_end_of_the_year() -> None:
    found = _read(ACCESS_NOW, "2019-12-31,Kenya,KEN,3,national,full network")
    assert _values(found, "shutdown_hours") == {("KE", "2019"): 24, ("KE", "2020"): 48}
    assert _values(found, "shutdowns_listed") == {("KE", "2019"): 1}


@pytest.mark.parametrize("row", ["NA,national,full network", ",national,full network", "3,national,service-based",
                                 "3,national,NA"])  # fmt: skip
def test_what_has_no_end_or_took_no_whole_network_is_counted_and_has_no_hours(row: str) -> None:
    found = _read(ACCESS_NOW, f"2019-01-01,Kenya,KEN,{row}")
    assert _values(found, "shutdown_hours") == {}
    assert _values(found, "shutdowns_listed") == {("KE", "2019"): 1}
    assert [one.flags for one in found.series] == [("partial",), ()]


def test_a_last_day_is_a_day_of_the_shutdown() -> None:
    found = _read("start_date,end_date,country", "2024-08-05,2024-08-05,Bangladesh")
    assert _values(found, "shutdown_hours") == {("BD", "2024"): 24}


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ('"Wednesday, March 17, 2021, 4:40:00 PM"', '"Wednesday, March 17, 2021, 5:40:00 PM"', 1),
        ('"Thursday, July 5, 2018, 11:30: PM"', '"Friday, July 6, 2018, 1:30 AM"', 2),
        ("3/17/2021  11:00:00 PM", "3/18/2021  1:00:00 AM", 2),
        ('"Friday June 1, 2018, 1:00 AM"', '"Friday, June 1, 2018, 12:00 PM"', 11),
    ],
)
def test_american_times_of_ioda_are_read(begin: str, end: str, hours: float) -> None:
    found = _read(IODA, f"A,{begin},{end},Myanmar/Burma,Government-Ordered,,,,")
    (value,) = _values(found, "shutdown_hours").values()
    assert (value, found.rejects) == (hours, ())


def test_outages_that_nobody_ordered_are_no_shutdowns() -> None:
    times = '"Friday, June 1, 2018, 1:00:00 AM","Friday, June 1, 2018, 2:00:00 AM"'
    found = _read(IODA, f"A,{times},Kenya,Cable-Cut", f"B,{times},Kenya,", f"C,{times},Kenya,Exams")
    assert _values(found, "shutdowns_listed") == {("KE", "2018"): 1}
    assert found.rejects == ("file, in all: 2 outages that no government ordered are not counted",)


@pytest.mark.parametrize(
    ("head", "row", "why"),
    [
        (ACCESS_NOW, "2019-13-01,Kenya,KEN,1,,", "'2019-13-01' for '1' is no time"),
        (ACCESS_NOW, "2019-01-01,Kenya,KEN,-1,,", "'2019-01-01' for '-1' is no time"),
        (ACCESS_NOW, "2019-01-01,Kenya,KEN,many,,", "'2019-01-01' for 'many' is no time"),
        (ACCESS_NOW, "2019-01-01,Kenya,KEN,nan,,", "'2019-01-01' for 'nan' is no time"),
        (ACCESS_NOW, "9999-12-31,Kenya,KEN,0,,", "9999 is no year of a shutdown"),
        (ACCESS_NOW, "1919-01-01,Kenya,KEN,1,,", "1919 is no year of a shutdown"),
        (ACCESS_NOW, "2019-01-01,NA,NA,1,,", "'NA' is no country"),  # not Namibia
        (ACCESS_NOW, "2019-01-01,Atlantis,ATL,1,,", "'Atlantis' is no country"),
        (IODA, 'A,"Friday, June 1, 2018, 14:00 PM",,Kenya,Exams', "'Friday, June 1, 2018, 14:00 PM' to '' is no time"),
        (IODA, "A,6/1/2018 1:00:00 AM,soon,Kenya,Exams", "'6/1/2018 1:00:00 AM' to 'soon' is no time"),
        (IODA, "A,6/2/2018 1:00:00 AM,6/1/2018 1:00:00 AM,Kenya,Exams", "it ends (2018-06-01 01:00) before it begins"),
        (IODA, "A,6/2/2018 1:00:00 AM,,Congo,Exams", "'Congo' is no country"),  # there are two
    ],
)  # fmt: skip
def test_a_broken_row_is_told_with_its_line_and_the_rest_is_read(head: str, row: str, why: str) -> None:
    good = "2019-01-01,Kenya,KEN,1,,full network" if head == ACCESS_NOW else "B,6/1/2018 1:00:00 AM,,Kenya,Exams"
    found = _read(head, good, row)
    assert found.rejects == (f"file, line 3: {why}",)
    assert sum(_values(found, "shutdowns_listed").values()) == 1


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"\xff\xfe", b'"start_date,country\n2019'])
def test_a_foreign_file_is_one_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match="file is no list of shutdowns"):
        shutdowns.read(content, ORIGIN)


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 500)), min_size=1, max_size=12))
def test_hours_are_those_of_the_days_that_any_covers(spans: list[tuple[int, int]]) -> None:
    start = datetime(2016, 1, 1, tzinfo=UTC)
    rows = [f"{start + timedelta(days=first):%Y-%m-%d},Kenya,KEN,{days},,full network" for first, days in spans]
    days = {day for first, length in spans for day in range(first, first + length)}
    hours = _values(_read(ACCESS_NOW, *rows), "shutdown_hours")
    assert sum(hours.values()) == 24 * len(days)
    assert all(value <= 366 * 24 for value in hours.values())


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_series_or_one_sentence(content: bytes) -> None:
    for head in (b"", ACCESS_NOW.encode() + b"\n", IODA.encode() + b"\n"):
        try:
            found = shutdowns.read(head + content, ORIGIN)
        except InputError:
            continue
        assert all(isinstance(reject, str) for reject in found.rejects)


@needs_corpus
def test_the_list_of_access_now_is_read() -> None:
    found = shutdowns.read((FOLDER / "shutdowns_2016-2022_clean.csv").read_bytes(), ORIGIN)
    assert sum(_values(found, "shutdowns_listed").values()) == 1_115
    assert found.rejects == ("file, line 1068: 'NA' is no country",)


@needs_corpus
def test_the_messy_list_of_ioda_is_read() -> None:
    """It begins with a BOM, has empty columns and American dates; of 1,704 outages 166 were ordered."""
    found = shutdowns.read((FOLDER / "ioda_curated_outages_2018-2021.csv").read_bytes(), ORIGIN)
    assert sum(_values(found, "shutdowns_listed").values()) == 161
    assert [reject.partition(": ")[0] for reject in found.rejects] == [
        "file, line 36", "file, line 162", "file, line 191", "file, line 203", "file, line 1514", "file, in all",
    ]  # fmt: skip
