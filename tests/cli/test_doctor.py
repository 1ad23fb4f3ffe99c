"""What ``trigpoint doctor`` says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from trigpoint.cli import doctor as module
from trigpoint.lab.fabrics.kernel.doctor import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.commands import Said

GOOD = Finding("users", "user namespaces", ok=True)
BAD = Finding("networks", "network namespaces", ok=False, reason="Operation not permitted", remedy="sudo something")


@pytest.mark.parametrize(("findings", "status"), [((GOOD,), 0), ((GOOD, BAD), 1)])
def test_it_tells_what_is_missing_and_what_helps(
    trigpoint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], status: int
) -> None:
    monkeypatch.setattr(module, "probe", lambda: Findings(findings))
    said = trigpoint("doctor")
    assert said.status == status
    assert "virtual fabric: works" in said.out
    assert ("sudo something" in said.out) == bool(status)
    plain = json.loads(trigpoint("doctor", "--json").out)
    assert plain["kernel"] is (not status)
    assert len(plain["findings"]) == len(findings)


def test_it_looks_at_this_machine(trigpoint: Callable[..., Said]) -> None:
    said = trigpoint("doctor")
    assert said.status in {0, 1}
    assert "kernel fabric: " in said.out
