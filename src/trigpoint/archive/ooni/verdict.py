"""The probe's own conclusions: kept apart as text, and read by nothing (R1)."""

from __future__ import annotations

from typing import Any

import msgspec

_MESSENGER = ("b_api", "b_graph", "edge", "external_cdn", "scontent_cdn", "star", "stun")  # hosts of OONI's ts-019
_KEYS = frozenset({
    "accessible", "api_status", "blocking", "body_length_match", "body_proportion", "ca_cert_status",
    "dns_consistency", "failing_gateways", "headers_diff", "headers_match", "inconsistent",
    "registration_server_status", "signal_backend_status", "status_code_match", "tampering", "tampering_list",
    "telegram_http_blocking", "telegram_tcp_blocking", "telegram_web_status", "title_match",
    "transparent_http_proxy", "transport_status", "whatsapp_endpoints_blocked",
    "whatsapp_endpoints_dns_inconsistent", "whatsapp_endpoints_status", "whatsapp_web_status",
    "x_blocking_flags", "x_dns_flags", "x_null_null_flags", "x_status",
    "facebook_dns_blocking", "facebook_tcp_blocking",
    *(f"facebook_{host}_{fact}" for host in _MESSENGER for fact in ("dns_consistent", "reachable")),
})  # fmt: skip


def is_verdict(key: str) -> bool:
    """Tell whether a key of ``test_keys`` holds a conclusion of the probe.

    >>> is_verdict("blocking"), is_verdict("facebook_dns_blocking"), is_verdict("queries")
    (True, True, False)
    """
    return key in _KEYS


def probe_verdict(keys: dict[str, Any]) -> str | None:
    """Gather the probe's conclusions as JSON text with sorted keys. None: it drew none."""
    found = {key: keys[key] for key in _KEYS.intersection(keys)}
    connects = keys.get("tcp_connect")
    for number, connect in enumerate(connects if isinstance(connects, list) else ()):
        status = connect.get("status") if isinstance(connect, dict) else None
        if isinstance(status, dict) and "blocked" in status:
            found[f"tcp_connect/{number}/status/blocked"] = status["blocked"]
    return msgspec.json.encode(found, order="deterministic").decode() if found else None
