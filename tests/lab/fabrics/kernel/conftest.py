"""What tests of the kernel fabric share: whether this machine has one, and both kinds of wires."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.fabrics.kernel import doctor

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.kernel.place import Wiring

ROOT = Path(__file__).resolve().parents[4]


@cache
def _findings() -> doctor.Findings:
    return doctor.probe()


@pytest.fixture
def namespaces(monkeypatch: pytest.MonkeyPatch) -> doctor.Findings:
    """Namespaces of the lab's own; where there are none, the test is skipped, and says why."""
    findings = _findings()
    if findings.why_not:
        pytest.skip(findings.why_not)
    # The lab's process finds the servers of the tests.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
    return findings


@pytest.fixture(params=["tun", "veth"])
def wiring(request: pytest.FixtureRequest, namespaces: doctor.Findings) -> Wiring:
    """Each kind of wires that this machine has."""
    finding = next(finding for finding in namespaces.all if finding.name == request.param)
    if not finding.ok:
        pytest.skip(f"{finding.title}: {finding.reason}")
    return request.param
