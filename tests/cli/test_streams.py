"""A command works with standard streams closed, and gives none of its own to what it starts."""

from __future__ import annotations

import os
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


def test_a_letter_that_a_stream_lacks_is_written_with_escapes() -> None:
    script = "from trigpoint.cli.streams import open_closed_streams; open_closed_streams(); print('\u4e2d')"
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, timeout=60, check=True)
    assert done.stdout == b"\\u4e2d\n"
