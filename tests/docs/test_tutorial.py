"""The tutorial does what it says: its commands run one after another, as a person types them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from trigpoint.lab.world.load import load

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def _typed(kind: str, block: str) -> list[tuple[list[str], str]]:
    """Give what is run, and the file that its output goes to (``> FILE``). Empty: none."""
    if kind == "python":
        return [([sys.executable, "-c", block], "")]
    program = str(Path(sys.executable).with_name("trigpoint"))
    lines = [line.removeprefix("$ ").partition(" > ") for line in block.splitlines() if line.startswith("$ ")]
    return [([program, *shlex.split(command)[1:]], file) for command, _, file in lines]


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("page", sorted(TUTORIAL.glob("*.md")), ids=lambda page: page.stem)
def test_the_commands_of_a_tutorial_run(page: Path, tmp_path: Path) -> None:
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    commands = [typed for kind, block in blocks for typed in _typed(kind, block)]
    assert commands
    for argv, file in commands:
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{shlex.join(argv[-4:])}: {done.stderr}"
        assert "Traceback" not in done.stderr
        if file:
            (tmp_path / file).write_text(done.stdout)
    assert page.stem == "lab" or list(tmp_path.rglob("report/index.html"))


_TOML = re.compile(r"^```toml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_BLOCKS = [block for page in sorted(TUTORIAL.parent.rglob("*.md")) for block in _TOML.findall(page.read_text("utf-8"))]
_WORLDS = [block for block in _BLOCKS if "[[censor]]" in block]


@pytest.mark.parametrize("block", _WORLDS)
def test_a_world_in_the_documentation_is_one(block: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(block)
    assert load(str(path)).truth
