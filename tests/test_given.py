"""What a person gives is read whole, or refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import InputError
from trigpoint.given import content_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_read_whole_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    assert content_of(tmp_path / "a", 10) == b"0123456789"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", "none cannot be read: No such file or directory"),
        (".", "cannot be read: Is a directory"),
        ("large", "large is larger than 1 MiB, which no such file is"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "large").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(InputError) as refused:
        content_of(tmp_path / name, 2**20)
    assert str(refused.value) == f"{tmp_path / name} {said.removeprefix(name).lstrip()}"
