"""What another process needs of a survey that is being written."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.store import surveys
from trigpoint.errors import SurveyError
from trigpoint.store import parquet
from trigpoint.store.incoming import Incoming
from trigpoint.store.manifest import DataFile
from trigpoint.store.survey import Survey
from trigpoint.store.writer import writing

if TYPE_CHECKING:
    from pathlib import Path


def test_another_process_opens_what_the_writer_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    surveys.small(tmp_path / "s")
    monkeypatch.chdir(tmp_path / "s")
    with writing("../s") as writer:
        sent = pickle.loads(pickle.dumps(Incoming.of(writer)))  # noqa: S301 - what was written a moment ago
    monkeypatch.chdir(tmp_path)
    assert sent.open().files == Survey.open("s").files
    assert sent.open() is sent.open()


def test_another_commit_than_the_writers_is_refused(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    with writing(tmp_path / "s") as writer:
        sent = msgspec.structs.replace(Incoming.of(writer), listed="files-0000000000000000.json")
    with pytest.raises(SurveyError, match="what is seen here is not what was there when the work began"):
        sent.open()


def test_a_file_that_was_written_elsewhere_and_is_not_there_is_not_committed(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    before = Survey.open(tmp_path / "s").files
    with writing(tmp_path / "s") as writer:
        (file, *_) = surveys.stage(writer, [surveys.records.measurement(9)], f"{'9' * 16}-00000")
        (writer.incoming / file.path).unlink()
        with pytest.raises(SurveyError, match="was written and is not there; nothing was committed, run again"):
            writer.commit_observations([surveys.source(9, 1)], [file])
    assert Survey.open(tmp_path / "s").files == before


def test_a_file_comes_whole_in_the_place_of_another_and_leaves_no_draft(tmp_path: Path) -> None:
    frame = Survey.open(surveys.small(tmp_path / "s").path).scan("rejects").collect()
    like = DataFile(table="rejects", name=f"{'a' * 16}-00000.parquet")
    first = parquet.write(frame, tmp_path / "in", like)
    with (tmp_path / "in" / first.path).open("rb") as other:  # a worker that was only thought dead has it open
        assert parquet.write(frame, tmp_path / "in", like) == first
        assert other.read() == (tmp_path / "in" / first.path).read_bytes()
    assert [path.name for path in (tmp_path / "in").rglob("*") if path.is_file()] == [like.name]
