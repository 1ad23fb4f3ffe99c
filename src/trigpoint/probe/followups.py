"""What is asked next when something went otherwise than outside: the test that separates the neighbours.

Which test separates which causes: the decision tables of the literature as ``docs/explanation/follow-ups.md`` sums
them up (primitives M2 to M29). Tests that trigger filters repeatedly are of tier 2 and run only where that was agreed
to; where it was not, the person is told what would be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from trigpoint.model.failure import Kind, kind
from trigpoint.net.names import host_of

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    kinds: frozenset[Kind] = frozenset()
    """Kinds of failures that it is of use for. Empty: any, and none."""
    options: Mapping[str, Any] = {}
    """What it is told besides where the sign was seen."""

    def suits(self, sign: Sign, url: str) -> bool:
        """Tell whether it explains a sign that was seen under a URL."""
        is_kind = not self.kinds or kind(sign.failure or "") in self.kinds
        return is_kind and url.startswith(f"{self.scheme}:" if self.scheme else "")


_CUT = frozenset({Kind.RESET, Kind.CLOSE, Kind.TIMEOUT})
_RESOLVER = Explaining(
    "dnscheck", "does the resolver lie, or does somebody on the path answer in its place", takes="name"
)
_OWN_SERVERS = Explaining(
    "delegation",
    "do the name's own servers turn this network away, or does the resolver",
    takes="name",
    kinds=frozenset({Kind.SERVFAIL, Kind.DNS_REFUSED, Kind.DNS_OTHER}),
)
_SNI = Explaining("sni_blocking", "is it the name in the ClientHello, or the address", takes="name", scheme="https")
_HOST = Explaining("host_blocking", "is it the name of the host, a word in the path, or the address", scheme="http")
_ADDRESS = Explaining(
    "address_blocking", "is it the port, the address or the whole range", kinds=frozenset({Kind.TIMEOUT})
)
_RATE = Explaining("throttling", "is the name slow, or stopped after so many bytes", scheme="https")
_LASTS = "does the filter go on after its trigger, for which connections, and how long"
_RESIDUE = Explaining("residual", _LASTS, scheme="https", kinds=_CUT, options={"layer": "tls"})
_RESIDUE_OF_HTTP = Explaining("residual", _LASTS, scheme="http", kinds=_CUT, options={"layer": "http"})

TABLE: Mapping[Layer, tuple[Explaining, ...]] = {
    "dns": (_RESOLVER, _OWN_SERVERS, _HOST),
    "tcp": (_SNI, _ADDRESS),
    "tls": (_SNI, _RESIDUE),
    "http": (_HOST, _SNI, _RESIDUE_OF_HTTP),
    "pace": (_RATE, _SNI),
}
"""For each layer. A lie about a name, or an address that does not answer, often hides a second filter behind it: what
would be met there shows only at other addresses."""

OVER_QUIC = Explaining("quic", "does a filter meet the name over QUIC too", scheme="https")
"""After any sign but one of pace, where the site offers HTTP/3 (:rfc:`7838`), here or to the helper."""
FIRST = "residual"
"""What comes before other follow-ups: what it finds spares them their windows."""


def follow_ups(url: str, signs: Sequence[Sign], *, offers_h3: bool = False) -> tuple[FollowUp, ...]:
    """Choose what explains the signs of a measurement: each nettest once for each name, and another visit.

    Args:
        url: what was measured.
        signs: what was seen.
        offers_h3: whether the site offers HTTP/3.

    """
    chosen: dict[tuple[str, str], FollowUp] = {}
    for sign in signs:
        asked = sign.url or url
        over_quic = (OVER_QUIC,) if offers_h3 and sign.layer != "pace" else ()
        for explaining in (*TABLE[sign.layer], *over_quic):
            target = asked if explaining.takes == "url" else sign.host or host_of(asked) or ""
            if target and explaining.suits(sign, asked):
                why = f"{sign.layer} {sign.failure or 'differs'}: {explaining.question}"
                options = {"address": sign.address, "port": sign.port, **explaining.options}
                chosen.setdefault((explaining.nettest, target), FollowUp(explaining.nettest, target, options, why))
    if not signs:
        return ()
    again = FollowUp("web_connectivity", url, {}, "again, after the longest residual window: does it happen every time")
    return (*chosen.values(), again)
