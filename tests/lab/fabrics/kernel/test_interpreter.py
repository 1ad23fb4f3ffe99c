"""A module of ours is found from any folder, and no file there is taken for one of Python's."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel.interpreter import command, surroundings

if TYPE_CHECKING:
    from pathlib import Path


def test_files_of_the_folder_are_not_modules(tmp_path: Path) -> None:
    (tmp_path / "socket.py").write_text("raise SystemExit('taken')")
    done = subprocess.run(
        command("trigpoint", "--version"), cwd=tmp_path, env=surroundings(), capture_output=True, check=True
    )
    assert b"0." in done.stdout
