from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from tests.store import surveys
from trigpoint.errors import DamagedSurveyError, NewerSurveyError, SurveyError
from trigpoint.model.provenance import ReferenceFile
from trigpoint.store import durable
from trigpoint.store.manifest import Judged
from trigpoint.store.schemas import FORMAT_VERSION
from trigpoint.store.survey import Survey
from trigpoint.store.writer import create, inputs_hash, writing

if TYPE_CHECKING:
    from pathlib import Path

DATABASES = [ReferenceFile(name="address database", sha256=digit * 64) for digit in "ba"]


def test_a_new_survey_is_made_with_its_parents_and_opened_the_next_time(tmp_path: Path) -> None:
    made = create(tmp_path / "a" / "b")
    before = records.tree(tmp_path)
    again = create(tmp_path / "a" / "b")
    assert made.counts == again.counts
    assert made.files == again.files == ()
    assert records.tree(tmp_path) == before


def test_nothing_is_left_of_a_new_survey_that_is_not_committed(tmp_path: Path) -> None:
    with writing(tmp_path / "a" / "b") as writer:
        surveys.stage(writer, [records.measurement(1)], "0" * 16 + "-00000")
    assert list(tmp_path.iterdir()) == []


def test_the_order_of_commits_of_the_same_sources_does_not_change_a_byte(tmp_path: Path) -> None:
    content = {seed: [records.measurement(seed), records.measurement(seed + 10, probe_cc="CN")] for seed in (1, 2, 3)}
    for folder, order in (("a", (1, 2, 3)), ("b", (3, 1, 2))):
        for seed in order:
            surveys.add(tmp_path / folder, seed, content[seed])
    assert records.tree(tmp_path / "a") == records.tree(tmp_path / "b")


def test_an_old_list_of_files_is_removed_and_data_files_never_change(tmp_path: Path) -> None:
    first = surveys.add(tmp_path / "s", 1, [records.measurement(1)])
    before = {file.path: (tmp_path / "s" / file.path).read_bytes() for file in first.files}
    surveys.add(tmp_path / "s", 2, [records.measurement(2)])
    after = records.tree(tmp_path / "s")
    assert len([name for name in after if name.startswith("files-")]) == 1
    assert before.items() <= after.items()


def test_reference_files_are_named_once_in_order(tmp_path: Path) -> None:
    for _ in range(2):
        with writing(tmp_path / "s") as writer:
            survey = writer.commit_observations([], [], DATABASES)
    assert survey.references == tuple(reversed(DATABASES))


def test_what_a_killed_run_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    before = records.tree(tmp_path / "s")
    folder = tmp_path / "s"
    listed = folder / survey.files[-1].path
    left = listed.parent / ("f" * 16 + "-00000.parquet")
    left.write_bytes(b"half")
    other = folder / "tables" / "datagrams" / "date=2031-01-01" / "country=KE"
    other.mkdir(parents=True)
    (other / left.name).write_bytes(b"half")
    for incoming in (f".incoming-{os.getpid()}", ".incoming-1"):
        (folder / incoming / "tables").mkdir(parents=True)
        (folder / incoming / "tables" / "x").write_bytes(b"")
    (folder / "survey.toml.new").write_bytes(b"half")
    (folder / "files-0123456789abcdef.json").write_bytes(b"[]")
    kept = {"notes.txt": b"mine", "tables/mine.parquet": b"mine", "tables/bodies/mine.parquet": b"mine"}
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    with writing(folder):
        pass
    assert records.tree(folder) == before | kept


def test_a_killed_first_run_can_be_begun_again(tmp_path: Path) -> None:
    (tmp_path / "s" / ".incoming-1" / "tables").mkdir(parents=True)
    (tmp_path / "s" / "tables" / "bodies").mkdir(parents=True)
    (tmp_path / "s" / "tables" / "bodies" / ("f" * 16 + "-00000.parquet")).write_bytes(b"half")
    (tmp_path / "s" / "survey.toml.new").write_bytes(b"half")
    surveys.add(tmp_path / "s", 1, [records.measurement(1)])
    surveys.add(tmp_path / "t", 1, [records.measurement(1)])
    assert records.tree(tmp_path / "s") == records.tree(tmp_path / "t")


