"""What tests of reports share."""

from __future__ import annotations

import pytest

from trigpoint.report import drawing


@pytest.fixture
def without_png(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the drawing of PNG files, which takes a tenth of a second each: charts have tests of their own."""
    monkeypatch.setattr(drawing, "packed", lambda _: b"")
    monkeypatch.setattr(drawing.vl_convert, "svg_to_png", lambda *_, **__: b"")
