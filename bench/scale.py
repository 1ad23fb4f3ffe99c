# ruff: noqa: INP001 - a script, not a package
"""Measure how time grows with the input, what a second process brings, and a survey of a million measurements.

The stored tables of the load file (``bench/observe.py``) are copied over days, countries and networks, with other names
of measurements and runs; bodies and certificates are shared, as they are in archives, and raw records are there for
the first copy only. One process is held to one core, also where a library would use more. Wall-clock seconds are
printed beside processor seconds, of a process and of those it started: on a machine that does other work, only the
latter can be compared.

    .venv/bin/python bench/scale.py [--copies 1 10] [--processes 1 2] [--to FOLDER]

``--copies 50`` is a million measurements, and takes some minutes and 2 GB of disk; it is not part of ``make bench``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from observe import load_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
_COUNT = 20_000
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kibibytes on Linux
_COUNTRIES = ("XA", "XB", "XC", "XD", "XE")
_FILES = 10  # a source is read by one process, so the load file is cut
_HEADS = ("stage", "measurements", "processes", "seconds", "CPU s", "a second", "a CPU s", "peak MB")


def main() -> None:
    """Measure each stage for each number of copies and processes, and print a row for each."""
    parser = argparse.ArgumentParser(description="Measure scale.")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10], help="times 20,000 measurements")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--to", type=Path, help="make the surveys there, and leave them")
    parser.add_argument("--stage", choices=sorted(_STAGES), help=argparse.SUPPRESS)
    parser.add_argument("--work", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        sys.stdout.write(json.dumps(_timed(options.stage, options.work)))
        return
    sys.stdout.write(_row(*_HEADS))
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        _all(options.to or Path(folder), options.copies, options.processes)


def _all(folder: Path, copies: list[int], processes: list[int]) -> None:
    folder.mkdir(exist_ok=True)
    sources = _cut(folder)
    for number in processes:
        _measure("observe", _COUNT, number, {"sources": sources, "survey": f"{folder}/{number}"})
    for times in copies:
        _survey(folder, times, processes)


def _survey(folder: Path, copies: int, processes: list[int]) -> None:
    made = folder / f"copies-{copies}"
    _fresh("copy", {"survey": str(folder / str(processes[0])), "to": str(made), "copies": copies})
    for number in processes:
        judged = folder / f"judged-{copies}-{number}"
        shutil.copytree(made, judged, copy_function=_link)
        for stage in ("judge", "aggregate"):
            _measure(stage, copies * _COUNT, number, {"survey": str(judged)})
    _measure("report", copies * _COUNT, 1, {"survey": str(judged), "to": str(folder / f"report-{copies}")})


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)  # data files are never changed, and the manifest is replaced


def _cut(folder: Path) -> list[str]:
    plain, _ = load_files(_COUNT)
    paths = [folder / f"load-{number}.jsonl" for number in range(_FILES)]
    with plain.open("rb") as lines:
        for path in paths:
            path.write_bytes(b"".join(islice(lines, _COUNT // _FILES)))
    return [str(path) for path in paths]


def _measure(stage: str, count: int, processes: int, work: dict[str, Any]) -> None:
    found = _fresh(stage, work | {"processes": processes})
    seconds, cpu = found["seconds"], found["cpu"]
    speeds = (f"{count / seconds:,.0f}", f"{count / cpu:,.0f}", f"{found['peak'] / 1e6:.0f}")
    sys.stdout.write(_row(stage, f"{count:,}", str(processes), f"{seconds:.1f}", f"{cpu:.1f}", *speeds))
    sys.stdout.flush()


def _row(*cells: str) -> str:
    widths = (10, 14, 10, 9, 9, 10, 10, 8)
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)) + "\n"


def _fresh(stage: str, work: dict[str, Any]) -> dict[str, float]:
    command = [sys.executable, __file__, "--stage", stage, "--work", json.dumps(work)]
    threads = {"POLARS_MAX_THREADS": "1"} if _is_alone(stage, work) else {}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | threads)  # noqa: S603 - this file, our arguments
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _is_alone(stage: str, work: dict[str, Any]) -> bool:
    return work.get("processes") == 1 and stage != "report"


def _timed(stage: str, work: dict[str, Any]) -> dict[str, float]:
    if _is_alone(stage, work) and hasattr(os, "sched_setaffinity"):  # not on macOS
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    started = time.perf_counter()
    _STAGES[stage](**work)
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": seconds,
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "peak": max(one.ru_maxrss for one in used) * _PEAK_UNIT,
    }


def _observe(sources: list[str], survey: str, processes: int) -> None:
    from trigpoint.archive import identify, read  # noqa: PLC0415 - a stage loads what it measures
    from trigpoint.observe import observe  # noqa: PLC0415 - as above
    from trigpoint.workers import hired  # noqa: PLC0415 - as above

    with hired(processes) as workers:
        observe([Path(source) for source in sources], survey, read, identify=identify, workers=workers)


def _judge(survey: str, processes: int) -> None:
    from trigpoint.judge.survey import judge_survey  # noqa: PLC0415 - as above
    from trigpoint.workers import hired  # noqa: PLC0415 - as above

    with hired(processes) as workers:
        judge_survey(survey, workers=workers)


def _aggregate(survey: str, processes: int) -> None:
    from trigpoint.events import aggregate_survey  # noqa: PLC0415 - as above
    from trigpoint.workers import hired  # noqa: PLC0415 - as above

    with hired(processes) as workers:
        aggregate_survey(survey, workers)


def _report(survey: str, to: str, processes: int) -> None:
    from trigpoint.cli.report import write_report  # noqa: PLC0415 - as above

    write_report(_COUNTRIES[0], Path(survey), Path(to), None, publish=False, quiet=processes == 1)


def _copy(survey: str, to: str, copies: int) -> None:
    """Copy a survey's tables over countries, then days, each copy into networks and runs of its own."""
    from trigpoint.store.survey import Survey  # noqa: PLC0415 - as above
    from trigpoint.store.writer import writing  # noqa: PLC0415 - as above

    origin = Survey.open(survey)
    places = islice(product(range(1, copies + 1), _COUNTRIES), copies)
    with writing(to) as writer:
        files = [
            file
            for number, (day, country) in enumerate(places)
            for file in _copied(
                origin, writer.incoming, number, f"2025-{day // 28 + 1:02d}-{day % 28 + 1:02d}", country
            )
        ]
        shared = [file for file in origin.files if file.date is None]
        for file in shared:
            (writer.incoming / file.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(origin.path / file.path, writer.incoming / file.path)
        writer.commit_observations(origin.sources, [*files, *shared])


def _copied(origin: Any, folder: Path, number: int, date: str, country: str) -> Iterator[Any]:  # noqa: ANN401 - loaded late
    from trigpoint.store import parquet  # noqa: PLC0415 - as above
    from trigpoint.store.manifest import DataFile  # noqa: PLC0415 - as above

    stem = hashlib.sha256(f"copy {number}".encode()).hexdigest()[:16]
    parts = sorted({file.stem for file in origin.files if file.date is not None})
    for part, table in product(range(len(parts)), sorted({file.table for file in origin.files if file.date})):
        frames = [origin.read(file) for file in origin.files if file.table == table and file.stem == parts[part]]
        if frames:
            like = DataFile(table=table, date=date, country=country, name=f"{stem}-{part:05d}.parquet")
            yield parquet.write(_renamed(pl.concat(frames), number, country), folder, like)


def _renamed(frame: pl.DataFrame, number: int, country: str) -> pl.DataFrame:
    """Give measurements and runs other names, and networks other numbers; eight digits of a hash stay a hash."""
    prefix = hashlib.sha256(f"measurement {number}".encode()).hexdigest()[:8]
    changed = {
        "id": lambda column: prefix + column.str.slice(8),
        "measurement": lambda column: prefix + column.str.slice(8),
        "report_id": lambda column: f"{number}_" + column,
        "path": lambda column: pl.when(number == 0).then(column).otherwise(column + f".copy-{number}"),
        "probe_cc": lambda column: pl.when(column.is_not_null()).then(pl.lit(country)),
        "probe_asn": lambda column: column + number // len(_COUNTRIES) % 4 * 10,
    }
    return frame.with_columns(
        **{name: change(pl.col(name)) for name, change in changed.items() if name in frame.columns}
    )


_STAGES: dict[str, Callable[..., None]] = {
    "observe": _observe,
    "copy": _copy,
    "judge": _judge,
    "aggregate": _aggregate,
    "report": _report,
}


if __name__ == "__main__":
    main()
