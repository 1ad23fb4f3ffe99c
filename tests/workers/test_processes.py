"""Processes of a pool end with the one that made it, also where that one is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

_STARTS_AND_IS_KILLED = """
import os, signal
from trigpoint.workers import pool

if __name__ == "__main__":
    with pool() as executor:
        numbers = {executor.submit(os.getpid).result() for _ in range(8)}
        print(*numbers, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""
_SECONDS = 30


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_the_workers_of_a_process_that_is_killed_end_too() -> None:
    made = subprocess.run(
        [sys.executable, "-c", _STARTS_AND_IS_KILLED], stdout=subprocess.PIPE, text=True, check=False, timeout=60
    )
    workers = [int(number) for number in made.stdout.split()]
    assert workers
    latest = time.monotonic() + _SECONDS
    while (left := [worker for worker in workers if _runs(worker)]) and time.monotonic() < latest:
        time.sleep(0.05)
    assert not left
