# ruff: noqa: INP001 - a script, not a package
"""Rehearse the worlds of the lab once for each seed, and print how good the verdicts were, for each and together.

The bars: states right at least 0.99, precision of mechanisms at least 0.98, recall at least 0.90, and nothing innocent
called blocked.

    .venv/bin/python bench/rehearsals.py [WORLD ...] [--seeds 20] [--fabric virtual] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from trigpoint.cli.columns import aligned
from trigpoint.cli.lab.score import scored_survey
from trigpoint.lab.case import Numbers, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.lab.case import Case

_HEAD = ("seed", "rows", "states right", "precision", "recall", "false blocked", "innocent")
_STATES, _PRECISION, _RECALL = 0.99, 0.98, 0.90


class _Line(NamedTuple):
    """What one line shows."""

    name: str
    found: Numbers


def main() -> int:
    """Rehearse, print a line for each seed and one for all, and end with 1 where a bar is missed."""
    options = _options()
    cases: list[Case] = []
    lines: list[_Line] = []
    for seed in range(options.seeds):
        with tempfile.TemporaryDirectory() as elsewhere:  # one at a time: all worlds take more than half a gigabyte
            own = _rehearsed(Path(options.keep or elsewhere) / f"seed-{seed}", seed, options)
        cases += own
        lines.append(_Line(str(seed), numbers(own)))
        print(f"{seed + 1} of {options.seeds} seeds done", file=sys.stderr, flush=True)  # noqa: T201 - what it is for
    total = numbers(cases)
    print(aligned([_HEAD, *map(_row, lines), _row(_Line("all", total))]))  # noqa: T201 - as above
    return 0 if holds(total) else 1


def holds(found: Numbers) -> bool:
    """Tell whether the bars hold."""
    shares = (found.states_right / max(found.rows, 1), found.mechanism_precision, found.mechanism_recall)
    # where nothing is blocked there is nothing to name
    return not found.false_blocked and all(
        share is None or share >= bar for share, bar in zip(shares, (_STATES, _PRECISION, _RECALL), strict=True)
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", nargs="*", help="worlds of the lab; all where none is named")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--fabric", choices=("virtual", "kernel"), default="virtual")
    parser.add_argument("--keep", help="folder for what was measured; thrown away where none is named")
    return parser.parse_args()


def _rehearsed(folder: Path, seed: int, options: argparse.Namespace) -> Sequence[Case]:
    command = [sys.executable, "-m", "trigpoint", "rehearse", *options.worlds, "--to", str(folder)]
    subprocess.run([*command, "--seed", str(seed), "--fabric", options.fabric, "-q"], check=True)  # noqa: S603 - our own
    return scored_survey(folder / "survey", tuple(options.worlds)).cases


def _row(line: _Line) -> tuple[str, ...]:
    found = line.found
    shares = (found.states_right / max(found.rows, 1), found.mechanism_precision, found.mechanism_recall)
    told = ("-" if share is None else f"{share:.4f}" for share in shares)
    return (line.name, str(found.rows), *told, str(found.false_blocked), str(found.innocent))


if __name__ == "__main__":
    sys.exit(main())
