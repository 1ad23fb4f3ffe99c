from __future__ import annotations

from typing import TYPE_CHECKING

import certifi
import pytest

from trigpoint.net.dial.trust import trust

if TYPE_CHECKING:
    from pathlib import Path


def test_the_bundle_is_dated_and_not_the_machines() -> None:
    found = trust(now=1.0)
    assert found.version == f"certifi {certifi.__version__}"
    assert found.pem == certifi.contents().encode()
    assert found.now == 1.0


def test_a_file_adds_to_it(bundle: Path) -> None:
    found = trust(bundle, now=1.0)
    assert found.version.endswith(" + lab.pem")
    assert found.pem.startswith(trust(now=1.0).pem)
    assert found.pem.endswith(bundle.read_bytes())


def test_a_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        trust(tmp_path / "none.pem", now=1.0)
