"""Requests are redirected to a block page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.names import Names
from trigpoint.lab.engine.pages import Page, http_answer
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.triggers import OnRequest

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class HttpRedirect(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    location: str
    """Where to."""
    match: Match = Match()
    """Names of hosts, and flows. Every TCP port, if nothing else is said."""
    keywords: Names | None = None
    """Words in the request's target that trigger it as well."""
    status: Literal[301, 302, 303, 307, 308] = 302
    """Status code."""
    fields: tuple[tuple[str, str], ...] = ()
    """Name and value of header fields besides Location, Content-Length and Connection."""
    closes: bool = True
    """Whether its last segment has the FIN flag."""
    print: TcpPrint = TcpPrint(to="client")
    """How its packets look: TTL, IP ID, DF, delay."""
    after: tuple[TcpPrint, ...] = ()
    """Bursts that follow it, such as resets."""


_REASONS = {301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect"}


def _make(parameters: HttpRedirect, path: Place) -> Plan:
    status = f"{parameters.status} {_REASONS.get(parameters.status, 'Permanent Redirect')}"
    answer = http_answer(status, (("Location", parameters.location), *parameters.fields), b"")
    response = Page(answer, "redirect", parameters.print, parameters.after, parameters.closes, path == "in")
    return Plan(OnRequest(parameters.match, parameters.keywords), response, "http.redirect", parameters.match)


CENSOR = Behaviour(
    "http_redirect",
    "answers HTTP requests to listed hosts with a redirect",
    "OONI blocking-fingerprints; Citizen Lab 2018 (Bad Traffic)",
    HttpRedirect,
    _make,
    ("http.redirect",),
    ("in", "on"),
    {"match": {"suffix": ["blocked.example"]}, "location": "http://warning.example/"},
)
