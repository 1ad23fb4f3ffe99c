"""Archives in buckets on the command line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.archive.buckets import BUCKET, serving
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.commands import Said


@pytest.fixture(scope="module")
def archive(measurements: Path) -> Iterator[str]:
    """The sample's days as an archive; gives the address of its server."""
    objects = {}
    for path in sorted(measurements.iterdir()):
        if path.name.endswith(".jsonl.gz"):
            day = path.name.removeprefix("XL-").removesuffix(".jsonl.gz").replace("-", "")
            objects[f"raw/{day}/00/XL/webconnectivity/{path.name}"] = path.read_bytes()
    with serving(objects) as (address, _):
        yield address


@pytest.fixture(autouse=True)
def environment(archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point to the server as a person would."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", archive)


def test_a_day_is_observed_from_a_bucket_and_the_mirror_is_kept(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint(
        "observe", f"s3://{BUCKET}/raw", "--since", "2024-11-05", "--until", "2024-11-06", "--country", "xl",
        "--nettest", "web_connectivity", "--to", tmp_path / "survey",
    )  # fmt: skip
    assert said.status == 0
    assert f"2 objects are in {tmp_path / 'survey.mirror'}." in said.err
    survey = Survey.open(tmp_path / "survey")
    days = survey.scan("measurements").select(pl.col("date").unique().sort()).collect()["date"].to_list()
    assert [day for day in days if day != "unknown"][:1] == ["2024-11-05"]
    paths = survey.scan("measurements").select(pl.col("path").unique()).collect()["path"].to_list()
    assert all(path.startswith(str(tmp_path / "survey.mirror" / BUCKET)) for path in paths)


def test_a_survey_takes_its_country_and_its_evidence_is_found_offline(
    trigpoint: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (
        "survey",
        "XL",
        f"s3://{BUCKET}",
        "--until",
        "2024-11-04",
        "--to",
        tmp_path,
        "--mirror",
        tmp_path / "m",
    )
    assert trigpoint(*arguments).status == 0
    assert list((tmp_path / "m" / BUCKET).rglob("*.jsonl.gz"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    shutil.rmtree(tmp_path / "report")
    assert trigpoint("report", "XL", "--survey", tmp_path / "survey", "--to", tmp_path / "report").status == 0
    assert list((tmp_path / "report" / "evidence").glob("m-*.html"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--country", "Iran"], "'Iran' is not a country code of two letters (ISO 3166-1): write IR for Iran"),
        (["--since", "2026-02-02", "--until", "2026-02-01"], "--since 2026-02-02 is after --until 2026-02-01"),
        (["--country", "IR"], f"s3://{BUCKET}/raw holds nothing that fits the selection"),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence(
    trigpoint: Callable[..., Said], tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    said = trigpoint("observe", f"s3://{BUCKET}/raw", *arguments, "--to", tmp_path / "survey")
    assert (said.status, said.sentence) == (2, sentence)
    assert not (tmp_path / "survey").exists()


def test_files_cannot_be_chosen_from(trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path) -> None:
    said = trigpoint("observe", measurements, "--country", "XL", "--to", tmp_path / "survey")
    assert said.status == 2
    assert said.sentence == "--since, --until, --country and --nettest choose from an archive in a bucket (s3://...)"
