from __future__ import annotations

import os
import selectors
import threading

import pytest

from trigpoint.lab.fabrics.virtual import clock
from trigpoint.lab.fabrics.virtual.clock import START_SECONDS, Clock, StalledError


def test_time_passes_only_when_nothing_is_ready() -> None:
    with Clock() as found:
        assert found.select(0) == []
        assert found.now == START_SECONDS
        found.select(3600)
        assert found.now == START_SECONDS + 3600


def test_what_really_happens_comes_first() -> None:
    here, there = os.pipe()
    with Clock() as found:
        found.register(here, selectors.EVENT_READ)
        os.write(there, b"x")
        assert len(found.select(10)) == 1
        assert found.now == START_SECONDS
    os.close(here)
    os.close(there)


def test_a_job_is_waited_for_and_time_stands_still() -> None:
    here, there = os.pipe()
    with Clock() as found:
        found.register(here, selectors.EVENT_READ)
        found.jobs = 1
        timer = threading.Timer(0.02, os.write, (there, b"x"))
        timer.start()
        assert len(found.select(1000)) == 1
        assert found.now == START_SECONDS
        timer.join()
    os.close(here)
    os.close(there)


def test_waiting_for_nothing_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "STALL_SECONDS", 0.01)
    with Clock() as found, pytest.raises(StalledError, match="nothing can happen any more"):
        found.select(None)


def test_waiting_without_a_timer_still_ends_when_something_happens() -> None:
    here, there = os.pipe()
    with Clock() as found:
        found.register(here, selectors.EVENT_READ)
        timer = threading.Timer(0.02, os.write, (there, b"x"))
        timer.start()
        assert len(found.select(None)) == 1
        timer.join()
    os.close(here)
    os.close(there)
