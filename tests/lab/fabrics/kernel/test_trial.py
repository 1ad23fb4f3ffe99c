"""A trial tries nothing that needs what has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.fabrics.kernel.inside import seen_inside
from trigpoint.lab.fabrics.kernel import trial

if TYPE_CHECKING:
    import pytest


def _refuse() -> None:
    raise PermissionError(1, "Operation not permitted")


def test_without_user_namespaces_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "enter", _refuse)
    assert trial.trials() == {"users": "Operation not permitted"}


def test_without_network_namespaces_no_wire_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "enter", lambda: None)
    monkeypatch.setattr(trial, "Namespace", _refuse)
    assert trial.trials() == {"users": "", "networks": "Operation not permitted"}


def _all(_machine: int) -> dict[str, str]:
    """Try everything, in namespaces that were entered already."""
    trial.enter = lambda: None
    return trial.trials()


def test_where_the_fabric_works_all_is_tried(namespaces: object) -> None:
    results = seen_inside(_all)
    assert list(results) == ["users", "networks", "tun", "veth", "ipv6", "mounts"]
    assert not (results["tun"] and results["veth"])
