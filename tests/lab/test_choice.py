"""Which fabric is taken, and what is said of it."""

from __future__ import annotations

import pytest

from trigpoint.errors import LabError
from trigpoint.lab import choice
from trigpoint.lab.choice import chosen


@pytest.mark.parametrize(
    ("asked", "obstacle", "expected"),
    [
        ("virtual", None, "virtual"),
        ("virtual", "no", "virtual"),
        ("auto", None, "kernel"),
        ("auto", "it is forbidden", "virtual"),
        ("kernel", None, "kernel"),
    ],
)
def test_auto_takes_the_kernel_where_it_works(
    monkeypatch: pytest.MonkeyPatch, asked: str, obstacle: str | None, expected: str
) -> None:
    monkeypatch.setattr(choice, "why_not", lambda: obstacle)
    fabric, reason = chosen(asked)
    assert fabric == expected
    assert "\n" not in reason
    assert obstacle is None or asked == "virtual" or obstacle in reason


def test_the_kernel_fabric_fails_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "why_not", lambda: "it is forbidden; allow it")
    with pytest.raises(LabError, match="it is forbidden; allow it"):
        chosen("kernel")
