"""How a nettest's own task ended as a whole: a tunnel, a transfer, a page."""

from __future__ import annotations

from typing import Any

from trigpoint.archive.ooni.values import UNKNOWN_FAILURE, failure_of, text

_FINISHED_BY_FAILURE = frozenset({
    "dash", "ndt", "psiphon", "stun_reachability", "stunreachability", "torsf", "urlgetter", "vanilla_tor",
})  # fmt: skip
"""Nettests that say nothing but a failure, so that none means success."""

_LOADED = "ok"


def outcome(nettest: str | None, keys: dict[str, Any]) -> tuple[bool | None, str | None]:
    """Give success and failure of the task as recorded; either may be missing.

    >>> outcome("torsf", {"success": False, "failure": "generic_timeout_error"})
    (False, 'generic_timeout_error')
    >>> outcome("ndt", {"failure": None}), outcome("telegram", {"failure": None})
    ((True, None), (None, None))
    """
    if nettest == "browser_web":
        result = text(keys.get("result"))
        return (None, None) if result is None else (result == _LOADED, None if result == _LOADED else result)
    failure = failure_of(keys.get("failure")) or failure_of(keys.get("error"))
    if nettest == "riseupvpn":
        failure = failure or failure_of(keys.get("api_failure"))
    success = keys.get("success")
    if isinstance(success, bool):
        return success, failure or (None if success else UNKNOWN_FAILURE)
    if nettest in _FINISHED_BY_FAILURE and "failure" in keys:
        return failure is None, failure
    return None, failure
