"""Resets connections by the Host field or by a word in the path."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, by_name, only_in_path
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.names import Names
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Reset
from trigpoint.lab.engine.triggers import OnRequest


class HttpReset(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Names of hosts, and flows. Every TCP port, if nothing else is said."""
    keywords: Names | None = None
    """Words in the request's target. A censor with both lists logs ``http.reset``; two censors tell them apart."""
    prints: tuple[TcpPrint, ...] = (TcpPrint(),)
    """What its resets look like; of several, each flow draws one by weight."""
    drops_trigger: bool = False
    """Whether the request does not go on; only in the path."""


def _make(parameters: HttpReset, path: Place) -> Plan:
    only_in_path(path, drops_trigger=parameters.drops_trigger)
    match, keywords = parameters.match, parameters.keywords
    response = Reset(parameters.prints, parameters.drops_trigger, silences=parameters.drops_trigger)
    detail = "host" if keywords is None else "keyword"
    cause = by_name("http.reset", detail, is_named=(keywords is None) != match.means_all)
    return Plan(OnRequest(match, keywords), response, cause, match)


CENSOR = Behaviour(
    "http_reset",
    "sends resets after an HTTP request to a listed host, or with a listed word in its target",
    "PET 2006 (Clayton); IMC 2017 (Wang); FOCI 2021 (Rambert)",
    HttpReset,
    _make,
    ("http.reset", "http.reset.host", "http.reset.keyword"),
    ("on", "in"),
    {"match": {"suffix": ["blocked.example"]}, "residual": {"seconds": 90, "probability": 0.6}},
)
