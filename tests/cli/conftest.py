"""A made-up country on disk, made once for all tests of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import trigpoint
from trigpoint import sample
from trigpoint.cli.group import run as run_command

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["trigpoint"]


@pytest.fixture(scope="session")
def measurements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's files."""
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder)
    return folder / "measurements"


@pytest.fixture(scope="session")
def surveyed(tmp_path_factory: pytest.TempPathFactory, measurements: Path) -> Path:
    """A folder in which ``trigpoint survey`` has done everything; not to be changed."""
    folder = tmp_path_factory.mktemp("surveyed")
    assert run_command(["survey", "XL", str(measurements), "--to", str(folder), "--processes", "1", "--quiet"]) == 0
    return folder
