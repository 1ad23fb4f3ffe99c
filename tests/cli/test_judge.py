"""``trigpoint judge``: a survey, or files one by one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.archive.shapes import postcan, record, tar_of
from trigpoint.cli.group import BAD_INPUT
from trigpoint.judge import RULES_VERSION
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.commands import Said


def test_files_give_one_line_a_verdict_or_reject(trigpoint: Callable[..., Said], measurements: Path) -> None:
    said = trigpoint("judge", measurements, "--format", "jsonl")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 0
    assert {"ok", "blocked", "down", "insufficient"} == {line["state"] for line in lines if "state" in line}
    assert all(line["rejected"] for line in lines if "state" not in line)


def test_the_table_is_for_people(trigpoint: Callable[..., Said], measurements: Path) -> None:
    said = trigpoint("judge", measurements)
    assert any(line.startswith("blocked ") and "tls.reset" in line for line in said.out.splitlines())
    assert any(line.startswith("rejected ") for line in said.out.splitlines())


def test_signs_are_told_as_undecided_and_a_service_before_its_parts(
    trigpoint: Callable[..., Said], measurements: Path
) -> None:
    lines = trigpoint("judge", measurements).out.splitlines()
    undecided = [line for line in lines if line.startswith("insufficient ")]
    assert any("signs of dns.timeout, tcp.timeout, undecided; control.failure" in line for line in undecided)
    assert all("undecided" in line for line in undecided if "tcp.timeout" in line)
    assert not [line for line in lines if "signs of" in line and not line.startswith("insufficient ")]
    targets = [line.split()[1] for line in lines]
    assert targets[targets.index("telegram") + 1] == "telegram/chat"


def test_lines_of_a_service_as_a_whole_name_its_parts(trigpoint: Callable[..., Said], measurements: Path) -> None:
    said = trigpoint("judge", measurements, "--format", "jsonl")
    lines = [line for line in map(json.loads, said.out.splitlines()) if line.get("nettest") == "telegram"]
    wholes = [line for line in lines if "parts" in line]
    assert {line["target"] for line in wholes} == {"telegram"}
    assert all(line["parts"] == ["telegram/chat", "telegram/web"] and line["evidence"] for line in wholes)


def test_a_hostile_name_does_not_steer_the_terminal(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    record = {"test_name": "x", "input": "http://a\x1b[31m.example/", "test_keys": {"queries": []}, "probe_cc": "XL"}
    (tmp_path / "m.json").write_text(json.dumps(record))
    assert "\x1b" not in trigpoint("judge", tmp_path / "m.json").out


def test_a_file_name_that_is_no_text_is_written_with_escapes(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    one = next(path for path in sorted(measurements.iterdir()) if path.suffix == ".json")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/na\xff.json")).write_bytes(one.read_bytes() + b"\nbroken")
    said = trigpoint("judge", tmp_path, "--format", "jsonl", "-q")
    assert said.status == 0
    assert {json.loads(line)["path"] for line in said.out.splitlines()} == {f"{tmp_path}/na\\xff.json"}


def test_nothing_readable_is_one_sentence(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    said = trigpoint("judge", tmp_path, "--format", "jsonl")
    assert said.status == BAD_INPUT
    assert "no readable measurement" in said.sentence


def test_a_path_that_does_not_exist_is_a_reject_beside_others(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    one = next(path for path in sorted(measurements.iterdir()) if path.suffix == ".json")
    said = trigpoint("judge", tmp_path / "nowhere", one, "--format", "jsonl", "-q")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 0
    assert lines[0] == {"path": str(tmp_path / "nowhere"), "line": None, "rejected": "does not exist"}
    assert {line["path"] for line in lines[1:]} == {str(one)}


@pytest.mark.parametrize("option", [("--cluster", "tcp://127.0.0.1:1"), ("--processes", "2")])
def test_files_take_no_workers(trigpoint: Callable[..., Said], measurements: Path, option: tuple[str, str]) -> None:
    said = trigpoint("judge", measurements, *option)
    assert said.status == BAD_INPUT
    assert f"{option[0]} can be given for a survey only" in said.sentence
    assert said.out == ""


def test_a_survey_is_judged_in_place_and_once(trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path) -> None:
    shutil.copytree(surveyed / "survey", tmp_path / "s")
    before = (tmp_path / "s" / "survey.toml").read_bytes()
    said = trigpoint("judge", tmp_path / "s")
    assert "Judged " in said.err
    assert (tmp_path / "s" / "survey.toml").read_bytes() == before
    assert Survey.open(tmp_path / "s").versions["rules"] == RULES_VERSION


def test_a_format_is_for_measurement_files(trigpoint: Callable[..., Said], surveyed: Path) -> None:
    said = trigpoint("judge", surveyed / "survey", "--format", "jsonl", "-q")
    assert said.status == BAD_INPUT
    assert said.sentence.startswith("--format is for measurement files")


def test_the_table_names_the_member_and_steers_no_terminal(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    packed = tar_of({"a\x1b[2J.post": postcan(record()), "b.post": b"broken"})
    (tmp_path / "one.tar").write_bytes(packed)
    said = trigpoint("judge", tmp_path / "one.tar", "-q")
    assert said.status == 0
    assert "\x1b" not in said.out
    assert f"{tmp_path / 'one.tar'}/b.post" in said.out


def test_a_survey_beside_other_paths_is_refused(
    trigpoint: Callable[..., Said], surveyed: Path, measurements: Path
) -> None:
    assert trigpoint("judge", surveyed / "survey", measurements).status == BAD_INPUT


def test_a_killed_judge_leaves_the_survey_as_it_was(surveyed: Path, tmp_path: Path) -> None:
    shutil.copytree(surveyed / "survey", tmp_path / "s")
    manifest = tmp_path / "s" / "survey.toml"
    before = manifest.read_bytes()
    program = (
        "import os, signal, trigpoint.judge.survey as j, trigpoint.store.writer as w\n"
        "j.RULES_VERSION = 'another'\n"  # so that there is something to judge again
        "w.Writer.commit_verdicts = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"j.judge_survey({str(tmp_path / 's')!r})\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False)
    assert killed.returncode == -9
    assert manifest.read_bytes() == before
    again = subprocess.run([sys.executable, "-m", "trigpoint", "judge", str(tmp_path / "s"), "-q"], check=False)
    assert again.returncode == 0
    assert Survey.open(tmp_path / "s").versions["rules"] == RULES_VERSION


@pytest.mark.parametrize("verb", ["judge", "report"])
@pytest.mark.parametrize("table", ["tls_handshakes", "bodies", "certificates", "verdicts"])
def test_damage_that_keeps_the_size_is_one_sentence(
    trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path, table: str, verb: str
) -> None:
    shutil.copytree(surveyed / "survey", tmp_path / "s")
    damaged = min((tmp_path / "s" / "tables" / table).rglob("*.parquet"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    if verb == "judge":
        manifest = tmp_path / "s" / "survey.toml"
        manifest.write_text(manifest.read_text().replace("inputs = ", 'inputs = "0" # '))
    more = ("report", "XL", "--survey", tmp_path / "s", "--to", tmp_path / "r")
    said = trigpoint("judge", tmp_path / "s") if verb == "judge" else trigpoint(*more)
    assert said.status == BAD_INPUT
    assert "does not match its hash" in said.sentence
