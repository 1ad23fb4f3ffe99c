"""Files to measurements or rejects: everything is one or the other (R3)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import encoded, good, postcan, read_bytes, reasons, record, tar_of, without, zipped
from trigpoint import archive
from trigpoint.archive import expand, identify, read
from trigpoint.archive import stream as stream_module
from trigpoint.errors import InputError
from trigpoint.model.measurement import Measurement, Reject

LINE = encoded(record())
OTHER = encoded(record(probe_cc="XM"))


def test_the_public_surface_is_small() -> None:
    assert sorted(archive.__all__) == ["Finder", "expand", "identify", "read"]


# paths


def refused(paths: list[Path]) -> dict[str, str]:
    return {Path(reject.path).name: reject.reason for reject in expand(paths)[1]}


def test_a_folder_is_its_files_at_any_depth_sorted(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    files = [tmp_path / "b" / "c" / "1", tmp_path / "b" / "2", tmp_path / "a"]
    for file in files:
        file.touch()
    assert expand([tmp_path, tmp_path / "a"]) == (sorted(files), [])


def test_where_no_path_leads_to_a_file_each_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(InputError, match=r"nowhere does not exist; .*x is an empty folder$"):
        expand([tmp_path / "nowhere", tmp_path / "x"])


def test_paths_among_others_that_lead_to_no_file_are_rejects(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "file").touch()
    files, rejects = expand([tmp_path / "nowhere", tmp_path / "file", tmp_path / "x", tmp_path / "x"])
    assert files == [tmp_path / "file"]
    assert [reject.reason for reject in rejects] == ["does not exist", "is an empty folder"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_what_is_neither_file_nor_folder_is_a_reject(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"pipe is neither a file nor a folder$"):
        expand([tmp_path])
    (tmp_path / "file").touch()
    assert refused([tmp_path]) == {"pipe": "is neither a file nor a folder"}


def test_links_of_a_folder_that_lead_to_no_file_are_rejects(tmp_path: Path) -> None:
    (tmp_path / "all" / "below").mkdir(parents=True)
    (tmp_path / "all" / "file").touch()
    (tmp_path / "all" / "below" / "up").symlink_to(tmp_path / "all")
    (tmp_path / "all" / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "all" / "link").symlink_to(tmp_path / "all" / "file")
    assert [path.name for path in expand([tmp_path / "all"])[0]] == ["file", "link"]
    assert refused([tmp_path / "all"]) == {
        "up": "is a link to a folder, which is not followed",
        "gone": "does not exist",
    }


def test_a_folder_that_cannot_be_read_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked").mkdir()
    scan = os.scandir

    def locked(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", locked)  # root reads everything
    with pytest.raises(InputError, match=r"locked cannot be read: Permission denied$"):
        expand([tmp_path])
    (tmp_path / "file").touch()
    assert refused([tmp_path]) == {"locked": "cannot be read: Permission denied"}


def test_a_survey_that_lies_beside_measurements_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "survey" / "data").mkdir(parents=True)
    for name in ("survey/survey.toml", "survey/data/a.parquet", "file"):
        (tmp_path / name).touch()
    assert expand([tmp_path]) == ([tmp_path / "file"], [])
    with pytest.raises(InputError, match="survey is a survey, not measurements"):
        expand([tmp_path / "survey"])


# packings


@pytest.mark.parametrize(
    "content",
    [
        LINE,
        LINE + b"\n" + OTHER + b"\n",
        LINE + b"\r\n\r\n" + OTHER,
        b"\xef\xbb\xbf" + LINE,
        json.dumps(record(), indent=2).encode(),
        zipped(LINE + b"\n" + OTHER),
        zstandard.ZstdCompressor().compress(LINE),
        tar_of({"a/b.post": postcan(record())}),
        zipped(tar_of({"a/b.post": postcan(record()), "c.post": postcan(record(probe_cc="XM"))})),
        postcan(record()),
    ],
)
def test_however_records_are_packed_they_are_the_same_measurements(tmp_path: Path, content: bytes) -> None:
    found = read_bytes(tmp_path, content, "misleading.png")
    assert [m.id for m in good(found)] == [good(read_bytes(tmp_path, x))[0].id for x in (LINE, OTHER)][: len(found)]
    assert {m.source for m in good(found)} == {hashlib.sha256(content).hexdigest()}
    assert identify(tmp_path / "misleading.png") == "ooni"


def test_a_measurement_says_where_it_stands(tmp_path: Path) -> None:
    content = zipped(
        tar_of({"x/20240506070809.1_XL_telegram_0123.post": postcan(record()), "y.json": LINE + b"\n" + LINE})
    )
    found = good(read_bytes(tmp_path, content))
    assert [(m.member, m.line) for m in found] == [
        ("x/20240506070809.1_XL_telegram_0123.post", 1),
        ("y.json", 1),
        ("y.json", 2),
    ]
    assert [m.uid for m in found] == ["20240506070809.1_XL_telegram_0123", None, None]
    assert {m.path for m in found} == {str(tmp_path / "file")}


def test_a_hash_that_is_known_is_taken_over_else_it_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE + b"\nnot JSON\n")
    assert {found.source for found in read(path, "f" * 64)} == {"f" * 64}
    assert {found.source for found in read(path)} == {hashlib.sha256(path.read_bytes()).hexdigest()}


def test_the_records_own_uid_goes_before_the_members(tmp_path: Path) -> None:
    (found,) = good(read_bytes(tmp_path, postcan(record(measurement_uid="own")), "other.post"))
    assert found.uid == "own"


def test_a_postcan_outside_an_archive_has_its_uid_from_the_file(tmp_path: Path) -> None:
    (found,) = good(read_bytes(tmp_path, postcan(record()), "u1.post"))
    assert found.uid == "u1"


def test_repeats_are_kept_for_the_survey_to_count(tmp_path: Path) -> None:
    again = encoded(record(measurement_uid="u", report_id="another"))
    found = good(read_bytes(tmp_path, LINE + b"\n" + again))
    assert len(found) == 2
    assert found[0].id == found[1].id


# rejects


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"test_name": }', "invalid JSON: not JSON"),
        (LINE[:-40], "invalid JSON: cut off in the middle"),
        (LINE[:1000], "invalid JSON: cut off in the middle"),
        (b"[1, 2]", "not a measurement: not a JSON object"),
        (b"12", "not a measurement: not a JSON object"),
        (b'"text"', "not a measurement: not a JSON object"),
        (b"null", "not a measurement: not a JSON object"),
        (b"garbage", "invalid JSON: not JSON"),
        (b"{}", "not a measurement: no test name and no steps"),
        (b'{"state": "ok", "mechanisms": []}', "not a measurement: no test name and no steps"),
        (b'{"test_name": 5, "test_keys": {"queries": []}}', "not a measurement: no test name and no steps"),
        (b'{"format": "yaml", "content": "a: 1"}', "a postcan whose content is not JSON"),
        (b'{"format": "json", "content": []}', "not a measurement: not a JSON object"),
        (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deep"),
        (b'{"test_name": "x"\x00}', "invalid JSON: not JSON"),
    ],
)
def test_what_is_no_record_is_rejected_with_its_line_and_the_rest_is_read(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    first, reject, last = read_bytes(tmp_path, LINE + b"\n" + line + b"\n" + OTHER + b"\n")
    assert isinstance(first, Measurement)
    assert isinstance(last, Measurement)
    assert isinstance(reject, Reject)
    assert reject.line == 2
    assert reject.reason.startswith(reason)
    assert (reject.path, reject.source) == (first.path, first.source)


def test_a_damaged_first_line_does_not_hide_the_rest(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, b"#!/bin/garbage\n" + LINE + b"\n" + OTHER)
    assert len(reasons(found)) == 1
    assert len(good(found)) == 2


@pytest.mark.parametrize(
    "begin",
    [
        b'tail of a record, {"cut": ' + b"x" * 200_000 + b"}",
        b"\0" * 4096,
        b"\n" * 70_000,
    ],
    ids=["cut off", "zeros", "blank"],
)
def test_however_damaged_or_long_the_first_line_is_the_rest_is_read(tmp_path: Path, begin: bytes) -> None:
    found = read_bytes(tmp_path, begin + b"\n" + LINE + b"\n" + OTHER)
    assert len(good(found)) == 2
    assert len(reasons(found)) == bool(begin.strip())
    assert identify(tmp_path / "file") == "ooni"


def test_a_record_without_a_line_end_before_a_damage_is_read(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, zipped(LINE)[:-4])
    assert len(good(found)) == 1
    assert reasons(found) == ["gzip data is cut off in the middle"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\n{"a": 1}\n', "a file of another kind: a PNG picture"),
        (b"name,split\nx,dev\n", "a file of another kind: text without JSON records"),
        (b"<html>", "a file of another kind: markup"),
        (b"\xfd7zXZ\x00\x01", "a file of another kind: compressed with xz"),
        (zipped(b"\x00\x01\x02"), "a file of another kind: binary data"),
        (b"", "empty: no record in it"),
        (b" \n\n", "empty: no record in it"),
        (zipped(b""), "empty: no record in it"),
        (zipped(LINE)[:6], "gzip data is cut off in the middle"),
    ],
)
def test_a_file_of_another_kind_is_one_reject(tmp_path: Path, content: bytes, reason: str) -> None:
    (reject,) = read_bytes(tmp_path, content)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.line) == (reason, None)
    assert identify(tmp_path / "file") == "unknown"


def test_a_pretty_printed_object_that_is_no_measurement_is_one_reject(tmp_path: Path) -> None:
    content = json.dumps({"state": "ok", "source": {"repo": "x"}, "list": [1, 2]}, indent=2).encode()
    assert reasons(read_bytes(tmp_path, content)) == ["not a measurement: no test name and no steps"]


def test_a_gzip_file_cut_off_gives_the_records_before_the_cut_and_one_reject(tmp_path: Path) -> None:
    lines = b"\n".join(
        encoded(record(probe_asn=f"AS{n}", annotations={"noise": hashlib.sha256(b"%d" % n).hexdigest()}))
        for n in range(1, 400)
    )
    packed = zipped(lines)
    found = read_bytes(tmp_path, packed[: len(packed) // 2])
    count = len(good(found))
    assert 50 < count < 350
    assert [m.probe_asn for m in good(found)] == list(range(1, count + 1))
    assert reasons(found) == ["gzip data is cut off in the middle"]
    assert found[-1].line == count + 1


def test_members_that_are_refused_leave_the_rest(tmp_path: Path) -> None:
    content = zipped(
        tar_of(
            {
                "../evil.post": postcan(record()),
                "/abs.post": postcan(record()),
                "pic.png": b"\x89PNG\r\n\x1a\n",
                "ok.post": postcan(record()),
            }
        )
    )
    found = read_bytes(tmp_path, content)
    assert [m.member for m in good(found)] == ["ok.post"]
    assert [(r.member, r.reason) for r in found if isinstance(r, Reject)] == [
        ("../evil.post", "refused: its path contains '..'"),
        ("/abs.post", "refused: its path is absolute"),
        ("pic.png", "a file of another kind: a PNG picture"),
    ]


def test_a_bomb_is_one_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "FREE_EXPANSION_BYTES", 1_000_000)
    found = read_bytes(tmp_path, zipped(LINE + b"\n" + b" " * 30_000_000))
    assert len(good(found)) == 1
    assert reasons(found) == ["refused: it expands more than 250 times"]


def test_a_line_too_large_is_one_reject_and_the_rest_is_read(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, LINE + b'\n{"a":"' + b"x" * (17 << 20) + b'"}\n' + OTHER)
    assert len(good(found)) == 2
    assert reasons(found) == ["refused: a record of more than 16 MiB"]


def test_a_file_that_cannot_be_opened_is_a_reject(tmp_path: Path) -> None:
    (reject,) = read(tmp_path)
    assert isinstance(reject, Reject)
    assert reject.source is None
    assert reject.reason.startswith("cannot be read")
    with pytest.raises(InputError, match="cannot be read"):
        identify(tmp_path)


# hostile files

PACKED = [
    LINE + b"\n" + OTHER,
    zipped(LINE),
    zipped(tar_of({"a.post": postcan(record())})),
    json.dumps(record(), indent=2).encode(),
]


@given(st.sampled_from(PACKED), st.floats(0, 1), st.binary(max_size=30), st.booleans())
def test_a_file_cut_anywhere_with_noise_gives_measurements_and_rejects(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, where: float, noise: bytes, goes_on: bool
) -> None:
    at = int(len(content) * where)
    found = read_bytes(tmp_path_factory.mktemp("f"), content[:at] + noise + (content[at:] if goes_on else b""))
    assert found
    assert all(isinstance(item, Measurement | Reject) for item in found)


@given(st.binary())
def test_any_file_gives_measurements_and_rejects(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    found = read_bytes(tmp_path_factory.mktemp("f"), content)
    assert reasons(found)


# recorded measurements


def test_every_recorded_measurement_is_one_measurement_and_its_label_one_reject(corpus: Path) -> None:
    cases = [path for path in sorted((corpus / "dev").iterdir()) if not path.name.startswith("cp_")]
    assert len(cases) == 117
    silent = {"browser_web", "dash", "ndt", "psiphon", "torsf", "vanilla_tor", "openvpn_client_test"}
    silent |= {"multi_protocol_traceroute", "http_header_field_manipulation"}
    for case in cases:
        (found,) = read(case / "measurement.json")
        assert isinstance(found, Measurement), f"{case.name}: {found}"
        raw = json.loads((case / "measurement.json").read_bytes())
        assert found.nettest == raw["test_name"]
        assert found.started_at is not None
        assert found.steps or found.nettest in silent, case.name
        assert found.target is not None or not raw.get("input") or isinstance(raw["input"], list), case.name
        assert found.has_control is (
            True if found.nettest in {"web_connectivity", "sni_blocking"} else found.has_control
        )
        (label,) = read(case / "expected.json")
        assert isinstance(label, Reject)
        assert label.reason == "not a measurement: no test name and no steps"


def test_an_unnamed_record_with_steps_is_read(tmp_path: Path) -> None:
    (found,) = good(read_bytes(tmp_path, encoded(without(record(), "test_name"))))
    assert found.nettest == "unknown"
    assert found.steps
