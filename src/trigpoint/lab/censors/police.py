"""Flows of listed names are held to a rate by dropping what is above it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trigpoint.lab.censors._shared import Place, by_name
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.rates import Police
from trigpoint.lab.engine.triggers import Always, OnHello, OnRequest, TlsMatch, Trigger


class Policing(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""
    trigger: Literal["hello", "request", "flow"] = "hello"
    """What makes a flow slow: a ClientHello, an HTTP request, or nothing but being meant. Names count for the first
    two."""
    kilobits_per_second: Annotated[float, msgspec.Meta(gt=0, le=100_000_000)] = 140.0
    """The rate, of whole packets, each direction by itself."""
    burst_bytes: Annotated[int, msgspec.Meta(ge=1_500, le=1_000_000_000)] = 15_000
    """The bucket's size: at least one packet."""
    way: Way = "both"
    """Which direction is slow."""


def _make(parameters: Policing, _: Place) -> Plan:
    match, kind = parameters.match, parameters.trigger
    triggers: dict[str, Trigger] = {"hello": OnHello(match), "request": OnRequest(match), "flow": Always()}
    response = Police(parameters.kilobits_per_second * 125, float(parameters.burst_bytes), parameters.way)
    is_named = kind == "hello" and not match.means_all
    cause = "http.throttle" if kind == "request" else by_name("tls.throttle", "sni", is_named=is_named)
    return Plan(triggers[kind], response, cause, match)


CENSOR = Behaviour(
    "police",
    "drops the packets of a flow that go faster than a rate",
    "IMC 2021 (Xue, throttling of Twitter); RFC 2697",
    Policing,
    _make,
    ("tls.throttle", "tls.throttle.sni", "http.throttle"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}},
)
