"""How long to wait for an acknowledgement (RFC 6298), with the bounds that Linux has."""

from __future__ import annotations

FIRST_SECONDS = 1.0
"""Before anything was measured (RFC 6298, section 2.1)."""
_SHORTEST, _LONGEST = 0.2, 120.0  # TCP_RTO_MIN and TCP_RTO_MAX of Linux
_GAIN, _VARIATION_GAIN, _VARIATIONS = 1 / 8, 1 / 4, 4


class RoundTrip:
    """Estimates the round-trip time, and from it the retransmission timeout."""

    __slots__ = ("_doublings", "_smoothed", "_variation")

    def __init__(self) -> None:
        self._smoothed: float | None = None
        self._variation = 0.0
        self._doublings = 0

    @property
    def timeout_seconds(self) -> float:
        """How long to wait now."""
        if self._smoothed is None:
            first = FIRST_SECONDS
        else:
            first = max(_SHORTEST, self._smoothed + _VARIATIONS * self._variation)
        return min(first * 2.0**self._doublings, _LONGEST)

    def measured(self, seconds: float) -> None:
        """Take a measurement of a segment that was sent once (Karn's algorithm)."""
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
            return
        self._variation += _VARIATION_GAIN * (abs(self._smoothed - seconds) - self._variation)
        self._smoothed += _GAIN * (seconds - self._smoothed)

    def back_off(self) -> None:
        """Wait twice as long from now on."""
        self._doublings += 1

    def recover(self) -> None:
        """Take back all doublings: something new was acknowledged."""
        self._doublings = 0
