from __future__ import annotations

import errno
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from trigpoint.observe.batches import Batch, hash_sources
from trigpoint.observe.duplicates import Unique
from trigpoint.observe.worker import Task, work
from trigpoint.store.writer import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trigpoint.model.provenance import Source
    from trigpoint.store.manifest import DataFile
    from trigpoint.store.survey import Survey
    from trigpoint.store.writer import Writer


@contextmanager
def unique(folder: Path) -> Iterator[tuple[Writer, Unique]]:
    with writing(folder) as writer, closing(Unique(writer.survey, writer.incoming)) as made:
        yield writer, made


def read(writer: Writer, made: Unique, path: Path) -> tuple[list[Source], list[DataFile]]:
    found, _ = hash_sources([path], 1)
    task = Task(0, Batch(tuple(found)), records.read, None, str(writer.incoming), None)
    return made.accept(work(task, lambda *_: None))


def add(folder: Path, *paths: Path) -> Survey:
    with unique(folder) as (writer, made):
        for path in paths:
            writer.commit_observations(*read(writer, made, path))
        return writer.survey


def test_a_measurement_of_two_sources_stays_with_the_first(tmp_path: Path) -> None:
    first = records.write(tmp_path / "a", {"seed": 1}, {"seed": 2})
    second = records.write(tmp_path / "b", {"seed": 2, "uid": "u"}, {"seed": 3})
    survey = add(tmp_path / "s", first, second)
    assert {source.path: (source.measurements, source.duplicates) for source in survey.sources} == {
        str(first): (2, 0),
        str(second): (1, 1),
    }
    for table in ("measurements", "tcp_connects", "dns_answers", "tls_handshakes"):
        rows = survey.scan(table).collect()
        assert rows["id" if table == "measurements" else "measurement"].n_unique() == 3
    assert survey.scan("dns_answers").collect().height == 3 * 8
    assert survey.scan("measurements").collect()["uid"].to_list() == [None] * 3
    survey.verify()


def test_certificates_and_bodies_of_two_sources_are_kept_once(tmp_path: Path) -> None:
    survey = add(
        tmp_path / "s",
        records.write(tmp_path / "a", {"seed": 1}),
        records.write(tmp_path / "b", {"seed": 2}, {"seed": 3}),
    )
    for table, rows in (("certificates", 4), ("bodies", 3)):
        found = survey.scan(table).collect()["sha256"]
        assert found.len() == found.n_unique() == rows


def test_a_later_run_knows_what_an_earlier_one_committed(tmp_path: Path) -> None:
    add(tmp_path / "s", records.write(tmp_path / "a", {"seed": 1}, {"seed": 2, "probe_cc": "CN"}))
    survey = add(tmp_path / "s", records.write(tmp_path / "b", {"seed": 2, "probe_cc": "CN"}, {"seed": 3}))
    assert survey.counts.measurements == survey.scan("measurements").collect().height == 3
    assert survey.counts.duplicates == 1
    assert survey.scan("certificates").collect()["sha256"].is_unique().all()


def test_a_source_of_nothing_but_duplicates_adds_no_file(tmp_path: Path) -> None:
    first = records.write(tmp_path / "a", {"seed": 1}, {"seed": 2})
    second = records.write(tmp_path / "b", {"seed": 2}, {"seed": 1})
    survey = add(tmp_path / "s", first, second)
    assert survey.files == add(tmp_path / "t", first).files
    assert survey.counts.duplicates == 2


def test_a_duplicate_in_another_part_of_the_same_source_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trigpoint.observe.parts._MEASUREMENTS", 2)
    path = records.write(tmp_path / "a", {"seed": 1}, {"seed": 2}, {"seed": 1}, {"seed": 3}, {"seed": 3})
    survey = add(tmp_path / "s", path)
    assert (survey.counts.measurements, survey.counts.duplicates) == (3, 2)
    assert survey.scan("tcp_connects").select(pl.len()).collect().item() == 12


def test_only_partitions_that_are_touched_are_read_again(tmp_path: Path) -> None:
    add(tmp_path / "s", records.write(tmp_path / "a", {"seed": 1}, {"seed": 2, "probe_cc": "CN"}))
    with unique(tmp_path / "s") as (writer, made):
        read(writer, made, records.write(tmp_path / "b", {"seed": 3}))
        with sqlite3.connect(writer.incoming / "keys.sqlite") as database:
            keys = {key for (key,) in database.execute("SELECT key FROM measurements")}
        database.close()
    assert keys == {records.measurement(seed).id for seed in (1, 3)}


@pytest.mark.parametrize(
    ("code", "expected"), [(sqlite3.SQLITE_FULL, errno.ENOSPC), (sqlite3.SQLITE_IOERR_WRITE, errno.ENOSPC)]
)
def test_a_disk_too_full_for_the_keys_is_an_error_of_the_disk(tmp_path: Path, code: int, expected: int) -> None:
    with unique(tmp_path / "s") as (_, made):
        made._database.close()
        made._database = _Failing(code)
        with pytest.raises(OSError, match="No space left") as caught:
            made._note("bodies", ["a"])
        assert caught.value.errno == expected


def test_another_error_of_the_keys_is_not_called_a_full_disk(tmp_path: Path) -> None:
    with unique(tmp_path / "s") as (_, made):
        made._database.close()
        made._database = _Failing(sqlite3.SQLITE_BUSY)
        with pytest.raises(sqlite3.OperationalError):
            made._note("bodies", ["a"])


class _Failing:
    """A database of which every cursor fails."""

    def __init__(self, code: int) -> None:
        self._code = code

    def cursor(self) -> None:
        error = sqlite3.OperationalError()
        error.sqlite_errorcode = self._code
        raise error

    def close(self) -> None:
        pass
