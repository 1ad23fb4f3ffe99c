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


def _argv(kind: str, block: str) -> list[list[str]]:
    if kind == "python":
        return [[sys.executable, "-c", block]]
    program = Path(sys.executable).with_name("trigpoint")
    lines = [shlex.split(line.removeprefix("$ ")) for line in block.splitlines() if line.startswith("$ ")]
    return [[str(program), *words[1:]] for words in lines]


@pytest.mark.parametrize("page", sorted(TUTORIAL.glob("*.md")), ids=lambda page: page.stem)
def test_the_commands_of_a_tutorial_run(page: Path, tmp_path: Path) -> None:
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    commands = [argv for kind, block in blocks for argv in _argv(kind, block)]
    assert commands
    for argv in commands:
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{shlex.join(argv[-4:])}: {done.stderr}"
        assert "Traceback" not in done.stderr
    assert page.stem == "lab" or list(tmp_path.rglob("report/index.html"))


_TOML = re.compile(r"^```toml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_WORLDS = [block for page in sorted(TUTORIAL.parent.rglob("*.md")) for block in _TOML.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("block", _WORLDS)
def test_a_world_in_the_documentation_is_one(block: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(block)
    assert load(str(path)).truth
