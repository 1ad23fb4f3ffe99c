import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.report.csv_files import write_csv
from trigpoint.report.text import spreadsheet


@pytest.mark.parametrize("is_fictional", [True, False])
@pytest.mark.parametrize("is_laboratory", [True, False])
def test_every_row_says_whether_its_data_are_invented_or_of_a_laboratory(
    tmp_path: Path, is_fictional: bool, is_laboratory: bool
) -> None:
    write_csv(pl.DataFrame({"a": [1, 2]}), tmp_path / "x.csv", is_fictional=is_fictional, is_laboratory=is_laboratory)
    with (tmp_path / "x.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["is_fictional"] for row in rows] == [str(is_fictional).lower()] * 2
    assert [row["is_laboratory"] for row in rows] == [str(is_laboratory).lower()] * 2


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")), min_size=1))
def test_text_comes_back_as_it_is_shown(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    write_csv(pl.DataFrame({"text": texts}), path, is_fictional=False, is_laboratory=False)
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [spreadsheet(text) for text in texts]


def test_a_frame_without_rows_keeps_its_head(tmp_path: Path) -> None:
    write_csv(pl.DataFrame(schema={"a": pl.String()}), tmp_path / "x.csv", is_fictional=False, is_laboratory=False)
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "a,is_fictional,is_laboratory\n"
