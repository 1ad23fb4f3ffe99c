from __future__ import annotations

import json
from pathlib import Path

import pytest

from trigpoint.errors import InputError
from trigpoint.reference.statistics import values
from trigpoint.reference.statistics.folder import read
from trigpoint.reference.statistics.reading import Origin

TABLE = "Entity,Code,Year,Population\nKenya,KEN,2024,56432944\n"
SOURCE = """["people.csv"]
format = "table"
organisation = "World Bank"
url = "https://example.org"
licence = "CC-BY-4.0"
vintage = "2026-03"
"""
VALUES = {"organisation": "o", "series": "s", "url": "u", "licence": "MIT", "vintage": "2026-10", "metric": "asns"}


def _folder(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_a_file_is_what_sources_toml_says(tmp_path: Path) -> None:
    found = read(_folder(tmp_path, people_csv=TABLE, sources_toml=SOURCE))
    (series,) = found.series
    assert (series.record.organisation, series.record.vintage, series.record.licence) == (
        "World Bank",
        "2026-03",
        "CC-BY-4.0",
    )
    assert found.rejects == ()


def test_a_file_of_which_nobody_says_what_it_is_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    found = read(_folder(tmp_path, people_csv=TABLE, sources_toml=SOURCE, other_csv=TABLE))
    assert len(found.series) == 1
    assert found.rejects == (f"{tmp_path / 'other.csv'}: sources.toml does not say what it is and where it comes from",)


def test_a_foreign_file_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    more = SOURCE.replace("people.csv", "broken.csv")
    found = read(_folder(tmp_path, people_csv=TABLE, sources_toml=SOURCE + more, broken_csv="<html>"))
    assert len(found.series) == 1
    assert [reject.startswith(str(tmp_path / "broken.csv")) for reject in found.rejects] == [True]


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _folder(tmp_path, people_csv=TABLE)

    (folder / "sources.toml").write_text(SOURCE)
    real = Path.open

    def refusing(path: Path, *how: str) -> object:
        if path.suffix == ".csv":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *how)

    monkeypatch.setattr(Path, "open", refusing)  # root reads everything
    assert read(folder).rejects == (f"{folder / 'people.csv'} cannot be read: Permission denied",)


@pytest.mark.parametrize("text", ["[", '[x]\nformat = "magic"\norganisation = "o"\nurl = "u"', "[x]\nformat = 3"])
def test_a_broken_sources_toml_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"sources\.toml"):
        read(_folder(tmp_path, sources_toml=text))


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none cannot be read: No such file or directory"):
        read(tmp_path / "none")


def test_a_file_of_values_says_itself_where_it_comes_from() -> None:
    origin = Origin(name="file", organisation="", url="", licence=None)
    found = values.read(json.dumps(VALUES | {"values": {"KE": 5, "ZZ": 1, "US": -1}}).encode(), origin)
    (series,) = found.series
    assert [(point.subject, point.period, point.value) for point in series.points] == [("KE", "2026-10", 5)]
    assert (series.record.organisation, series.record.licence, series.record.vintage) == ("o", "MIT", "2026-10")
    assert found.rejects == ("file, ZZ: no country", "file, US: a number below nought")
    with pytest.raises(InputError, match="file is no file of values"):
        values.read(b"{}", origin)


def test_values_may_be_of_several_years_and_of_the_world_with_flags() -> None:
    origin = Origin(name="file", organisation="", url="", licence=None)
    more = {"values": {"KE": {"2014": 5, "2015": -1}, "001": {"2015": 9}}, "flags": ["estimate"]}
    found = values.read(json.dumps(VALUES | more).encode(), origin)
    (series,) = found.series
    assert [(point.subject, point.period, point.value) for point in series.points] == [
        ("001", "2015", 9), ("KE", "2014", 5),
    ]  # fmt: skip
    assert series.flags == ("estimate",)
    assert found.rejects == ("file, KE: a number below nought",)
