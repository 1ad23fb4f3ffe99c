"""A device that may not be opened is an error, and nothing is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.fabrics.kernel import tun
from trigpoint.lab.fabrics.kernel.tun import TunWires

if TYPE_CHECKING:
    from pathlib import Path


def test_a_device_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wires = TunWires()
    monkeypatch.setattr(tun, "DEVICE", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        wires.add("a", "lab0", None)
    assert not wires.readers
    (tmp_path / "plain").touch()
    monkeypatch.setattr(tun, "DEVICE", str(tmp_path / "plain"))
    with pytest.raises(OSError, match="ioctl"):
        wires.add("a", "lab0", None)
    wires.close()
    assert not wires.readers
    assert not wires.writers
