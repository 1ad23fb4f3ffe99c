from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.errors import InputError
from trigpoint.reference.statistics import tables, worldbank
from trigpoint.reference.statistics.reading import Origin, Rejects
from trigpoint.reference.statistics.rows import MOST_BROKEN, rows

ORIGIN = Origin(name="file", organisation="", url="", licence=None)


def _read(content: bytes) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    rejects = Rejects("file")
    return list(rows(content, ORIGIN, rejects)), rejects.told()


def test_a_row_has_the_number_of_its_first_line() -> None:
    assert _read(b'\xef\xbb\xbfa,b\n\n"c\nd",e\nf,g\n') == (
        [(1, ["a", "b"]), (3, ["c\nd", "e"]), (5, ["f", "g"])],
        (),
    )


def test_a_quotation_mark_that_nothing_closes_costs_its_line_alone() -> None:
    found, told = _read(b'a,1\nb,"2\nc,3\nd,4\n')
    assert found == [(1, ["a", "1"]), (3, ["c", "3"]), (4, ["d", "4"])]
    assert told == ("file, line 2: no row of a table: unexpected end of data",)


def test_bytes_that_are_no_utf_8_cost_nothing_but_themselves() -> None:
    assert _read(b"C\xf4te d'Ivoire,CIV\n") == ([(1, ["C\ufffdte d'Ivoire", "CIV"])], ())


def test_a_file_of_broken_lines_is_given_up() -> None:
    found, told = _read(b'a,"b\n' * (MOST_BROKEN + 50))
    assert found == []
    assert len(told) < 30  # the first ones, and how many more


@given(st.binary(max_size=200))
def test_whatever_the_bytes_there_are_rows_and_rejects(content: bytes) -> None:
    if not content.startswith(b"\x1f\x8b"):
        found, told = _read(content)
        assert [line for line, _ in found] == sorted({line for line, _ in found})
        assert all(sentence.startswith("file") for sentence in told)


@pytest.mark.parametrize("value", ["1e300", "1e13"])
def test_what_nobody_could_count_is_told_with_its_line(value: str) -> None:
    found = tables.read(f"Code,Year,Population\nKEN,2020,{value}\nKEN,2021,5e7\n".encode(), ORIGIN)
    assert found.rejects == (f"file, line 2: '{value}': more than there can be",)
    assert [point.period for point in found.series[0].points] == ["2021"]


def test_nobody_observes_what_comes_after_they_said_so() -> None:
    origin = Origin(name="file", organisation="", url="", licence=None, vintage="2026-01-01")
    found = tables.read(b"Code,Year,Population\nKEN,3020,5e7\nKEN,2025,5e7\n", origin)
    assert found.rejects == ("file, line 2: 3020 is after 2026-01-01, when it was said",)
    assert [point.period for point in found.series[0].points] == ["2025"]
    entries = [{"indicator": {"id": "SP.POP.TOTL"}, "country": {"id": "KE"}, "date": year, "value": 5e7}
               for year in ("2027", "2025")]  # fmt: skip
    answer = worldbank.read(json.dumps([{"pages": 1, "lastupdated": "2026-01-01"}, entries]).encode(), ORIGIN)
    assert answer.rejects == ("file, entry 1: 2027 is after 2026-01-01, when it was said",)


def test_broken_json_is_told_with_its_line() -> None:
    with pytest.raises(InputError, match=r"no JSON that can be read \(line 3\)"):
        worldbank.read(b"[\n1,\n2 x\n]", ORIGIN)
