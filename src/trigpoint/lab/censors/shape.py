"""Flows of listed names are made slow: held to a rate, delayed, and thinned out."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trigpoint.lab.censors._shared import Place, by_name
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Seconds, Share, Way
from trigpoint.lab.engine.rates import Shape
from trigpoint.lab.engine.triggers import Always, OnHello, OnRequest, TlsMatch, Trigger


class Shaping(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""
    trigger: Literal["hello", "request", "flow"] = "hello"
    """What makes a flow slow: a ClientHello, an HTTP request, or nothing but being meant. Names count for the first
    two."""
    kilobits_per_second: Annotated[float, msgspec.Meta(ge=0, le=100_000_000)] = 140.0
    """The rate, of whole packets, each direction by itself. 0: no limit."""
    burst_bytes: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 15_000
    """The bucket's size."""
    queue_seconds: Seconds = 5.0
    """What would be held longer is dropped."""
    loss: Share = 0.0
    """Share of packets that are lost besides."""
    delay_seconds: Seconds = 0.0
    """Shortest delay besides."""
    delay_seconds_up_to: Seconds = 0.0
    """Longest delay besides; below the other: as that."""
    way: Way = "both"
    """Which direction is slow."""


def _make(parameters: Shaping, _: Place) -> Plan:
    match, kind = parameters.match, parameters.trigger
    triggers: dict[str, Trigger] = {"hello": OnHello(match), "request": OnRequest(match), "flow": Always()}
    latest = max(parameters.delay_seconds, parameters.delay_seconds_up_to)
    response = Shape(
        parameters.kilobits_per_second * 125,
        float(parameters.burst_bytes),
        parameters.way,
        parameters.queue_seconds,
        parameters.loss,
        (parameters.delay_seconds, latest),
    )
    is_named = kind == "hello" and not match.means_all
    cause = "http.throttle" if kind == "request" else by_name("tls.throttle", "sni", is_named=is_named)
    return Plan(triggers[kind], response, cause, match)


CENSOR = Behaviour(
    "shape",
    "holds the packets of a flow to a rate, and may delay and lose some besides",
    "OONI 2025 (Tuerkiye); RFC 2697",
    Shaping,
    _make,
    ("tls.throttle", "tls.throttle.sni", "http.throttle"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}, "burst_bytes": 0},
)
