import fcntl
import json
import shutil
from pathlib import Path

import pytest

from trigpoint.errors import InputError
from trigpoint.report.folder import MARKER, hashes, replacing


def _write(out: Path, text: str) -> None:
    with replacing(out) as folder:
        (folder / "index.html").write_text(text, encoding="utf-8")
        files = hashes(folder)
        (folder / "report.json").write_text(json.dumps({"kind": MARKER, "files": files}), encoding="utf-8")


def test_a_report_takes_the_place_of_an_older_one_and_leaves_nothing_beside(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "report"
    for text in ("one", "two"):
        _write(out, text)
    assert (out / "index.html").read_text(encoding="utf-8") == "two"
    assert list(out.parent.iterdir()) == [out]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    _write(tmp_path / "out", "x")
    assert (tmp_path / "out" / "index.html").exists()


def test_a_crash_half_way_leaves_the_older_report_as_it_was(tmp_path: Path) -> None:
    _write(tmp_path / "out", "one")

    def crash() -> None:
        with replacing(tmp_path / "out") as folder:
            (folder / "index.html").write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert (tmp_path / "out" / "index.html").read_text(encoding="utf-8") == "one"
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


@pytest.mark.parametrize("marker", [None, "{}", "[", '{"kind": "trigpoint-report"}', "[" * 100_000])
def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path, marker: str | None) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    if marker is not None:
        (tmp_path / "report.json").write_text(marker, encoding="utf-8")
    with pytest.raises(InputError, match="holds something else than a report"):
        _write(tmp_path, "x")
    assert (tmp_path / "thesis.txt").exists()


def test_a_report_to_which_a_person_added_a_file_is_not_replaced(tmp_path: Path) -> None:
    _write(tmp_path / "out", "one")
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"files that are not of the report, such as notes\.txt"):
        _write(tmp_path / "out", "two")
    assert (tmp_path / "out" / "index.html").read_text(encoding="utf-8") == "one"


def test_a_file_or_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(InputError, match="is not a folder"):
            _write(tmp_path / name, "x")


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="the report cannot be written to"):
        _write(tmp_path / "file" / "out", "x")


def test_the_older_report_comes_back_when_the_new_one_cannot_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "out", "one")
    rename = Path.rename
    moved: list[Path] = []

    def refuse_second(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) == 2:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_second)
    with pytest.raises(InputError, match="No space left on device"):
        _write(tmp_path / "out", "two")
    assert (tmp_path / "out" / "index.html").read_text(encoding="utf-8") == "one"
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_what_a_killed_run_left_beside_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left = tmp_path / ".out.trigpoint-a1b2c3d4"
    others = [tmp_path / name for name in (".out.settings", ".other.trigpoint-a1b2c3d4", ".out.trigpoint-mine")]
    for path in (left, *others):
        path.mkdir()
        (path / "index.html").write_text("half", encoding="utf-8")
    _write(tmp_path / "out", "one")
    assert set(tmp_path.iterdir()) == {tmp_path / "out", *others}


def test_a_folder_that_another_run_is_writing_stays(tmp_path: Path) -> None:
    with replacing(tmp_path / "out") as one:
        _write(tmp_path / "out", "two")
        assert one.is_dir()


def test_an_older_report_that_a_killed_run_had_moved_stays_until_there_is_a_newer(tmp_path: Path) -> None:
    _write(tmp_path / "out", "one")
    moved = tmp_path / ".out.trigpoint-a1b2c3d4"
    shutil.move(tmp_path / "out", moved)

    def crash() -> None:
        with replacing(tmp_path / "out"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert (moved / "index.html").exists()
    _write(tmp_path / "out", "two")
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_without_locks_a_report_is_written_and_nothing_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    left = tmp_path / ".out.trigpoint-a1b2c3d4"
    left.mkdir()
    _write(tmp_path / "out", "one")
    assert set(tmp_path.iterdir()) == {tmp_path / "out", left}
