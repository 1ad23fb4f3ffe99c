"""The generated pages say what the code declares."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "reference.py"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_is_out_of_date(reference: ModuleType) -> None:
    assert reference.stale(reference.FOLDER) == []


def test_a_page_that_is_missing_or_changed_is_found(reference: ModuleType, tmp_path: Path) -> None:
    for name, write in reference.PAGES.items():
        (tmp_path / name).write_text(write(), encoding="utf-8")
    (tmp_path / "tables.md").write_text("# Tables\n", encoding="utf-8")
    (tmp_path / "rules.md").unlink()
    assert reference.stale(tmp_path) == ["rules.md", "tables.md"]


def test_markup_of_docstrings_becomes_markdown_that_fits_a_cell(reference: ModuleType) -> None:
    assert reference.prose("a ``b`` of\n :class:`C` | d") == r"a `b` of `C` \| d"
