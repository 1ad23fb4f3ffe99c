"""Folders go with their process, and nobody else's are touched."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.fabrics.folders import make_folder, remove_folder, sweep, temporary_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def abandoned(folder: Path, name: str = "trigpoint-lab-1-dead") -> Path:
    """Make a folder as a lab leaves it that was killed."""
    path = folder / name
    (path / "places").mkdir(parents=True)
    (path / "alive").touch()
    return path


def test_folders_of_the_dead_are_removed_and_nothing_else(temporary: Path) -> None:
    abandoned(temporary)
    kept = [abandoned(temporary, "trigpoint-lab-no-name"), temporary / "trigpoint-lab-1-young", temporary / "other"]
    for path in kept[1:]:
        path.mkdir()
    (temporary / "trigpoint-lab-1-file").touch()
    made = make_folder()
    assert sorted(temporary.iterdir()) == sorted([*kept, made, temporary / "trigpoint-lab-1-file"])
    assert made.stat().st_mode & 0o077 == 0
    remove_folder(made)
    remove_folder(made)
    assert not made.exists()


def test_folders_of_the_living_stay_whatever_their_process_is_called_elsewhere(temporary: Path) -> None:
    made = make_folder()
    code = "from trigpoint.lab.fabrics.folders import make_folder, remove_folder; remove_folder(make_folder())"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "TMPDIR": str(temporary)})
    assert made.is_dir()
    remove_folder(made)


def test_a_folder_that_is_being_made_is_not_taken_for_dead(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = fcntl.flock

    def sweeping(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        sweep()  # as another lab does that begins at this very moment
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", sweeping)
    made = make_folder()
    assert (made / "alive").is_file()
    sweep()
    assert made.is_dir()
    remove_folder(made)


def test_a_folder_without_a_lock_is_left_for_an_hour(temporary: Path) -> None:
    old = temporary / "trigpoint-lab-1-old"
    old.mkdir()
    sweep()
    assert old.is_dir()
    os.utime(old, (0, 0))
    sweep()
    assert not old.exists()


def test_a_folder_for_a_while_is_gone_afterwards_whatever_happened(temporary: Path) -> None:
    def failing() -> None:
        with temporary_folder() as folder:
            (folder / "file").touch()
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert not list(temporary.iterdir())


def test_a_link_is_not_followed(temporary: Path) -> None:
    precious = abandoned(temporary, "precious")
    (temporary / "trigpoint-lab-1-link").symlink_to(precious)
    sweep()
    assert precious.is_dir()
