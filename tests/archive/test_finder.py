"""Raw records are found again, in one pass where they are asked for in order, and only what the survey read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.archive.test_reading import LINE, OTHER, good, postcan, read_bytes, record, tar_of, zipped
from trigpoint.archive import Finder
from trigpoint.archive import finder as module
from trigpoint.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.model.measurement import Measurement

MANY = zipped(
    tar_of(
        {
            "../x": b"",
            "a.post": postcan(record(probe_cc="XN")),
            "b.json": b"\n" + LINE + b"\n\nnot JSON\n" + b"{" + b" " * (17 << 20) + b"}\n" + OTHER,
            "c": json.dumps(record(), indent=1).encode(),
            "picture": b"\x89PNG\r\n",
        }
    )
)


def find(finder: Finder, folder: Path, measurement: Measurement) -> dict[str, object]:
    found: dict[str, object] = json.loads(finder(folder / "file", measurement.member, measurement.line, measurement.id))
    return found


def test_a_record_is_found_again_where_its_measurement_says(tmp_path: Path) -> None:
    finder = Finder()
    for measurement in good(read_bytes(tmp_path, MANY)):
        raw = find(finder, tmp_path, measurement)
        assert raw["probe_cc"] == measurement.probe_cc
        assert raw["test_name"] == measurement.nettest


def test_in_order_the_file_is_opened_once_and_backwards_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = good(read_bytes(tmp_path, MANY))
    opened = []
    entries = module.entries
    monkeypatch.setattr(module, "entries", lambda file: (opened.append(file), entries(file))[1])
    finder = Finder()
    for measurement in found:
        find(finder, tmp_path, measurement)
    assert len(opened) == 1
    find(finder, tmp_path, found[0])
    assert len(opened) == 2


@pytest.mark.parametrize(("member", "line"), [(None, 3), (None, 9), ("x", 1)])
def test_a_record_that_is_not_there_is_named(tmp_path: Path, member: str | None, line: int) -> None:
    (tmp_path / "file").write_bytes(LINE + b"\n\n\n" + OTHER)
    with pytest.raises(InputError, match="has no record at"):
        Finder()(tmp_path / "file", member, line, "")


def test_an_entry_that_is_refused_has_no_record(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(tar_of({"../x": LINE}))
    with pytest.raises(InputError, match=r"no record at \.\./x, line 1"):
        Finder()(tmp_path / "file", "../x", 1, "")


def test_another_record_in_its_place_is_no_evidence(tmp_path: Path) -> None:
    (first,) = good(read_bytes(tmp_path, LINE))
    (tmp_path / "file").write_bytes(OTHER)
    with pytest.raises(InputError, match="has another record at line 1 than the survey read"):
        find(Finder(), tmp_path, first)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere cannot be read"):
        Finder()(tmp_path / "nowhere", None, 1, "")
