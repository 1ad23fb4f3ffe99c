"""Folders go with their process, and nobody else's are touched."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.fabrics.kernel.folders import make_folder, sweep

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def dead() -> int:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    return process.pid


def test_folders_of_the_dead_are_removed(temporary: Path, dead: int) -> None:
    (temporary / f"trigpoint-lab-{dead}-abc" / "places").mkdir(parents=True)
    kept = [
        temporary / f"trigpoint-lab-{os.getpid()}-abc",
        temporary / "trigpoint-lab-1-abc",
        temporary / f"trigpoint-lab-{2**80}-abc",
        temporary / "trigpoint-lab-nobody",
        temporary / "other",
    ]
    for path in kept:
        path.mkdir()
    made = make_folder()
    assert sorted(temporary.iterdir()) == sorted([*kept, made])
    assert made.name.startswith(f"trigpoint-lab-{os.getpid()}-")
    assert made.stat().st_mode & 0o077 == 0


def test_a_link_is_not_followed(temporary: Path, dead: int) -> None:
    (temporary / "precious").mkdir()
    link = temporary / f"trigpoint-lab-{dead}-abc"
    link.symlink_to(temporary / "precious")
    sweep()
    assert (temporary / "precious").is_dir()
