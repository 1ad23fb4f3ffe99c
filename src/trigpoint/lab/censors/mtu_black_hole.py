"""Large packets vanish without a word: no censorship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.silences import Oversized
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class MtuBlackHole(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Flows. All, if nothing is said."""
    mtu: Annotated[int, msgspec.Meta(ge=68, le=65_535)] = 1_300
    """The largest packet that passes, in bytes. 68 is the least of IPv4 (RFC 791)."""
    way: Way = "both"
    """Which direction."""


def _make(parameters: MtuBlackHole, _: Place) -> Plan:
    return Plan(Always(), Oversized(parameters.mtu, parameters.way), "network.mtu", parameters.match, protocols=())


CENSOR = Behaviour(
    "mtu_black_hole",
    "drops packets larger than a link takes, and does not say so",
    "RFC 2923, section 2.1",
    MtuBlackHole,
    _make,
    ("network.mtu",),
    ("in",),
    {"mtu": 600},
)
