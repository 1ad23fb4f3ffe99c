"""``trigpoint rehearse``: the whole way in the lab, also for a world of one's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trigpoint.cli.probe import measure_units
from trigpoint.errors import LabError
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.cli.commands import Said
    from trigpoint.rehearsal import Unit

WORLD = """
base = "open"
title = "One rule"
meaning = "TLS connections for one name are reset at the border."
country = "XZ"

[[site]]
name = "blocked.example"
hosts = ["web-1"]

[[censor]]
id = "sni"
behaviour = "tls_reset"
placement = { hop = 5 }
match = { suffix = ["blocked.example"] }

[[truth]]
target = "blocked.example"
state = "blocked"
mechanisms = ["tls.reset.sni"]
step = "tls"
failure = "connection_reset"
"""


def test_a_world_in_a_file_is_measured_scored_and_reported(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WORLD)
    said = trigpoint("rehearse", str(tmp_path / "mine.toml"), "--to", str(tmp_path / "lab"))
    assert said.status == 0, said.err
    numbers = json.loads((tmp_path / "lab" / "score.json").read_text())["worlds"]["mine"]
    assert numbers["states_right"] == numbers["rows"] > numbers["innocent"]
    assert numbers["false_blocked"] == 0
    assert (tmp_path / "lab" / "reports" / "mine" / "index.html").is_file()


def test_what_was_stopped_goes_on_with_what_is_missing(
    trigpoint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(WORLD)
    command = ("rehearse", str(tmp_path / "mine.toml"), "--to", str(tmp_path / "lab"))
    measured: list[str] = []

    def one_each(units: Sequence[Unit], complete: Callable[[Unit], None], *, quiet: bool) -> None:
        measured.append(units[0].network)
        measure_units(units[:1], complete, quiet=quiet)
        if len(units) > 1:
            message = "the kernel fabric is gone"
            raise LabError(message)

    monkeypatch.setattr("trigpoint.cli.rehearse.measure_units", one_each)
    said = trigpoint(*command)
    assert (said.status, measured) == (2, ["a1"])
    assert "the same command goes on with it" in said.err
    assert not (tmp_path / "lab").exists()
    said = trigpoint(*command)
    assert (said.status, measured) == (0, ["a1", "a2"]), said.err
    assert "1 of 2 networks are measured already" in said.err
    files = sorted(file.name for file in (tmp_path / "lab" / "measurements").iterdir())
    assert files == ["mine.a1.jsonl.gz", "mine.a2.jsonl.gz"]


@pytest.mark.usefixtures("uncovered")
def test_nothing_is_called_blocked_because_a_device_s_clock_is_wrong(
    trigpoint: Callable[..., Said], tmp_path: Path
) -> None:
    said = trigpoint("rehearse", "flaky-network:clock", "--to", str(tmp_path / "lab"))
    assert said.status == 0, said.err
    numbers = json.loads((tmp_path / "lab" / "score.json").read_text())["worlds"]["flaky-network:clock"]
    assert (numbers["false_blocked"], numbers["states_right"]) == (0, numbers["rows"])
    verdicts = Survey.open(tmp_path / "lab" / "survey").scan("verdicts").collect()
    explained = verdicts.filter(pl.col("explanations").str.contains("local.clock", literal=True))
    assert {"news.example", "fresh.example", "wiki.example"} <= set(explained["target"])


def test_a_folder_that_is_no_rehearsal_is_left_alone(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    said = trigpoint("rehearse", "open", "--to", str(tmp_path))
    assert said.status != 0
    assert "is no rehearsal and is not replaced" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
