"""Validated payloads of the RPKI."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many validated payloads does the RPKI hold",
    unit="payloads",
    direction=Direction.MORE,
    method="entries of the file of a validator (RFC 6811), IPv4 and IPv6",
    sources=("vrps",),
    caveats=("holders may split what one payload could say",),
    compute=published("vrps", "validated payloads", "payloads"),
)
