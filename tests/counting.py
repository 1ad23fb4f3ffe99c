"""Running what is not to be counted."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncounted() -> Iterator[None]:
    """Do not count the lines that run meanwhile, nor those of programs that are started.

    pytest-cov's own ``no_cover`` does not do it where tests run in several processes: in each of them coverage is begun
    twice more, once by ``patch = ["subprocess"]``, and these go on where pytest-cov's pauses.
    """
    here, in_threads = sys.gettrace(), threading.gettrace()
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
            patch.delenv(variable, raising=False)
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]  # as coverage itself does
        try:
            yield
        finally:
            sys.settrace(here)
            threading.settrace(in_threads)  # type: ignore[arg-type]
