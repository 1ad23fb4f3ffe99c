from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.observe import records
from tests.store import surveys
from trigpoint.errors import DamagedSurveyError, NewerSurveyError, SurveyError
from trigpoint.observe import tables
from trigpoint.store.durable import sha256_of
from trigpoint.store.manifest import DataFile
from trigpoint.store.schemas import FORMAT_VERSION, TABLES
from trigpoint.store.survey import Slice, Survey, even, grouped
from trigpoint.store.writer import create, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_survey_has_every_column_and_no_row(tmp_path: Path, name: str) -> None:
    found = create(tmp_path / "s").scan(name).collect()
    partition = {"date": pl.String(), "country": pl.String()} if TABLES[name].is_partitioned else {}
    assert found.height == 0
    assert dict(found.schema) == TABLES[name].schema | partition


@pytest.mark.parametrize("folder", ["s", "with=sign/s", "date=2020-01-01/country=RU/s", "ü [x]*?/s"])
def test_a_scan_has_the_partition_from_the_path_wherever_the_survey_lies(tmp_path: Path, folder: str) -> None:
    surveys.small(tmp_path / folder)
    survey = Survey.open(tmp_path / folder)
    found = survey.scan("measurements").collect()
    assert dict(found.schema) == TABLES["measurements"].schema | {"date": pl.String(), "country": pl.String()}
    assert sorted(found.select("date", "country").rows()) == [
        ("2023-11-14", "CN"),
        ("2023-11-14", "IR"),
        ("2023-11-14", "IR"),
        ("2023-11-14", "ZZ"),
        ("2023-11-15", "IR"),
    ]
    assert survey.scan("certificates").collect().height == 5 + 2  # the authority's came with both sources


@pytest.mark.parametrize("table", ["bodies", "measurements"])
def test_a_table_is_read_whole_file_by_file(tmp_path: Path, table: str) -> None:
    surveys.small(tmp_path)
    survey = Survey.open(tmp_path)
    pieces = list(survey.each(table))
    assert len(pieces) > 1
    assert pl.concat(pieces).equals(survey.scan(table).collect())


@pytest.mark.parametrize("folder", ["s", "with=sign/s"])
def test_columns_that_an_older_version_did_not_write_are_missing(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder
    made = surveys.source(1, 1)
    with writing(path) as writer:
        file = DataFile(table="measurements", date="2023-11-14", country="IR", name=f"{made.sha256[:16]}-00000.parquet")
        staged = writer.incoming / file.path
        staged.parent.mkdir(parents=True)
        tables([records.measurement(1)])["measurements"].drop("lab_world", "date", "country").write_parquet(staged)
        file = msgspec.structs.replace(file, rows=1, bytes=staged.stat().st_size, sha256=sha256_of(staged)[0])
        writer.commit_observations([made], [file])
    manifest = path / "survey.toml"
    manifest.write_text(manifest.read_text().replace(f"format = {FORMAT_VERSION}", "format = 1"))
    survey = surveys.add(path, 2, [records.measurement(2, lab_world="iran")])
    worlds = survey.scan("measurements").select("lab_world", "country").collect()
    assert sorted(worlds.rows(), key=str) == [("iran", "IR"), (None, "IR")]
    assert survey.versions["format"] == str(FORMAT_VERSION)


def test_a_scan_of_countries_reads_those_alone(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    assert survey.scan("tcp_connects", {"CN"}).collect()["country"].unique().to_list() == ["CN"]
    assert survey.scan("tcp_connects", {"KE"}).collect().height == 0
    assert survey.scan("bodies", {"KE"}).collect().height == 5


def test_countries_partitions_and_slices_count_measurements(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    assert survey.countries() == {"CN": 1, "IR": 3, "ZZ": 1}
    assert survey.partitions() == [
        ("2023-11-14", "CN", 1),
        ("2023-11-14", "IR", 2),
        ("2023-11-14", "ZZ", 1),
        ("2023-11-15", "IR", 1),
    ]
    assert [(piece.country, piece.date, piece.measurements) for piece in survey.slices({"IR"})] == [
        ("IR", "2023-11-14", 2),
        ("IR", "2023-11-15", 1),
    ]


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1, 2, 1, 1]), (2, [1, 2, 2]), (3, [3, 2]), (20_000, [5])])
def test_chunks_hold_whole_slices_up_to_a_limit(tmp_path: Path, limit: int, sizes: list[int]) -> None:
    survey = surveys.small(tmp_path / "s")
    chunks = list(survey.chunks(limit))
    assert [sum(piece.measurements for piece in chunk) for chunk in chunks] == sizes
    assert [piece for chunk in chunks for piece in chunk] == survey.slices()
    for chunk in chunks:
        ids = survey.load("measurements", chunk)["id"]
        assert ids.len() == sum(piece.measurements for piece in chunk)
        assert set(survey.load("tls_handshakes", chunk)["measurement"]) == set(ids)


