"""Connections whose first payload looks like nothing at all fall silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.openings import OnOpening
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.silences import Drop

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight

_FIRST = 6  # bytes that are all printable in most protocols of text
_RUN = 20  # printable bytes in a row that are enough
_KNOWN = (b"\x16\x03", b"\x17\x03", b"GET ", b"PUT ", b"POST ", b"HEAD ")
_PRINTABLE = frozenset(range(0x20, 0x7F))

Bits = Annotated[float, msgspec.Meta(ge=0, le=8)]


class RandomTraffic(Parameters, frozen=True, kw_only=True):
    """Parameters. In China only some networks were affected: ``match.addresses``."""

    match: Match = Match()
    """Flows. Every TCP port, if nothing else is said."""
    bits_above: Bits = 3.4
    """Set bits a byte, on average, up to which a payload is exempt."""
    bits_below: Bits = 4.6
    """Set bits a byte, on average, from which on it is exempt."""
    way: Way = "out"
    """Which packets vanish."""


def looks_random(payload: bytes, bits_above: float = 3.4, bits_below: float = 4.6) -> bool:
    """Tell whether none of the five exemptions holds (USENIX Security 2023, Wu, algorithm 1).

    >>> (
    ...     looks_random(bytes(number * 7 % 256 for number in range(97))),
    ...     looks_random(bytes(40)),
    ...     looks_random(b"hello there"),
    ... )
    (True, False, False)
    """
    bits = int.from_bytes(payload, "big").bit_count() / max(1, len(payload))
    if not bits_above < bits < bits_below or payload.startswith(_KNOWN):
        return False
    printable = [byte in _PRINTABLE for byte in payload]
    return not (all(printable[:_FIRST]) or 2 * sum(printable) > len(payload) or _longest_run(printable) > _RUN)


def _longest_run(flags: list[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


def _make(parameters: RandomTraffic, _: Place) -> Plan:
    limits = parameters.bits_above, parameters.bits_below

    def judge(sight: Sight) -> Hit | None:
        return Hit("looks random") if looks_random(sight.packet.content, *limits) else None

    return Plan(OnOpening(parameters.match, judge), Drop(parameters.way), "tcp", parameters.match)


CENSOR = Behaviour(
    "random_traffic",
    "drops connections whose first payload looks fully encrypted",
    "USENIX Security 2023 (Wu, fully encrypted traffic)",
    RandomTraffic,
    _make,
    ("tcp",),
    ("in",),
    {"placement": {"fire_probability": 0.263}, "residual": {"seconds": 180, "action": "drop-out"}},
)
