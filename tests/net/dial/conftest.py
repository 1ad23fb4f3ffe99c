"""What servers show in tests of dialling, and whom clients trust."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.services.pki import Pki
from trigpoint.net.dial.trust import Trust, trust

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """Authorities of the lab."""
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def bundle(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of the authorities that clients trust."""
    path = tmp_path_factory.mktemp("bundle") / "lab.pem"
    path.write_bytes(pki.bundle())
    return path


@pytest.fixture(scope="session")
def trusted(bundle: Path) -> Trust:
    """The authorities of the lab, now."""
    return trust(bundle, now=time.time())
