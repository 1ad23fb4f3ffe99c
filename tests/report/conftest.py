"""What tests of reports share."""

from __future__ import annotations

import pytest

from tests.report.materials import leave_out_png


@pytest.fixture
def without_png(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the drawing of PNG files: charts have tests of their own."""
    leave_out_png(monkeypatch)
