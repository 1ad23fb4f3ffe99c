"""A publisher of files on loopback, for tests that download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reference.publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()
