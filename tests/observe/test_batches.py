from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.observe import batches
from trigpoint.observe.batches import SourceFile, hash_sources, plan, shown

if TYPE_CHECKING:
    import pytest

SOURCES = st.lists(
    st.integers(0, batches._BATCH_BYTES * 2).map(
        lambda size: SourceFile(
            sha256=hashlib.sha256(f"{size}".encode()).hexdigest(), size_bytes=size, path="", file=b"", modified_ns=0
        )
    ),
    unique_by=lambda source: source.sha256,
).map(lambda sources: sorted(sources, key=lambda source: source.sha256))


def test_files_are_ordered_by_their_hash_whatever_the_order_of_the_paths(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "dacb"]
    for path in paths:
        path.write_text(path.name)
    found, unreadable = hash_sources(paths, 2)
    assert [source.sha256 for source in found] == sorted(hashlib.sha256(name.encode()).hexdigest() for name in "abcd")
    assert (found, unreadable) == hash_sources(reversed(paths), 1)
    assert {source.size_bytes for source in found} == {1}


def test_a_content_under_two_paths_is_one_source_under_the_first(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).write_text("same")
    found, _ = hash_sources([tmp_path / name for name in ("b", "a", "c", "b")], 2)
    assert [source.path for source in found] == [str(tmp_path / "a")]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    found, unreadable = hash_sources([tmp_path / "nowhere", tmp_path], 1)
    assert found == []
    assert [(reject.path, reject.reason) for reject in unreadable] == [
        (str(tmp_path), "the file cannot be read: Is a directory"),
        (str(tmp_path / "nowhere"), "the file cannot be read: No such file or directory"),
    ]
    assert {reject.source for reject in unreadable} == {None}


def test_a_name_that_is_not_unicode_is_shown_with_escapes() -> None:
    assert shown(Path(os.fsdecode(b"a\xff.json"))) == "a\\xff.json"
    assert shown(Path("ü")) == "ü"


@given(SOURCES, st.integers(0, 20))
def test_batches_are_all_that_is_left_in_order_and_a_beginning_does_not_change_the_rest(
    sources: list[SourceFile], done: int
) -> None:
    planned = list(plan(sources, set()))
    assert [source for batch in planned for source in batch.sources] == sources
    known = {source.sha256 for batch in planned[:done] for source in batch.sources}
    assert list(plan(sources, known)) == planned[done:]
    for batch in planned:
        assert len(batch.sources) == 1 or sum(source.size_bytes for source in batch.sources) <= batches._BATCH_BYTES


def test_a_batch_is_named_by_its_source_or_by_all_of_them() -> None:
    first, second = (SourceFile(sha256=letter * 64, size_bytes=1, path="", file=b"", modified_ns=0) for letter in "ab")
    alone, together = batches.Batch((first,)), batches.Batch((first, second))
    assert alone.stem == "a" * 16
    assert together.stem == hashlib.sha256(b"a" * 64 + b"b" * 64).hexdigest()[:16]


def test_a_batch_has_a_largest_number_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_BATCH_FILES", 2)
    sources = [SourceFile(sha256=f"{number}", size_bytes=0, path="", file=b"", modified_ns=0) for number in range(5)]
    assert [len(batch.sources) for batch in plan(sources, {"3"})] == [2, 2]