def test_columns_can_be_left_out(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    whole = survey.load("measurements", survey.slices())
    part = survey.load("measurements", survey.slices(), without=("uid", "no such column"))
    assert part.equals(whole.drop("uid"))


def test_chunks_of_an_empty_survey_are_none(tmp_path: Path) -> None:
    survey = create(tmp_path / "s")
    assert list(survey.chunks()) == []
    assert survey.load("measurements", ()).height == 0


def test_a_survey_names_its_versions_sources_and_counts(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    assert survey.versions == {"format": str(FORMAT_VERSION), "trigpoint": survey.manifest.trigpoint}
    assert [source.sha256 for source in survey.sources] == sorted(records.sha256(seed) for seed in "12")
    assert survey.counts.measurements == survey.counts.rows["measurements"] == 5
    assert survey.references == ()
    assert not survey.is_judged


def test_a_folder_without_a_survey_is_one_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SurveyError, match="there is no survey here"):
            Survey.open(folder)


def test_a_newer_survey_is_refused_and_not_changed(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    path = tmp_path / "s" / "survey.toml"
    path.write_text(path.read_text().replace(f"format = {FORMAT_VERSION}", f"format = {FORMAT_VERSION + 1}"))
    before = records.tree(tmp_path)
    with pytest.raises(NewerSurveyError):
        Survey.open(tmp_path / "s")
    assert records.tree(tmp_path) == before


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "message"), [(_truncate, "bytes instead of"), (lambda path: path.unlink(), "is missing")]
)
def test_a_file_that_is_missing_or_cut_off_is_noticed_when_opened(
    tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    survey = surveys.small(tmp_path / "s")
    damage(survey.path / survey.files[0].path)
    with pytest.raises(DamagedSurveyError, match=message):
        Survey.open(tmp_path / "s")


def test_a_file_whose_content_changed_is_noticed_when_verified(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    survey.verify()
    path = survey.path / survey.files[-1].path
    path.write_bytes(b"x" * path.stat().st_size)
    Survey.open(tmp_path / "s")
    with pytest.raises(DamagedSurveyError, match="does not match its hash"):
        survey.verify()


def test_of_one_country_only_its_files_and_shared_ones_are_verified(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    damaged = next(file for file in survey.files if file.country == "IR")
    (survey.path / damaged.path).write_bytes(b"x" * damaged.bytes)
    survey.verify("CN")
    with pytest.raises(DamagedSurveyError, match="does not match its hash"):
        survey.verify("IR")
    shared = next(file for file in survey.files if file.country is None)
    (survey.path / shared.path).write_bytes(b"x" * shared.bytes)
    with pytest.raises(DamagedSurveyError, match="does not match its hash"):
        survey.verify("CN")


def test_a_file_that_no_commit_lists_is_not_seen(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    listed = tmp_path / "s" / survey.files[-1].path
    (listed.parent / ("f" * 16 + "-00000.parquet")).write_bytes(listed.read_bytes())
    assert (
        Survey.open(tmp_path / "s")
        .scan(survey.files[-1].table)
        .collect()
        .equals(survey.scan(survey.files[-1].table).collect())
    )


def test_an_open_survey_stays_as_it_was_when_more_is_committed(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    surveys.add(tmp_path / "s", 3, [records.measurement(6)])
    assert survey.scan("measurements").collect().height == 5
    assert Survey.open(tmp_path / "s").scan("measurements").collect().height == 6


@given(st.lists(st.integers(1, 5), max_size=60), st.integers(5, 100))
def test_even_groups_are_as_few_as_can_be_and_none_is_above_the_limit(sizes: list[int], most: int) -> None:
    slices = [Slice("XL", "2024-11-04", str(number), size) for number, size in enumerate(sizes)]
    limit = even(slices, most)
    groups = [sum(piece.measurements for piece in group) for group in grouped(slices, limit)]
    assert sum(groups) == sum(sizes)
    assert all(group <= most for group in groups)
    assert limit == most or len(groups) <= math.ceil(sum(sizes) / most)
