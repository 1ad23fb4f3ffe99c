"""A small program around ``observe`` for tests that kill it: one batch for each file, and a commit after each."""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path

from tests.observe import records
from trigpoint.errors import TrigpointError
from trigpoint.observe import ObserveInterrupted, batches, observe, run
from trigpoint.workers import hired


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("survey")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--first-commit", type=int, default=1)
    parser.add_argument("--largest-file", type=int, default=None)
    parser.add_argument("--stream", action="store_true")
    options = parser.parse_args()
    batches._BATCH_BYTES = batches._BATCH_BYTES if options.stream else 1
    run._FIRST_COMMIT = options.first_commit
    if options.largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.largest_file, resource.RLIM_INFINITY))
    read = records.stream if options.stream else records.read
    try:
        with hired(options.processes) as workers:
            observed = observe(options.paths, options.survey, read, workers=workers)
    except ObserveInterrupted as interrupted:
        sys.stdout.write(f"{interrupted.kept.files} {interrupted.kept.pending}\n")
        return 130
    except TrigpointError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:  # what measures coverage writes at the end
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    sys.stdout.write(f"{observed.files} {_peak_kilobytes()}\n")
    return 0


def _peak_kilobytes() -> int:
    """Give the most memory that this program held. Linux counts in getrusage what the parent held when it forked."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    sys.exit(main())
