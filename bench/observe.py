# ruff: noqa: INP001 - a script, not a package
"""Measure how fast, and in how much memory, one core turns a load file into observation tables and verdicts.

The load file is made once under ``build/bench``: 20,000 measurements from a seed, 22 kB of JSON each on average
(:mod:`trigpoint.sample.load` says how). Each round is a fresh process that is held to one core, also where a library
would use more; the median of the rounds is printed. ``whole`` goes from raw records to verdicts.

    .venv/bin/python bench/observe.py [--count 20000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
_MEGA = 1_000_000
_BATCH = 1000
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kibibytes on Linux
_FOOT = "\nmean JSON of a measurement: {mean:.1f} kB; MB is uncompressed JSON; median of {rounds} fresh processes\n"


def main() -> None:
    """Make the load file if need be, measure each stage on each shape of it, print one table."""
    parser = argparse.ArgumentParser(description="Measure `observe` on one core.")
    parser.add_argument("--count", type=int, default=20_000, help="measurements in the load file")
    parser.add_argument("--rounds", type=int, default=3, help="fresh processes for each row")
    parser.add_argument("--stage", choices=sorted(_STAGES), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--survey", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        sys.stdout.write(json.dumps(_timed(options.stage, options.file, options.survey)))
        return
    plain, packed = load_files(options.count)
    size = plain.stat().st_size
    sys.stdout.write(_row("stage", "input", "measurements/s", "MB/s", "seconds", "peak MB"))
    for stage, path in (*((stage, plain) for stage in _STAGES), ("read", packed), ("observe", packed)):
        rounds = [_fresh_process(stage, path) for _ in range(options.rounds)]
        seconds = statistics.median(result["seconds"] for result in rounds)
        peak = statistics.median(result["peak"] for result in rounds)
        speeds = (f"{options.count / seconds:,.0f}", f"{size / seconds / _MEGA:.1f}")
        sys.stdout.write(_row(stage, path.suffix[1:], *speeds, f"{seconds:.2f}", f"{peak / _MEGA:.0f}"))
        sys.stdout.flush()
    sys.stdout.write(_FOOT.format(mean=size / options.count / 1000, rounds=options.rounds))


def load_files(count: int) -> tuple[Path, Path]:
    """Make the load file, plain and gzip, unless this version of the sample made it already."""
    from trigpoint.sample import load  # noqa: PLC0415 - a measured process must not hold the generator in memory

    _FOLDER.mkdir(parents=True, exist_ok=True)
    plain, packed = _FOLDER / f"load-{count}.jsonl", _FOLDER / f"load-{count}.jsonl.gz"
    stamp, mark = _FOLDER / f"load-{count}.stamp", b"".join(load.lines(20))
    if not (stamp.exists() and stamp.read_bytes() == mark):
        with plain.open("wb") as file:
            file.writelines(load.lines(count))
        with plain.open("rb") as file, packed.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as target:
            shutil.copyfileobj(file, target)
        stamp.write_bytes(mark)
    return plain, packed


def _row(*cells: str) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, (8, 6, 14, 8, 8, 8), strict=True)) + "\n"


def _fresh_process(stage: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        survey = Path(folder) / "survey"
        if stage == "judge":
            _run("observe", path, survey)
        return _run(stage, path, survey)


def _run(stage: str, path: Path, survey: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--stage", stage, "--file", str(path), "--survey", str(survey)]
    one_thread = os.environ | {"POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=one_thread)  # noqa: S603 - this file, our arguments
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _timed(stage: str, path: Path, survey: Path) -> dict[str, Any]:
    if hasattr(os, "sched_setaffinity"):  # not on macOS
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    started = time.perf_counter()
    _STAGES[stage](path, survey)
    seconds = time.perf_counter() - started
    # The process that starts this one is small, so what Linux counts of it at the fork does not show here.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT
    return {"seconds": seconds, "peak": peak}


def _read(path: Path, _: Path) -> None:
    """Decode records and build their steps; nothing is kept."""
    from trigpoint.archive import read  # noqa: PLC0415 - a stage loads what it measures

    deque(read(path), maxlen=0)


def _flatten(path: Path, _: Path) -> None:
    """Read, and lay out as tables in memory, a thousand records at a time; nothing is written."""
    from trigpoint.archive import read  # noqa: PLC0415 - a stage loads what it measures
    from trigpoint.observe import tables  # noqa: PLC0415 - as above

    records = read(path)
    while batch := list(islice(records, _BATCH)):
        tables(batch)


def _observe(path: Path, survey: Path) -> None:
    """Do what ``trigpoint observe`` does, with one process."""
    from trigpoint.archive import identify, read  # noqa: PLC0415 - a stage loads what it measures
    from trigpoint.observe import observe  # noqa: PLC0415 - as above

    observe([path], survey, read, identify=identify)


def _judge(_: Path, survey: Path) -> None:
    """Do what ``trigpoint judge`` does."""
    from trigpoint.judge.survey import judge_survey  # noqa: PLC0415 - a stage loads what it measures

    judge_survey(survey)


def _whole(path: Path, survey: Path) -> None:
    """Go from raw records to verdicts."""
    _observe(path, survey)
    _judge(path, survey)


_STAGES: dict[str, Callable[[Path, Path], None]] = {
    "read": _read,
    "flatten": _flatten,
    "observe": _observe,
    "judge": _judge,
    "whole": _whole,
}


if __name__ == "__main__":
    main()
