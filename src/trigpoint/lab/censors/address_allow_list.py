"""Only listed addresses can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class AddressAllowList(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match
    """``except_addresses`` are those that can be reached; at least one must be given."""
    passes: Literal["nothing", "handshake"] = "nothing"
    """What still goes to other addresses: nothing, or every packet without payload, so that connections open."""


def _make(parameters: AddressAllowList, _: Place) -> Plan:
    if not parameters.match.except_addresses:
        message = "match.except_addresses: at least one"
        raise ValueError(message)
    response = Drop(only_payload=parameters.passes == "handshake")
    return Plan(Always(), response, "ip.allowlist", parameters.match, protocols=())


CENSOR = Behaviour(
    "address_allow_list",
    "drops everything to addresses that are not listed",
    "net4people/bbs issues 516 and 630 (2025)",
    AddressAllowList,
    _make,
    ("ip.allowlist",),
    ("in",),
    {"match": {"except_addresses": ["198.51.100.0/24", "2001:db8:2::/48"]}},
)
