"""A block page is served in the server's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.names import Names
from trigpoint.lab.engine.pages import Page, http_answer
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.triggers import OnRequest

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place

_BODY = "<html><head><title>Blocked</title></head><body>This site is blocked.</body></html>"


class HttpBlockPage(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Names of hosts, and flows. Every TCP port, if nothing else is said."""
    keywords: Names | None = None
    """Words in the request's target that trigger it as well."""
    status: str = "403 Forbidden"
    """Status code and reason."""
    fields: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    """Name and value of header fields besides Content-Length and Connection."""
    body: str = _BODY
    """The page."""
    body_encoding: str = "utf-8"
    """How it is encoded: a codec of Python, such as ``windows-1256``."""
    closes: bool = True
    """Whether its last segment has the FIN flag."""
    print: TcpPrint = TcpPrint(to="client")
    """How its packets look: TTL, IP ID, DF, delay."""
    after: tuple[TcpPrint, ...] = ()
    """Bursts that follow it, such as resets."""


def _make(parameters: HttpBlockPage, path: Place) -> Plan:
    try:
        body = parameters.body.encode(parameters.body_encoding, "xmlcharrefreplace")
    except LookupError as error:
        message = f"body_encoding: {parameters.body_encoding!r} is no encoding"
        raise ValueError(message) from error
    answer = http_answer(parameters.status, parameters.fields, body)
    response = Page(answer, "page", parameters.print, parameters.after, parameters.closes, path == "in")
    return Plan(OnRequest(parameters.match, parameters.keywords), response, "http.blockpage", parameters.match)


CENSOR = Behaviour(
    "http_block_page",
    "answers HTTP requests to listed hosts with a block page: instead of the server in the path, before it on the path",
    "FOCI 2013 (Aryan); IMC 2018 (Yadav)",
    HttpBlockPage,
    _make,
    ("http.blockpage",),
    ("in", "on"),
    {"match": {"suffix": ["blocked.example"]}},
)
