"""What is asked next when something went otherwise than outside: the test that separates the neighbours.

Which test separates which causes: the decision tables of the literature as ``docs/explanation/follow-ups.md`` sums
them up (primitives M2 to M29). Tests that trigger filters repeatedly are of tier 2 and run only where that was agreed
to; where it was not, the person is told what would be asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from trigpoint.net.names import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.probe.signs import Layer, Sign


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
    takes: Literal["url", "name"] = "url"
    """Its input."""
    scheme: str = ""
    """Of the URLs that it is of use for. Empty: any."""


_RESOLVER = Explaining(
    "dnscheck", "does the resolver lie, or does somebody on the path answer in its place", takes="name"
)
_SNI = Explaining("sni_blocking", "is it the name in the ClientHello, or the address", takes="name", scheme="https")
_HOST = Explaining("host_blocking", "is it the name of the host, a word in the path, or the address", scheme="http")
_RATE = Explaining("throttling", "is the name slow, or stopped after so many bytes", scheme="https")

TABLE: Mapping[Layer, tuple[Explaining, ...]] = {
    "dns": (_RESOLVER, _HOST),
    "tcp": (_SNI,),
    "tls": (_SNI,),
    "http": (_HOST, _SNI),
    "pace": (_RATE, _SNI),
}
"""For each layer. A lie about a name, or an address that does not answer, often hides a second filter behind it: what
would be met there shows only at other addresses."""


def follow_ups(url: str, signs: Sequence[Sign]) -> tuple[FollowUp, ...]:
    """Choose what explains the signs of a measurement: each nettest once for each name, and another visit.

    Args:
        url: what was measured.
        signs: what was seen.

    """
    chosen: dict[tuple[str, str], FollowUp] = {}
    for sign in signs:
        for explaining in TABLE[sign.layer]:
            asked = sign.url or url
            target = asked if explaining.takes == "url" else sign.host or host_of(asked) or ""
            if not target or not asked.startswith(f"{explaining.scheme}:" if explaining.scheme else ""):
                continue
            why = f"{sign.layer} {sign.failure or 'differs'}: {explaining.question}"
            options = {"address": sign.address, "port": sign.port}
            chosen.setdefault((explaining.nettest, target), FollowUp(explaining.nettest, target, options, why))
    if not signs:
        return ()
    again = FollowUp("web_connectivity", url, {}, "again, after the longest residual window: does it happen every time")
    return (*chosen.values(), again)
