"""How a nettest's own task ended."""

from __future__ import annotations

import pytest

from tests.archive.shapes import with_keys


@pytest.mark.parametrize(
    ("nettest", "keys", "outcome"),
    [
        ("torsf", {"success": True, "failure": None}, (True, None)),
        ("torsf", {"failure": None, "bootstrap_time": 1.5}, (True, None)),
        ("torsf", {"failure": "generic_timeout_error"}, (False, "generic_timeout_error")),
        ("vanilla_tor", {"success": False, "error": "timeout-reached"}, (False, "timeout-reached")),
        ("vanilla_tor", {"success": True, "error": None}, (True, None)),
        ("openvpn", {"success": False, "failure": None}, (False, "unknown_failure")),
        ("openvpn_client_test", {"success": True, "failure": "x"}, (True, "x")),
        ("psiphon", {"failure": "x"}, (False, "x")),
        ("ndt", {"failure": None}, (True, None)),
        ("dash", {"failure": "json_parse_error"}, (False, "json_parse_error")),
        ("dash", {}, (None, None)),
        ("riseupvpn", {"api_failure": "eof_error", "api_status": "blocked"}, (None, "eof_error")),
        ("meek_fronted_requests_test", {"success": True}, (True, None)),
        ("browser_web", {"result": "ok"}, (True, None)),
        ("browser_web", {"result": "error"}, (False, "error")),
        ("browser_web", {"result": None}, (None, None)),
        ("telegram", {"failure": None}, (None, None)),
        ("telegram", {"failure": "eof_error"}, (None, "eof_error")),
    ],
)
def test_success_and_failure_are_as_recorded(
    nettest: str, keys: dict[str, object], outcome: tuple[bool | None, str | None]
) -> None:
    found = with_keys(nettest, keys)
    assert (found.outcome_success, found.outcome_failure) == outcome
