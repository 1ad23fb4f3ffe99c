# ruff: noqa: INP001 - a script, not a package
"""Measure how long the reports on a country and the world take: from the extract, and with statistics of full size.

Statistics are those of ``bench/full_statistics.py``. Each report is a process of its own, as a person starts it; the
quickest of the rounds is printed, and its processor seconds beside it: on a machine that does other work, only the
latter can be compared. A report draws its charts while it writes its pages, so that it takes less time than it
computes.

    .venv/bin/python bench/report.py [--rounds 3] [--to FOLDER]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import full_statistics

_BARS = {"CN": 5.0, "world": 15.0}  # seconds on two cores
_HEADS = ("report", "statistics", "seconds", "CPU s", "at most")


def main() -> None:
    """Print a row for each report."""
    parser = argparse.ArgumentParser(description="Measure reports.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--to", type=Path, help="keep statistics and reports there")
    options = parser.parse_args()
    sys.stdout.write(_row(*_HEADS))
    with tempfile.TemporaryDirectory() as folder:
        _all(options.to or Path(folder), options.rounds)


def _all(folder: Path, rounds: int) -> None:
    statistics = folder / "statistics"
    full_statistics.write(statistics)
    for subject, bar in _BARS.items():
        for name, more in (("extract", ()), ("full", ("--data", str(statistics)))):
            words = ("report", subject, "--to", str(folder / f"{subject}-{name}"), "--quiet", *more)
            seconds, cpu = min([_timed(words, folder) for _ in range(rounds + 1)][1:])  # the first one aside
            sys.stdout.write(_row(subject, name, f"{seconds:.2f}", f"{cpu:.2f}", f"{bar:.0f}"))
            sys.stdout.flush()


def _timed(words: tuple[str, ...], folder: Path) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    own = os.environ | {"TRIGPOINT_REFERENCE": str(folder / "none")}  # what was downloaded here is no part of it
    own.pop("PYTHONDONTWRITEBYTECODE", None)  # but for its first run, nobody's Python compiles the program anew
    subprocess.run((sys.executable, "-m", "trigpoint", *words), check=True, env=own, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _row(*cells: str) -> str:
    return "  ".join(f"{cell:>10}" for cell in cells) + "\n"


if __name__ == "__main__":
    main()
