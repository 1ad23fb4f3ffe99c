"""Signs of slowness: a handshake or a page that took far longer than the way to the server explains.

A line may be slow by itself; whether a name is, only twins can tell (``throttling``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dial.acts import Handshake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.net.dial.acts import Act, RoundTrip
    from trigpoint.net.dial.diary import Diary

SLOW_HANDSHAKE_SECONDS = 3.0
"""Handshakes of five to twelve seconds were seen where platforms were slowed down (OONI, Türkiye 2025)."""
SLOW_RATE = 50_000.0
"""Bytes a second, 400 kbit/s; filters limit to 130 to 300 (Xue et al., IMC 2021; Aryan et al., FOCI 2013)."""
_WAYS = 10.0
"""How many times as long as the connect; a handshake takes one or two of its round trips."""
_LEAST_BYTES = 16_384
_LEAST_SECONDS = 2.0


def slow_acts(diary: Diary) -> Iterator[Handshake | RoundTrip]:
    """Give the handshakes and pages that were slow although the way to the server is not, and pages that stopped."""
    ways = {act.transaction_id: act.t - act.t0 for act in diary.connects}
    every: list[Handshake | RoundTrip] = [*diary.handshakes, *diary.round_trips]
    for act in every:
        way = ways.get(act.transaction_id)
        if way is not None and _WAYS * way < _seconds(act) and (_is_slow(act) or _has_stopped(act)):
            yield act


def _seconds(act: Act) -> float:
    return act.t - act.t0


def _is_slow(act: Handshake | RoundTrip) -> bool:
    if act.failure is not None:
        return False
    if isinstance(act, Handshake):
        return _seconds(act) >= SLOW_HANDSHAKE_SECONDS
    size = len(act.response.body) if act.response else 0
    return size >= _LEAST_BYTES and _seconds(act) >= _LEAST_SECONDS and size / _seconds(act) < SLOW_RATE


def _has_stopped(act: Handshake | RoundTrip) -> bool:
    """Tell whether a page began and was not to its end in time."""
    is_late = act.failure == "generic_timeout_error"
    return is_late and not isinstance(act, Handshake) and act.response is not None
