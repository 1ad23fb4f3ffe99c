"""One network of a world measured in virtual time: what was agreed to, and what cannot be written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trigpoint.probe import record
from trigpoint.probe.run import Job
from trigpoint.rehearsal import Unit, rehearse

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

BLOCKED, FREE = (Job(nettest="web_connectivity", input=f"https://{name}.example/") for name in ("pirate", "news"))


def unit(folder: Path, *jobs: Job, **fields: Any) -> Unit:
    path = str(folder / "measured.jsonl")
    return Unit(world="turkey", network="a1", path=path, started=1_800_000_000.0, jobs=jobs, **fields)


def nettests(folder: Path) -> set[str]:
    return {json.loads(line)["test_name"] for line in (folder / "measured.jsonl").read_text().splitlines()}


def test_what_is_too_large_to_be_written_is_lost_by_name_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(record, "_is_too_large", lambda line: b'"input":"https://news.example/"' in line)
    made = rehearse(unit(tmp_path, FREE, BLOCKED, explains=False))
    assert made.counts == {"measured": 1, "lost": 1, "anomaly": 1}
    (sentence,) = made.lost
    assert sentence.startswith("lost: web_connectivity https://news.example/ ")
    inputs = [json.loads(line)["input"] for line in (tmp_path / "measured.jsonl").read_text().splitlines()]
    assert inputs == [None, BLOCKED.input]


def test_follow_ups_are_those_of_the_tiers_that_were_agreed_to(tmp_path: Path) -> None:
    (careful := tmp_path / "careful").mkdir()
    rehearse(unit(careful, BLOCKED, tiers=frozenset({0, 1})))
    assert nettests(careful) == {"sanity", "web_connectivity"}
    rehearse(unit(tmp_path, BLOCKED))
    assert nettests(tmp_path) > {"sanity", "web_connectivity", "sni_blocking"}


def test_nothing_follows_what_is_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(record, "_is_too_large", lambda line: b'"input":"https://pirate.example/"' in line)
    made = rehearse(unit(tmp_path, BLOCKED))
    assert len(made.lost) == 1
    assert nettests(tmp_path) == {"sanity"}
