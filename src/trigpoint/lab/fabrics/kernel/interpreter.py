"""How modules of ours are run by an interpreter of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import trigpoint


def command(module: str, *arguments: str) -> list[str]:
    """Give the command that runs a module; none of the folder in which somebody happens to be counts as one."""
    return [sys.executable, "-P", "-m", module, *arguments]


def surroundings() -> dict[str, str]:
    """Give an environment in which that interpreter finds the same package as this one."""
    package = str(Path(trigpoint.__file__).parents[1])
    paths = filter(None, (package, os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
