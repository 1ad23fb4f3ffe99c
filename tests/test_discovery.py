"""Open folders: every entry is found, and none is skipped silently."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from trigpoint.discovery import declared
from trigpoint.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """Make an importable package of the given modules."""

    def make(**modules: str) -> ModuleType:
        package = tmp_path / "open_folder"
        package.mkdir()
        (package / "__init__.py").write_text("")
        for name, content in modules.items():
            (package / f"{name}.py").write_text(content)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.invalidate_caches()
        return importlib.import_module("open_folder")

    yield make
    for name in [name for name in sys.modules if name.split(".")[0] == "open_folder"]:
        del sys.modules[name]


def test_every_module_is_an_entry_in_the_order_of_names(folder: Callable[..., ModuleType]) -> None:
    found = declared(folder(zebra="ENTRY = 3", ant="ENTRY = 1", mole="ENTRY = 2"), "ENTRY", int)
    assert list(found.items()) == [("ant", 1), ("mole", 2), ("zebra", 3)]


def test_a_module_with_an_underscore_is_not_an_entry(folder: Callable[..., ModuleType]) -> None:
    assert list(declared(folder(_shared="x = 1", ant="ENTRY = 1"), "ENTRY", int)) == ["ant"]


def test_an_empty_folder_declares_nothing(folder: Callable[..., ModuleType]) -> None:
    assert dict(declared(folder(), "ENTRY", int)) == {}


def test_the_result_cannot_be_changed(folder: Callable[..., ModuleType]) -> None:
    found = declared(folder(ant="ENTRY = 1"), "ENTRY", int)
    with pytest.raises(TypeError):
        found["bee"] = 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "open_folder.ant declares no ENTRY"),
        ("ENTRY = 'text'", "open_folder.ant.ENTRY is a str, not a int"),
        ("import nowhere_to_be_found", "open_folder.ant fails to import: No module named 'nowhere_to_be_found'"),
        ("ENTRY = 1 / 0", "open_folder.ant fails to import: division by zero"),
    ],
)
def test_an_entry_that_does_not_declare_is_an_error(
    folder: Callable[..., ModuleType], content: str, message: str
) -> None:
    package = folder(ant=content, bee="ENTRY = 1")
    with pytest.raises(DeclarationError, match=f"^{message}$"):
        declared(package, "ENTRY", int)
