from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from tests.reference import mmdb
from trigpoint.errors import InputError
from trigpoint.model.measurement import Reject
from trigpoint.observe import worker
from trigpoint.observe.batches import Batch, hash_sources
from trigpoint.observe.worker import Done, Task, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trigpoint.model.measurement import Measurement
    from trigpoint.observe.worker import Read


def run(folder: Path, *paths: Path, read: Read = records.read, **options: object) -> Done:
    found, _ = hash_sources(paths, 1)
    values = {"identify": records.identify, "database": None, **options}
    return work(Task(0, Batch(tuple(found)), read, folder=str(folder / "incoming"), **values), lambda *_: None)


def rejects(folder: Path, done: Done) -> list[dict[str, object]]:
    files = [file for part in done.parts for file in part.files if file.table == "rejects"]
    return [row for file in files for row in pl.read_parquet(folder / "incoming" / file.path).to_dicts()]


def test_a_source_is_described_with_what_was_found_in_it(tmp_path: Path) -> None:
    path = records.write(tmp_path / "a", {"seed": 1}, {"seed": 1, "uid": "u"}, {"seed": 2}, {"reject": "no"})
    (source,) = run(tmp_path, path).sources
    assert (source.path, source.format, source.bytes) == (str(path), "orders", path.stat().st_size)
    assert (source.measurements, source.duplicates, source.rejects) == (2, 1, 1)


def test_a_reader_that_fails_leaves_what_it_read_and_a_reject_and_the_other_files(tmp_path: Path) -> None:
    bad = records.write(tmp_path / "bad", {"seed": 1}, {"fail": "beyond all types"}, {"seed": 2})
    worse = records.write(tmp_path / "worse", {"fail": "at once"})
    good = records.write(tmp_path / "good", {"seed": 3})
    done = run(tmp_path, bad, worse, good)
    assert sorted((source.path, source.measurements, source.rejects) for source in done.sources) == [
        (str(bad), 1, 1),
        (str(good), 1, 0),
        (str(worse), 0, 1),
    ]
    found = {row["path"]: row for row in rejects(tmp_path, done)}
    assert found[str(bad)]["reason"] == "the reader failed after line 1: ValueError: beyond all types"
    assert found[str(worse)]["reason"] == "the reader failed: ValueError: at once"
    assert found[str(worse)]["source"] == next(one.sha256 for one in done.sources if one.path == str(worse))


def test_a_reject_that_names_no_source_gets_that_of_its_file(tmp_path: Path) -> None:
    done = run(tmp_path, records.write(tmp_path / "a", {"reject": "no"}))
    assert rejects(tmp_path, done)[0]["source"] == done.sources[0].sha256


def no_memory(path: Path, _: str) -> Iterator[Measurement | Reject]:
    yield Reject(path=str(path), reason="r")
    raise MemoryError


def test_a_lack_of_memory_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        run(tmp_path, records.write(tmp_path / "a"), read=no_memory)


def longer_then(path: Path, source: str) -> Iterator[Measurement | Reject]:
    yield from records.read(path, source)
    path.write_bytes(path.read_bytes() + b"\n")


def touched_then(path: Path, source: str) -> Iterator[Measurement | Reject]:
    yield from records.read(path, source)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def removed_then(path: Path, source: str) -> Iterator[Measurement | Reject]:
    yield from records.read(path, source)
    path.unlink()


@pytest.mark.parametrize("read", [longer_then, touched_then])
def test_a_file_that_changes_while_it_is_read_is_one_sentence(tmp_path: Path, read: Read) -> None:
    with pytest.raises(InputError, match="changed while it was read; run again"):
        run(tmp_path, records.write(tmp_path / "a", {"seed": 1}), read=read)


def test_a_file_that_was_read_may_go(tmp_path: Path) -> None:
    (source,) = run(tmp_path, records.write(tmp_path / "a", {"seed": 1}), read=removed_then).sources
    assert source.measurements == 1


def test_a_format_that_cannot_be_named_is_unknown(tmp_path: Path) -> None:
    path = records.write(tmp_path / "nothing", {"reject": "no"})
    assert run(tmp_path, path).sources[0].format == "unknown"
    assert run(tmp_path, path, identify=None).sources[0].format == "unknown"


def test_the_address_database_enriches(tmp_path: Path) -> None:
    database = mmdb.write(tmp_path / "a.mmdb", {"93.184.0.0/16": {"asn": 7}})
    done = run(tmp_path, records.write(tmp_path / "a", {"seed": 1}), database=str(database))
    (file,) = [file for part in done.parts for file in part.files if file.table == "tcp_connects"]
    assert pl.read_parquet(tmp_path / "incoming" / file.path)["asn"].to_list() == [7] * 4


def test_counts_are_reported_as_time_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_RECORDS_BETWEEN_LOOKS", 2)
    monkeypatch.setattr(worker, "_SECONDS_BETWEEN_REPORTS", -1.0)
    found, _ = hash_sources([records.write(tmp_path / "a", {"seed": 1}, {"reject": ""}, {"seed": 2}, {"seed": 3})], 1)
    told: list[tuple[int, int]] = []
    work(Task(0, Batch(tuple(found)), records.read, None, str(tmp_path), None), lambda *counts: told.append(counts))
    assert told == [(1, 1), (3, 1)]


def test_the_collector_is_as_before_afterwards(tmp_path: Path) -> None:
    before = gc.get_threshold()
    run(tmp_path, records.write(tmp_path / "a", {"seed": 1}))
    assert gc.get_threshold() == before


def test_a_file_of_rejects_stays_small_and_counts_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LISTED_REJECTS", 3)
    path = records.write(tmp_path / "a", *[{"reject": "no"}] * 10, {"seed": 1})
    done = run(tmp_path, path)
    (source,) = done.sources
    assert (source.measurements, source.rejects) == (1, 10)
    listed = rejects(tmp_path, done)
    assert len(listed) == 4
    assert sum("7 more records" in str(row["reason"]) for row in listed) == 1
