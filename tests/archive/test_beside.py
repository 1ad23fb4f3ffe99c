"""What stands beside a file: gathered once, and only from the same folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.shapes import tar_of, zipped
from trigpoint.archive import beside as module
from trigpoint.archive.beside import file_name, joining
from trigpoint.archive.format import Format
from trigpoint.archive.formats.ooni import FORMAT as OONI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from trigpoint.archive.containers import Entry
    from trigpoint.archive.format import Join
    from trigpoint.archive.stream import Stream


@pytest.fixture
def seen() -> list[list[str]]:
    return []


@pytest.fixture
def form(seen: list[list[str]]) -> Format:
    def gather(files: Iterable[tuple[str, Stream]]) -> Join:
        names = [name for name, content in files if content.peek(1)]
        seen.append(names)
        return lambda name, record: record + f" {name} {len(names)}".encode()

    return Format(name="x", recognises=bool, decode=OONI.decode, unwrap=OONI.unwrap, beside=gather)


def test_a_format_without_other_files_takes_records_as_they_are(tmp_path: Path) -> None:
    assert joining(OONI, tmp_path / "a", None)("a", b"record") == b"record"


def test_files_of_the_same_folder_are_gathered_once(tmp_path: Path, form: Format, seen: list[list[str]]) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.json", "b.json.gz", "inner/c.json"):
        (tmp_path / name).write_bytes(zipped(b"{}") if name.endswith("gz") else b"{}")
    (tmp_path / "d.tar").write_bytes(tar_of({"e.json": b"{}"}))
    for _ in range(2):
        assert joining(form, tmp_path / "a.json", None)("a.json", b"r") == b"r a.json 1"
    assert seen == [["b.json"]]


def test_a_file_beside_it_that_cannot_be_opened_costs_nothing_else(
    tmp_path: Path, form: Format, seen: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.json", "b.json", "c.json"):
        (tmp_path / name).write_bytes(b"{}")
    opened = module.entries

    def refuse(file: BinaryIO) -> Iterator[Entry]:
        if file.name.endswith("b.json"):
            raise PermissionError
        return opened(file)

    monkeypatch.setattr(module, "entries", refuse)
    joining(form, tmp_path / "a.json", None)
    assert seen == [["c.json"]]


def test_members_of_the_same_folder_are_gathered(tmp_path: Path, form: Format, seen: list[list[str]]) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(zipped(tar_of({"s/a.json": b"{}", "s/b.json": b"{}", "t/c.json": b"{}", "../d": b"{}"})))
    joining(form, path, "s/a.json")
    joining(form, path, "t/c.json")
    assert seen == [["b.json"], []]


def test_a_packed_file_is_named_as_it_is_unpacked() -> None:
    assert file_name("x/a.json.zst", None) == "a.json"
    assert file_name("x.zip", "s\\a.json") == "a.json"
