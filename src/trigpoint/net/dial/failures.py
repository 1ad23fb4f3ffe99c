"""How an exception is a failure string."""

from __future__ import annotations

import errno

_ERRNOS = {
    errno.ECONNREFUSED: "connection_refused",
    errno.ECONNRESET: "connection_reset",
    errno.EHOSTUNREACH: "host_unreachable",
    errno.ENETUNREACH: "network_unreachable",
    errno.ETIMEDOUT: "timed_out",
}


def failure_of(error: BaseException) -> str:
    """Give the failure string of an error."""
    number = getattr(error, "errno", None)
    return _ERRNOS.get(number, f"unknown_failure: {error}") if number else f"unknown_failure: {error}"
