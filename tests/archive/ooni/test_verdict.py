"""The probe's conclusions: kept apart, and read by nothing."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
import pytest

from tests.archive.shapes import keys, measured, record, tcp, with_keys
from trigpoint.archive.ooni.verdict import is_verdict

VERDICTS: dict[str, Any] = {
    "blocking": "dns",
    "accessible": False,
    "dns_consistency": "inconsistent",
    "x_status": 5,
    "x_dns_flags": 1,
    "x_blocking_flags": 4,
    "x_null_null_flags": 2,
    "body_length_match": True,
    "body_proportion": 0.5,
    "headers_match": True,
    "status_code_match": True,
    "title_match": False,
    "telegram_http_blocking": True,
    "telegram_tcp_blocking": True,
    "telegram_web_status": "blocked",
    "whatsapp_endpoints_status": "blocked",
    "whatsapp_endpoints_blocked": ["e1"],
    "whatsapp_web_status": "ok",
    "registration_server_status": "ok",
    "signal_backend_status": "ok",
    "tampering": {"total": True},
    "facebook_dns_blocking": True,
    "facebook_edge_reachable": None,
    "facebook_star_dns_consistent": False,
}


def test_conclusions_are_kept_as_sorted_text() -> None:
    found = with_keys(
        given={"blocking": False, "accessible": True, "tcp_connect": [tcp(), tcp(status={"blocked": True})]}
    )
    assert found.probe_verdict == (
        '{"accessible":true,"blocking":false,"tcp_connect/0/status/blocked":false,"tcp_connect/1/status/blocked":true}'
    )


@pytest.mark.parametrize("nettest", ["web_connectivity", "telegram", "whatsapp", "facebook_messenger", "signal"])
def test_deleting_them_changes_nothing_but_the_id(nettest: str) -> None:
    with_them = record(test_name=nettest, test_keys=keys(**VERDICTS))
    without_them = copy.deepcopy(with_them)
    for key in VERDICTS:
        del without_them["test_keys"][key]
    for connect in without_them["test_keys"]["tcp_connect"]:
        del connect["status"]["blocked"]
    first, second = measured(with_them), measured(without_them)
    kept = json.loads(first.probe_verdict or "{}")
    assert kept == VERDICTS | {"tcp_connect/0/status/blocked": False}
    assert second.probe_verdict is None
    assert first.id != second.id
    assert msgspec.structs.replace(first, id="", probe_verdict=None) == msgspec.structs.replace(second, id="")


@pytest.mark.parametrize("key", ["queries", "control", "facebook_x", "failure", "control_failure"])
def test_facts_are_no_conclusions(key: str) -> None:
    assert not is_verdict(key)


@pytest.mark.parametrize("connects", [None, 5, [None], [{"status": 5}], [{}]])
def test_without_conclusions_there_are_none(connects: object) -> None:
    assert with_keys(given={"tcp_connect": connects}).probe_verdict is None
