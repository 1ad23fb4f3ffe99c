"""How often Python looks for cycles of objects that nobody needs any more."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BETWEEN = 70_000
"""Objects that are made between two looks."""


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look a hundred times less often: rows and figures are made by the ten thousand, and hold no cycles.

    >>> with rare_collection():
    ...     gc.get_threshold()[0]
    70000
    """
    before = gc.get_threshold()
    gc.set_threshold(BETWEEN, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
