"""Runs the command line in this process, as a person would, and keeps what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from trigpoint.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence on standard error, without the program's name."""
        (line,) = (line for line in self.err.strip().splitlines() if not line.startswith("No fingerprints in "))
        return line.removeprefix("trigpoint: ")


@pytest.fixture
def trigpoint(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run ``trigpoint`` with arguments."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Said(int(str(stop.value.code)), out, err)

    return run
