from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trigpoint.sample import records

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST: dict[str, dict[str, Any]] = {}
for scenario, record in records():
    FIRST.setdefault(scenario.name, record)


@pytest.fixture
def keys() -> Callable[[str], dict[str, Any]]:
    """Give the test keys of the first record of a scenario."""
    return lambda name: FIRST[name]["test_keys"]


@pytest.fixture
def whole() -> Callable[[str], dict[str, Any]]:
    """Give the first record of a scenario."""
    return FIRST.__getitem__
