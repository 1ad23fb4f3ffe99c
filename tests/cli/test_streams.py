"""A command works with standard streams closed, and gives none of its own to what it starts."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

SCRIPT = """
import os
from trigpoint.cli.streams import open_closed_streams
open_closed_streams()
import sys
found = [os.path.samestat(os.fstat(number), os.stat(os.devnull)) for number in range(3)]
usable = [sys.stdin.read() == "", sys.stdout.isatty(), sys.stderr.isatty()]
os.write(int(sys.argv[1]), repr([*found, usable[0]]).encode())
"""


@pytest.mark.parametrize(
    ("closed", "told_by", "expected"),
    [
        ("<&-", 2, "[True, False, False, True]"),
        ("<&- >&-", 2, "[True, True, False, True]"),
        ("</dev/null 2>&-", 1, "[True, False, True, True]"),
        ("</dev/null", 1, "[True, False, False, True]"),
    ],
)
def test_closed_streams_become_the_null_device(closed: str, told_by: int, expected: str) -> None:
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("no sh, whose redirections close streams")
    command = [shell, "-c", f'"$@" {closed}', "sh", sys.executable, "-c", SCRIPT, str(told_by)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr)[told_by - 1] == expected
