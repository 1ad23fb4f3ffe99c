"""Who does the work, as a person asks for it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.observe.records import tree
from trigpoint import sample
from trigpoint.store.survey import Survey
from trigpoint.workers import cluster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


def test_processes_may_be_chosen_and_change_nothing(tmp_path: Path, trigpoint: Callable[..., Said]) -> None:
    sample.write(tmp_path)
    made = {}
    for number in (1, 2):
        folder = tmp_path / "survey"
        said = trigpoint("observe", tmp_path / "measurements", "--to", folder, "--processes", number, "-q")
        assert said.status == 0
        assert trigpoint("judge", folder, "--processes", number).status == 0
        assert Survey.open(folder).has_cells
        made[number] = tree(folder)
        folder.rename(tmp_path / str(number))
    assert made[1] == made[2]


@pytest.mark.parametrize(
    "verb", [["judge", "survey"], ["observe", "m", "--to", "s"], ["survey", "XL", "m", "--to", "s"]]
)
def test_processes_and_a_cluster_exclude_each_other(
    verb: list[str], tmp_path: Path, trigpoint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sample.write(tmp_path)
    (tmp_path / "measurements").rename("m")
    assert trigpoint("observe", "m", "--to", "survey", "-q").status == 0
    before = tree(tmp_path)
    said = trigpoint(*verb, "--processes", 2, "--cluster", "tcp://127.0.0.1:1")
    assert (said.status, said.sentence.partition(":")[0]) == (2, "--processes and --cluster exclude each other")
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 0.2)
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{reserved.getsockname()[1]}"
        said = trigpoint(*verb, "--cluster", address)
    assert (said.status, said.sentence) == (2, f"--cluster {address}: no scheduler of a Dask cluster answers there")
    assert tree(tmp_path) == before
