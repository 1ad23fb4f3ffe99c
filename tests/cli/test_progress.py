"""Progress on a terminal, silence elsewhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from trigpoint.cli.progress import reading, say_observed
from trigpoint.model.measurement import Reject
from trigpoint.observe import Observed, Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_files_speed_and_rejects(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with reading(quiet=False) as show:
        assert show is not None
        show(Progress(files_done=2, files_total=5, measurements=1000, rejects=7))
    assert "2/5" in screen.getvalue()
    assert "7 rejects" in screen.getvalue()
    assert "measurements/s" in screen.getvalue()


def test_elsewhere_and_when_quiet_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(quiet=False) as show:
        assert show is None
    monkeypatch.setattr("sys.stderr", Terminal())
    with reading(quiet=True) as show:
        assert show is None


def test_everything_that_was_left_out_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    unreadable = (Reject(path="x.json", reason="permission denied"),)
    say_observed(
        Observed(files=1, known=2, duplicates=3, measurements=4, rejects=5, unreadable=unreadable), quiet=False
    )
    said = capsys.readouterr().err
    assert "4 measurements from 1 files, 2 files were there already, 3 duplicates left out, 5 records rejected" in said
    assert "Not read: x.json: permission denied" in said
