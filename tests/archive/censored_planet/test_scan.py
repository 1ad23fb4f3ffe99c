"""One scan in several files: joined in a folder and in an archive, found again, and nothing counted twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.archive.censored_planet.records import (
    BLOCK_PAGE,
    GENUINE,
    NAME,
    OTHER,
    RESOLVER,
    SCAN,
    answer_v1,
    answer_v20,
    control_v2,
    fetched,
    lines,
    text,
)
from tests.archive.shapes import good, lookups, reasons, tar_of, trips, zipped
from trigpoint.archive import Finder, expand, read
from trigpoint.archive.censored_planet import scan as module
from trigpoint.archive.censored_planet.scan import Scan
from trigpoint.archive.stream import Stream

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.model.measurement import Measurement, Reject

V20 = {
    "results.json": lines(answer_v20({OTHER: [], "rcode": ["0"]})),
    "results_verified.json": lines(answer_v20({OTHER: [], "rcode": ["0"]}, excluded=False)),
    "responses.json": lines(control_v2(OTHER, vp=RESOLVER)),
    "responses_control.json": lines(control_v2(GENUINE), control_v2(GENUINE, vp="192.0.2.9")),
    "responses_raw.json": lines({"vp": RESOLVER, "test_url": NAME, "data": "00"}),
    "tagged_responses.json": lines({"ip": OTHER, "http": None, "cert": None, "asnum": 32934, "asname": "FACEBOOK"}),
    "tagged_resolvers.json": lines({"vp": RESOLVER, "location": {"country_name": "Tanzania", "country_code": "TZ"}}),
    "resolvers.json": lines({"vp": RESOLVER, "name": "ns.isp.example."}),
    "resolvers_raw.json": lines({"saddr": RESOLVER, "data": "00"}),
    "blockpages.json": lines(fetched(BLOCK_PAGE)),
}
V1 = {
    "interference.json": lines(answer_v1({OTHER: []})),
    "interference_err.json": lines(answer_v1([OTHER], query="b.example")),
    "answers.json": lines(answer_v1([OTHER]), answer_v1([OTHER], query="b.example")),
    "answers_err.json": lines({"resolver": RESOLVER, "query": "c.example", "error": "no_answer"}),
    "answers_control.json": lines({"resolver": "192.0.2.8", "query": NAME, "answers": [GENUINE]}),
    "answers_ip.json": lines({"answer": OTHER}),
    "tagged_answers.json": lines({"ip": OTHER, "http": None, "cert": None, "asnum": 64502, "asname": None}),
    "tagged_resolvers.json": lines({"resolver": RESOLVER, "country": "Kenya"}),
    "resolvers_ptr.json": lines({"resolver": RESOLVER, "names": ["ns.isp.example."]}),
}


def everything(folder: Path) -> list[Measurement | Reject]:
    return [record for path in expand([folder])[0] for record in read(path)]


def in_folder(folder: Path, files: dict[str, bytes], suffix: str = "") -> list[Measurement | Reject]:
    (folder / SCAN).mkdir()
    for name, content in files.items():
        (folder / SCAN / (name + suffix)).write_bytes(zipped(content) if suffix else content)
    return everything(folder)


def in_archive(folder: Path, files: dict[str, bytes]) -> list[Measurement | Reject]:
    (folder / "scan.tar.gz").write_bytes(
        zipped(tar_of({f"{SCAN}/raw/{name}": content for name, content in files.items()}))
    )
    return everything(folder)


@pytest.mark.parametrize("way", ["folder", "packed", "archive"])
def test_a_scan_of_version_2_is_one_measurement_with_its_control(tmp_path: Path, way: str) -> None:
    found = (
        in_archive(tmp_path, V20) if way == "archive" else in_folder(tmp_path, V20, ".gz" if way == "packed" else "")
    )
    assert reasons(found) == []
    (measurement,) = good(found)
    (answer,) = lookups(measurement)[0].answers
    assert (answer.annotated_asn, answer.annotated_as_name, answer.shared) == (32934, "FACEBOOK", "")
    assert [step.resolver_address for step in lookups(measurement, "control")] == ["192.0.2.8:53", "192.0.2.9:53"]
    assert [step.status for step in trips(measurement, "control")] == [200]
    assert measurement.report_id == f"{SCAN} {RESOLVER}"


def test_a_scan_of_version_1_is_each_question_once(tmp_path: Path) -> None:
    found = in_folder(tmp_path, V1)
    assert reasons(found) == []
    told = [(item.target, item.probe_cc, item.has_control, len(lookups(item, "control"))) for item in good(found)]
    assert sorted(told) == [
        ("b.example", "KE", False, 0),
        ("c.example", "KE", False, 0),
        (NAME, "KE", True, 1),
    ]


@pytest.mark.parametrize("name", ["answers.json", "responses.json", "results_verified.json"])
def test_a_file_is_read_where_no_better_one_stands_beside_it(tmp_path: Path, name: str) -> None:
    record = answer_v1([OTHER]) if name == "answers.json" else answer_v20({OTHER: []})
    assert len(good(in_folder(tmp_path, {name: lines(record)}))) == 1


@pytest.mark.parametrize("name", ["responses_control.json", "answers_control.json", "responses_raw.json"])
def test_answers_of_control_resolvers_are_no_measurements(tmp_path: Path, name: str) -> None:
    assert in_folder(tmp_path, {name: lines(control_v2(GENUINE))}) == []


def test_damaged_lines_are_rejected_where_they_stand_and_the_rest_is_joined(tmp_path: Path) -> None:
    broken = {**V20, "tagged_responses.json": b'{"ip": "damaged\n' + V20["tagged_responses.json"]}
    broken["results.json"] = b'{"vp": "cut\n{"vp": 7, "test_url": "x"}\n{"odd": 1}\n' + V20["results.json"]
    found = in_folder(tmp_path, broken)
    assert len(reasons(found)) == 4
    (measurement,) = good(found)
    assert lookups(measurement)[0].answers[0].annotated_asn == 32934


def test_a_scan_cut_off_in_the_middle_says_so_and_keeps_what_came_before(tmp_path: Path) -> None:
    whole = zipped(tar_of({f"{SCAN}/{name}": V20[name] for name in ("results.json", "tagged_resolvers.json")}))
    (tmp_path / "scan.tar.gz").write_bytes(whole[: len(whole) - 40])
    found = everything(tmp_path)
    assert any("cut off" in reason for reason in reasons(found))


def test_records_of_a_scan_are_found_again_with_what_stands_beside_them(tmp_path: Path) -> None:
    (measurement,) = good(in_archive(tmp_path, V20))
    raw = Finder()(tmp_path / "scan.tar.gz", measurement.member, measurement.line, measurement.id)
    joined = json.loads(raw)
    for step in measurement.steps:
        value = joined
        for part in step.pointer.split("/")[1:]:
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert value is not None


def test_what_a_record_says_is_beside_it_is_not_believed(tmp_path: Path) -> None:
    forged = answer_v20({OTHER: []}) | {"beside": {"control": [control_v2(OTHER)]}}
    (measurement,) = good(in_folder(tmp_path, {"results.json": lines(forged)}))
    assert lookups(measurement, "control") == []
    assert measurement.id == good(everything_of(tmp_path / "b", answer_v20({OTHER: []})))[0].id


def everything_of(folder: Path, record: dict[str, object]) -> list[Measurement | Reject]:
    folder.mkdir()
    return in_folder(folder, {"results.json": lines(record)})


def test_files_that_change_are_gathered_anew(tmp_path: Path) -> None:
    assert len(lookups(good(in_folder(tmp_path, V20))[0], "control")) == 2
    (tmp_path / SCAN / "responses_control.json").write_bytes(lines(control_v2(GENUINE)) + b"\n")
    assert len(lookups(good(everything(tmp_path))[0], "control")) == 1


# --- Bounds ----------------------------------------------------------------------------------------------------------


def take(scan: Scan, name: str, *values: object) -> None:
    scan.take(name, Stream(iter([lines(*values)])))


def test_no_more_is_held_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 1)
    monkeypatch.setattr(module, "MOST_PAGE_BYTES", 600)
    monkeypatch.setattr(module, "_MOST_CONTROLS", 2)
    scan = Scan()
    take(scan, "tagged.json", *({"ip": f"192.0.2.{n}", "asnum": 1, "asname": "x"} for n in range(5)))
    take(scan, "resolvers.json", *({"vp": f"192.0.2.{n}", "name": "x"} for n in range(5)))
    take(scan, "responses_control.json", *(control_v2(GENUINE, vp=f"192.0.2.{n}") for n in range(5)))
    take(scan, "responses_control.json", control_v2(GENUINE) | {"test_url": "b.example"})
    take(scan, "blockpages.json", *(fetched("x", ip=f"192.0.2.{n}") for n in range(5)))
    assert (len(scan.networks), len(scan.resolvers), len(scan.controls[NAME]), len(scan.controls)) == (1, 1, 2, 1)
    assert len(scan.pages[NAME]) == 1


@pytest.mark.parametrize(
    "odd", [{"ip": "x", "asnum": 1, "asname": ""}, {"vp": "x", "name": "n"}, {"vp": RESOLVER, "names": 1}]
)
def test_rows_that_name_nothing_are_passed_over(odd: dict[str, object]) -> None:
    scan = Scan()
    take(scan, "x.json", odd)
    assert (scan.networks, scan.resolvers) == ({}, {})


def test_what_is_no_json_is_left_to_the_reader() -> None:
    assert Scan().join("results.json", b"{") == b"{"
    assert Scan().join("results.json", text({"odd": 1})) == text({"odd": 1})
