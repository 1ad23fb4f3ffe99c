"""What is asked next when something went otherwise than outside: the test that separates the neighbours.

Which test separates which causes: the decision tables of the literature as ``docs/explanation/follow-ups.md`` sums
them up (primitives M2 to M29). Tests that trigger filters repeatedly are of tier 2 and run only where that was agreed
to; where it was not, the person is told what would be asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.probe.signs import Layer, Sign

REPEATS = 4
"""How often an act is repeated: a filter that fires for three triggers of four is then seen with 99 % (n for
p = 0.75; lower chances need more: 7 for 0.5, 16 for 0.26)."""


class FollowUp(msgspec.Struct, frozen=True):
    """One measurement that explains a sign."""

    nettest: str
    input: str
    options: dict[str, Any]
    why: str
    """For people and for the record."""


class Explaining(msgspec.Struct, frozen=True):
    """Which nettest explains the signs of one layer."""

    nettest: str
    question: str
    """What it decides, in plain words."""


TABLE: Mapping[Layer, tuple[Explaining, ...]] = {
    "dns": (Explaining("dnscheck", "does the resolver lie, or does somebody on the path answer in its place"),),
    "tcp": (),
    "tls": (Explaining("sni_blocking", "is it the name in the ClientHello, or the address"),),
    "http": (Explaining("host_blocking", "is it the name of the host, a word in the path, or the address"),),
    "pace": (Explaining("throttling", "is it the name that is slow, or the line; a rate, or a number of bytes"),),
}
"""For each layer. What a repeated visit alone can tell (an address that does not answer) has no test of its own."""


_BY_URL = {"http", "pace"}


def follow_ups(url: str, signs: Sequence[Sign]) -> tuple[FollowUp, ...]:
    """Choose what explains the signs of a measurement: each nettest once for each name, and another visit.

    Args:
        url: what was measured.
        signs: what was seen.

    """
    chosen: dict[tuple[str, str], FollowUp] = {}
    for sign in signs:
        for explaining in TABLE[sign.layer]:
            target = sign.url if sign.layer in _BY_URL else sign.host
            if not target:
                continue
            why = f"{sign.layer} {sign.failure or 'differs'}: {explaining.question}"
            options = {"address": sign.address, "port": sign.port}
            chosen.setdefault((explaining.nettest, target), FollowUp(explaining.nettest, target, options, why))
    if not signs:
        return ()
    again = FollowUp("web_connectivity", url, {}, "again, after the longest residual window: does it happen every time")
    return (*chosen.values(), again)
