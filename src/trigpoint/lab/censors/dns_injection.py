"""Forged DNS answers, by one injector or several, before the true one or instead of it."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, only_in_path
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.forgeries import Forge, Injector
from trigpoint.lab.engine.names import NameList
from trigpoint.lab.engine.triggers import OnQuery, QueryMatch


class DnsInjection(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: QueryMatch = QueryMatch()
    """Names and flows. Port 53 over UDP, if nothing else is said."""
    injectors: tuple[Injector, ...] = (Injector(),)
    """Who answers, in order; each by itself."""
    suppress_original: bool = False
    """Whether the query goes no further; only in the path."""


def _make(parameters: DnsInjection, path: Place) -> Plan:
    only_in_path(path, suppress_original=parameters.suppress_original)
    injectors = parameters.injectors
    if not injectors:
        message = "injectors: at least one"
        raise ValueError(message)
    lists = tuple(NameList(injector.names) for injector in injectors)
    response = Forge(injectors, lists, parameters.suppress_original)
    return Plan(OnQuery(parameters.match), response, injectors[0].lie.cause, parameters.match, (53,), ("udp",))


CENSOR = Behaviour(
    "dns_injection",
    "answers DNS queries for listed names in the resolver's name, whichever resolver was asked",
    "FOCI 2020 (Triplet Censors); USENIX Security 2021 (GFWatch); FOCI 2013 (Aryan)",
    DnsInjection,
    _make,
    (
        "dns.injection",
        "dns.injection.blockpage",
        "dns.injection.bogon",
        "dns.injection.other",
        "dns.nxdomain",
        "dns.refused",
    ),
    ("on", "in"),
    {"match": {"suffix": ["blocked.example"]}, "injectors": [{"lie": {"pool": ["192.0.2.99", "2001:db8::99"]}}]},
)
