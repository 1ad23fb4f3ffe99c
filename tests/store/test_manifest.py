from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store import surveys
from trigpoint.errors import DamagedSurveyError, NewerSurveyError
from trigpoint.model.provenance import ReferenceFile, Source
from trigpoint.store import manifest
from trigpoint.store.manifest import Counts, DataFile, FileList, Judged, Manifest
from trigpoint.store.schemas import FORMAT_VERSION

LISTED = FileList(name="files-0123456789abcdef.json", sha256="0" * 64, bytes=2)
FILE = DataFile(table="measurements", date="2023-11-14", country="IR", name="0123456789abcdef-00000.parquet")


def save(folder: Path, content: Manifest) -> None:
    (folder / "survey.toml").write_bytes(manifest.encode(content))


def full() -> Manifest:
    return Manifest(
        format=FORMAT_VERSION,
        trigpoint="0.1.0",
        files=LISTED,
        counts=Counts(measurements=1, duplicates=2, rejects=3, rows={"measurements": 1}),
        judged=Judged(rules="1", inputs="ab", references=(ReferenceFile(name="f", sha256="cd"),)),
        references=(ReferenceFile(name="address database", sha256="ef", vintage="2023-11-14T22:13:20Z"),),
        sources=(surveys.source(1), surveys.source(2)),
    )


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    for content in (full(), Manifest(format=1, trigpoint="0.1.0", files=LISTED, counts=Counts())):
        save(tmp_path, content)
        assert manifest.read(tmp_path) == content


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_any_path_of_a_source_survives(path: str, vintage: str) -> None:
    content = msgspec.structs.replace(
        full(),
        sources=(Source(path=path, sha256="ab", bytes=1, format="f"),),
        references=(ReferenceFile(name="n", sha256="ab", vintage=vintage),),
    )
    with TemporaryDirectory() as folder:
        save(Path(folder), content)
        assert manifest.read(Path(folder)) == content


def test_a_newer_format_is_refused_whatever_else_it_holds(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").write_text(f'format = {FORMAT_VERSION + 1}\ntrigpoint = "9.9"\nfiles = "elsewhere"\n')
    with pytest.raises(NewerSurveyError, match=r"a newer version of Trigpoint \(9\.9\) wrote this survey"):
        manifest.read(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"format = ",
        b"\xff\xfe",
        b"format = 'one'",
        b"format = 1",
        b"format = true\ntrigpoint = '1'",
        b"[[format]]",
    ],
)
def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "survey.toml").write_bytes(content)
    with pytest.raises(DamagedSurveyError, match=r"survey\.toml cannot be read"):
        manifest.read(tmp_path)


@given(st.binary())
def test_any_bytes_are_a_manifest_or_a_survey_error(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "survey.toml").write_bytes(content)
        with pytest.raises((DamagedSurveyError, NewerSurveyError)):
            manifest.read(Path(folder))


def test_a_list_is_named_by_its_hash_and_read_as_it_was_written(tmp_path: Path) -> None:
    files = (FILE, DataFile(table="bodies", name=FILE.name, rows=3, bytes=4, sha256="ab"))
    listed, content = manifest.encode_list(files)
    (tmp_path / listed.name).write_bytes(content)
    assert listed.name == f"files-{hashlib.sha256(content).hexdigest()[:16]}.json"
    assert manifest.read_list(tmp_path, listed) == files
    assert [file.path for file in files] == [
        "tables/measurements/date=2023-11-14/country=IR/0123456789abcdef-00000.parquet",
        "tables/bodies/0123456789abcdef-00000.parquet",
    ]
    assert FILE.stem == "0123456789abcdef-00000"


@pytest.mark.parametrize(
    "changes",
    [
        {"table": "../../etc"},
        {"table": "nothing"},
        {"name": "../0123456789abcdef-00000.parquet"},
        {"name": "passwd"},
        {"date": "../.."},
        {"date": "2023-11-14\n"},
        {"country": "../.."},
        {"country": None},
        {"date": None},
        {"date": None, "country": None},
        {"table": "bodies"},
    ],
)
def test_a_list_that_leads_out_of_the_survey_is_refused(tmp_path: Path, changes: dict[str, str | None]) -> None:
    listed, content = manifest.encode_list((msgspec.structs.replace(FILE, **changes),))
    (tmp_path / listed.name).write_bytes(content)
    with pytest.raises(DamagedSurveyError, match="is no name of a data file"):
        manifest.read_list(tmp_path, listed)


def test_a_list_that_is_missing_changed_or_elsewhere_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedSurveyError, match="the list of its files cannot be read"):
        manifest.read_list(tmp_path, LISTED)
    (tmp_path / LISTED.name).write_bytes(b"[]")
    with pytest.raises(DamagedSurveyError, match="does not match its hash"):
        manifest.read_list(tmp_path, LISTED)
    with pytest.raises(DamagedSurveyError, match="is no name of a list"):
        manifest.read_list(tmp_path, FileList(name="/etc/passwd", sha256="", bytes=0))
    damaged = FileList(name=LISTED.name, sha256=hashlib.sha256(b"[]x").hexdigest(), bytes=3)
    (tmp_path / LISTED.name).write_bytes(b"[]x")
    with pytest.raises(DamagedSurveyError, match="the list of its files cannot be read"):
        manifest.read_list(tmp_path, damaged)