def test_a_folder_of_other_files_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"years")
    before = records.tree(tmp_path)
    with pytest.raises(SurveyError, match=r"holds no survey but other files \(thesis\.docx\)"), writing(tmp_path):
        pass
    assert records.tree(tmp_path) == before


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_in_the_way_is_one_sentence(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SurveyError, match="cannot be made a survey"), writing(tmp_path / path):
        pass


def test_a_second_writer_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with writing(tmp_path / "s") as writer:
        before = records.tree(tmp_path)
        with pytest.raises(SurveyError, match="another run"), writing(tmp_path / "s"):
            pass
        assert records.tree(tmp_path) == before
        writer.commit_observations([], [])


def test_a_newer_or_damaged_survey_is_not_written_to(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    path = tmp_path / "s" / "survey.toml"
    good = path.read_text()
    path.write_text(good.replace(f"format = {FORMAT_VERSION}", f"format = {FORMAT_VERSION + 1}"))
    before = records.tree(tmp_path)
    with pytest.raises(NewerSurveyError), writing(tmp_path / "s"):
        pass
    assert records.tree(tmp_path) == before
    path.write_text(good)
    (tmp_path / "s" / survey.files[0].path).write_bytes(b"")
    before = records.tree(tmp_path)
    with pytest.raises(DamagedSurveyError), writing(tmp_path / "s"):
        pass
    assert records.tree(tmp_path) == before


@pytest.mark.parametrize("failing", range(6))
def test_a_disk_that_is_full_at_any_write_leaves_the_survey_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    surveys.small(tmp_path / "s")
    before = records.tree(tmp_path)
    calls = iter(range(10_000))
    sync = os.fsync

    def full(descriptor: int) -> None:
        if next(calls) == 4 * failing:  # among data files, the folders, the list, and the manifest's own
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(durable.os, "fsync", full)
        with pytest.raises(SurveyError, match="no space left"):
            surveys.add(tmp_path / "s", 3, [records.measurement(6)])
    assert Survey.open(tmp_path / "s").counts.measurements == 5
    with writing(tmp_path / "s"):
        pass
    assert records.tree(tmp_path) == before
    surveys.add(tmp_path / "s", 3, [records.measurement(6)])
    Survey.open(tmp_path / "s").verify()


def test_new_observations_take_the_verdicts_away(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    with writing(tmp_path / "s") as writer:
        judged = writer.commit_verdicts([], Judged(rules="7", inputs="ab", references=(DATABASES[0],)))
    assert judged.is_judged
    assert judged.versions["rules"] == "7"
    assert judged.references == (DATABASES[0],)
    survey = surveys.add(tmp_path / "s", 3, [records.measurement(6)])
    assert not survey.is_judged
    assert "rules" not in survey.versions


def test_the_hash_of_the_inputs_moves_with_each_of_them(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    more = surveys.add(tmp_path / "s", 3, [records.measurement(6)])
    hashes = [
        inputs_hash(survey, "1", ()),
        inputs_hash(survey, "2", ()),
        inputs_hash(survey, "1", DATABASES),
        inputs_hash(more, "1", ()),
    ]
    assert len(set(hashes)) == 4
    assert inputs_hash(survey, "1", DATABASES) == inputs_hash(survey, "1", reversed(DATABASES))


def test_other_engines_read_the_tables_as_plain_hive_parquet(tmp_path: Path) -> None:
    survey = surveys.small(tmp_path / "s")
    found = pl.read_parquet(tmp_path / "s" / "tables" / "measurements", hive_partitioning=True)
    assert found.height == 5
    assert set(found["country"]) == set(survey.countries())
