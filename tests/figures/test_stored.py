import json
from pathlib import Path

import pytest

from tests.figures.made_series import series, years
from trigpoint.errors import InputError
from trigpoint.figures import folder
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute
from trigpoint.figures.stored import read

LEDGER = compute(Data([series("population", years("KE", 2020, 5.0, 6.0))]))


def test_a_ledger_comes_back_as_it_was_written(tmp_path: Path) -> None:
    folder.write(LEDGER, tmp_path / "figures")
    for place in (tmp_path / "figures", tmp_path / "figures" / "ledger.json"):
        found = read(place)
        assert list(found) == list(LEDGER)
        assert found.records == LEDGER.records


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "is no ledger of an edition"), ("[]", "is no ledger"), ('{"figures": [{}]}', "is no ledger")],
)
def test_what_is_no_ledger_is_told_in_a_sentence(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(InputError, match=reason):
        read(tmp_path)


def test_an_id_that_is_there_twice_is_told(tmp_path: Path) -> None:
    folder.write(LEDGER, tmp_path / "figures")
    path = tmp_path / "figures" / "ledger.json"
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps(content | {"figures": content["figures"] * 2}))
    with pytest.raises(InputError, match="is in the ledger already"):
        read(path)


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no earlier edition can be read there"):
        read(tmp_path / "none")


def test_sources_of_a_report_have_their_whole_hashes_again(tmp_path: Path) -> None:
    record = {"organisation": "o", "series": "s", "url": "u", "licence": None, "sha256": "ab" * 32, "vintage": "2024"}
    figure = {"label": "x", "value": 1, "unit": "x", "subject": "KE", "period": "2024", "vintage": "2024",
              "transformation": "published", "rows": "r"}  # fmt: skip
    figures = [figure | {"id": "named", "sources": [("ab" * 32)[:16]]}, figure | {"id": "counted"},
               figure | {"id": "whole", "sources": ["cd" * 32]}]  # fmt: skip
    del figures[1]["rows"]
    content = {"figures": figures, "records": [record], "counted_from": ["ef" * 32]}
    (tmp_path / "report.json").write_text(json.dumps(content))
    found = read(tmp_path)
    assert {one.id: one.sources for one in found} == {
        "named": ("ab" * 32,), "counted": ("ef" * 32,), "whole": ("cd" * 32,),
    }  # fmt: skip
    assert {one.id: one.rows for one in found} == {"named": "r", "counted": "figures:counted", "whole": "r"}
