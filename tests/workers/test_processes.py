"""Processes of a pool end with the one that made it, also where that one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from trigpoint.workers.processes import _quiet_children

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


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of threads")
def test_ctrl_c_while_a_process_is_started_is_answered_when_it_stands() -> None:
    """Another thread, which started before, takes the signal; Python answers in this one."""
    ready, over, reached = threading.Event(), threading.Event(), []
    other = threading.Thread(target=lambda: (ready.set(), over.wait(_SECONDS)))
    other.start()
    ready.wait(_SECONDS)
    try:
        with pytest.raises(KeyboardInterrupt), _quiet_children():  # noqa: PT012 - what is done within is the point
            signal.pthread_kill(other.ident or 0, signal.SIGINT)
            time.sleep(0.05)
            reached.append("the end")
    finally:
        over.set()
        other.join()
    assert reached
