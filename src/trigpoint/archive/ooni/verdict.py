"""The probe's own conclusions: kept apart as text, and read by nothing (R1)."""

from __future__ import annotations

from typing import Any

import msgspec

from trigpoint.remembered import Remembered

_KEYS = frozenset({
    "accessible", "api_status", "blocking", "body_length_match", "body_proportion", "ca_cert_status",
    "dns_consistency", "failing_gateways", "headers_diff", "headers_match", "inconsistent",
    "registration_server_status", "signal_backend_status", "status_code_match", "tampering", "tampering_list",
    "telegram_http_blocking", "telegram_tcp_blocking", "telegram_web_status", "title_match",
    "transparent_http_proxy", "transport_status", "whatsapp_endpoints_blocked",
    "whatsapp_endpoints_dns_inconsistent", "whatsapp_endpoints_status", "whatsapp_web_status",
    "x_blocking_flags", "x_dns_flags", "x_null_null_flags", "x_status",
})  # fmt: skip
_FACEBOOK_ENDINGS = ("_blocking", "_consistent", "_reachable")


def is_verdict(key: str) -> bool:
    """Tell whether a key of ``test_keys`` holds a conclusion of the probe.

    >>> is_verdict("blocking"), is_verdict("facebook_dns_blocking"), is_verdict("queries")
    (True, True, False)
    """
    return key in _KEYS or (key.startswith("facebook_") and key.endswith(_FACEBOOK_ENDINGS))


_VERDICTS = Remembered(is_verdict, 4_096)


def probe_verdict(keys: dict[str, Any]) -> str | None:
    """Gather the probe's conclusions as JSON text with sorted keys. None: it drew none."""
    found = {key: value for key, value in keys.items() if _VERDICTS[key]}
    connects = keys.get("tcp_connect")
    for number, connect in enumerate(connects if isinstance(connects, list) else ()):
        status = connect.get("status") if isinstance(connect, dict) else None
        if isinstance(status, dict) and "blocked" in status:
            found[f"tcp_connect/{number}/status/blocked"] = status["blocked"]
    return msgspec.json.encode(found, order="deterministic").decode() if found else None
