"""A resolver's answers compared with those of control resolvers (:mod:`trigpoint.judge.remote`).

An answer that shares nothing with the control's is no sign by itself: content networks answer so as well. A sign takes
an answer that cannot be the site's, or a denial, from a resolver that serves innocent names.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.remote import SATELLITE
from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_IRIS = "Pearce et al., Iris, USENIX Security 2017"

_compared = pl.col("control_has_address")
_answers = pl.col("address_count") > 0
_shares = (pl.col("shared_count") > 0) | (pl.col("genuine_count") > 0) | (pl.col("plausible_count") > 0)
_sure = _compared & pl.col("resolver_is_alive") & ~pl.col("is_filtering_resolver")
_denied = _sure & has_kind(Kind.NXDOMAIN) & pl.col("is_unanimous")

REMOTE_DNS = (
    Rule(
        id="dns.remote_block_page",
        nettests=(SATELLITE,),
        condition=_sure & _answers & ~_shares & (pl.col("block_page_count") > 0),
        state=State.BLOCKED,
        mechanism="dns.injection.blockpage",
        reason="At the addresses that the resolver gave, and no control resolver did, a documented block page answers.",
        source=f"{_IRIS}; Censored Planet documentation, Satellite, Fetch",
    ),
    Rule(
        id="dns.remote_bogon",
        nettests=(SATELLITE,),
        condition=_sure & _answers & ~_shares & (pl.col("bogon_count") == pl.col("address_count")),
        state=State.BLOCKED,
        mechanism="dns.injection.bogon",
        reason="The resolver gave an address that is not routable, for a name that control resolvers know.",
        source=_IRIS,
    ),
    Rule(
        id="dns.remote_other_company",
        nettests=(SATELLITE,),
        condition=_sure
        & _answers
        & ~_shares
        & (pl.col("block_page_count") == 0)
        & (pl.col("compared_count") == pl.col("address_count"))
        & (pl.col("single_company_count") == pl.col("address_count")),
        state=State.BLOCKED,
        mechanism="dns.injection.other",
        reason="The addresses are of a company that hosts nobody else, and share nothing with the control's.",
        source="Hoang et al., GFWatch, USENIX Security 2021: the pool of forged addresses; reference/artefacts.py",
    ),
    Rule(
        id="dns.remote_nxdomain",
        nettests=(SATELLITE,),
        condition=_denied,
        state=State.BLOCKED,
        mechanism="dns.nxdomain",
        reason="The resolver denied a name that control resolvers know, and answered for innocent names.",
        source="sources: D1; Censored Planet documentation, Satellite-v2",
    ),
    Rule(
        id="dns.remote_shared",
        nettests=(SATELLITE,),
        condition=_answers & _shares,
        state=State.OK,
        reason="The addresses share network, certificate or page with the control's, or are the same.",
        source=f"{_IRIS}: consistency metrics",
    ),
    Rule(
        id="dns.remote_filtering",
        nettests=(SATELLITE,),
        condition=_compared & pl.col("is_filtering_resolver") & ~_shares,
        state=State.INSUFFICIENT,
        mechanism="dns",
        explanation="resolver.filtering",
        reason="The resolver is one that filters for whoever chooses it, so its answer is not its network's.",
        source="sources: F11; reference/artefacts.py names the documentation",
    ),
    Rule(
        id="dns.remote_refused",
        nettests=(SATELLITE,),
        condition=_compared & ~_answers & ~pl.col("is_filtering_resolver") & has_kind(Kind.DNS_REFUSED, Kind.SERVFAIL),
        state=State.INSUFFICIENT,
        mechanism="dns.refused",
        reason="The resolver refused or failed, as resolvers do that are broken, filter, or serve strangers little.",
        source="sources: D1, F10; RFC 5358: resolvers should not serve strangers",
    ),
    Rule(
        id="dns.remote_denied",
        nettests=(SATELLITE,),
        condition=_compared & ~_answers & ~_denied & ~pl.col("is_filtering_resolver") & has_kind(Kind.NXDOMAIN),
        state=State.INSUFFICIENT,
        mechanism="dns.nxdomain",
        reason="The resolver denied the name not each time, or knows no innocent name either.",
        source="sources: D1; Censored Planet documentation, Satellite-v2",
    ),
    Rule(
        id="dns.remote_empty",
        nettests=(SATELLITE,),
        condition=_compared & ~_answers & ~pl.col("is_filtering_resolver") & has_kind(Kind.NO_ANSWER),
        state=State.INSUFFICIENT,
        mechanism="dns",
        reason="The resolver gave an answer without an address, as resolvers do that fail, or serve strangers little.",
        source="sources: D1; RFC 5358: resolvers should not serve strangers",
    ),
    Rule(
        id="dns.remote_unanswered",
        nettests=(SATELLITE,),
        condition=~_answers & has_kind(Kind.TIMEOUT),
        state=State.INSUFFICIENT,
        mechanism="dns.timeout",
        explanation="network.flaky",
        reason="No reply came, and one resolver's silence at one time shows nothing.",
        source="sources: F17",
    ),
    Rule(
        id="dns.remote_unreached",
        nettests=(SATELLITE,),
        condition=~_answers & has_kind(Kind.REFUSED, Kind.UNREACHABLE, Kind.RESET, Kind.OTHER),
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="The resolver could not be reached, so the name was not asked.",
        source="sources: F17",
    ),
    Rule(
        id="dns.remote_differs",
        nettests=(SATELLITE,),
        condition=_compared & _answers & ~_shares,
        state=State.INSUFFICIENT,
        mechanism="dns.injection.other",
        reason="The addresses share nothing with the control's, which content networks cause as well.",
        source=f"{_IRIS}; sources: F1; Censored Planet documentation, Satellite, Verify",
    ),
)
"""Rules for what a resolver answered. They stand before those for a device's own resolver."""
