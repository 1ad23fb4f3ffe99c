"""``trigpoint sample``: the same seed, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


def test_the_sample_is_written_and_named_fictional(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("sample", "--to", tmp_path / "a")
    assert "fictional" in said.err
    trigpoint("sample", "--to", tmp_path / "b", "--quiet")
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert all((tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes() for path in files)
