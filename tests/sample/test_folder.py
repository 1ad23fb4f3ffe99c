from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING

import pytest
import zstandard

from trigpoint.archive import expand, identify, read
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.sample import SCENARIOS, records, write
from trigpoint.sample.folder import files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample")
    write(path)
    return path


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}


def test_two_writes_are_byte_identical(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)


def test_another_seed_writes_other_bytes() -> None:
    assert files(1)["signal.json"] != files(2)["signal.json"]


def test_written_files_are_those_that_are_named(tmp_path: Path) -> None:
    paths = write(tmp_path)
    assert paths == expand([tmp_path / "measurements"])[0]
    assert {"README.txt", "categories.csv"} == {path.name for path in tmp_path.iterdir() if path.is_file()}


def test_every_shape_of_archive_is_there(folder: Path) -> None:
    names = contents(folder)
    suffixes = {name.split(".", 1)[1] for name in names if name.startswith("XL-")}
    assert suffixes == {"jsonl.gz", "jsonl.zst", "tar.gz"}
    assert json.loads(names["signal.json"])["test_name"] == "signal"
    (day,) = [data for name, data in names.items() if name.endswith(".zst")]
    assert zstandard.ZstdDecompressor().decompress(day, max_output_size=2**26).startswith(b'{"annotations"')
    (postcan,) = [data for name, data in names.items() if name.endswith(".tar.gz")]
    with tarfile.open(fileobj=io.BytesIO(postcan)) as tar:
        member = tar.getmembers()[0]
        assert member.name.endswith(".post")
        assert json.load(tar.extractfile(member))["format"] == "json"


def test_the_readme_says_that_all_is_fictional(folder: Path) -> None:
    text = (folder / "README.txt").read_text()
    assert text.startswith("Fictional")
    assert "broken.jsonl" in text


def test_lines_are_json_and_name_every_measurement_once(folder: Path) -> None:
    days = [gzip.decompress(data) for name, data in contents(folder).items() if name.endswith(".jsonl.gz")]
    found = [json.loads(line) for day in days for line in day.splitlines()]
    assert 250 < len(found) < len(list(records()))
    assert len({json.dumps(record) for record in found}) == len(found)


def test_the_archive_reads_each_record_and_rejects_the_broken_lines(folder: Path) -> None:
    found = [record for path in expand([folder / "measurements"])[0] for record in read(path)]
    rejects = [record for record in found if isinstance(record, Reject)]
    measurements = [record for record in found if isinstance(record, Measurement)]
    assert [(reject.path.rsplit("/", 1)[1], reject.line) for reject in rejects] == [
        ("broken.jsonl", n) for n in range(2, 6)
    ]
    assert len(measurements) == len(list(records())) + 1
    assert {m.nettest for m in measurements} == {scenario.nettest for scenario in SCENARIOS.values()}
    assert {m.probe_cc for m in measurements} == {"XL"}
    assert len({m.id for m in measurements}) == len(measurements)


def test_web_measurements_have_steps_of_both_vantages(folder: Path) -> None:
    found = [record for path in expand([folder / "measurements"])[0] for record in read(path)]
    web = [m for m in found if isinstance(m, Measurement) and m.nettest == "web_connectivity" and m.has_control]
    assert len(web) > 300
    assert all({step.vantage for step in m.steps} == {"probe", "control"} for m in web)


def test_every_file_is_recognised(folder: Path) -> None:
    assert {identify(path) for path in expand([folder / "measurements"])[0]} == {"ooni"}
