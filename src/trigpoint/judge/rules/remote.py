"""Remote measurements (:mod:`trigpoint.judge.remote`): a name swapped at a server, and a resolver compared with others.

A sign takes three things: the name failed each time it was tried, an innocent name passed at the same server after
that, and there were enough tries that loss alone does not explain it. An answer that merely differs is no sign: servers
of many sites answer by name.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.remote import HYPERQUACK, REMOTE, SATELLITE
from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

# On a path that loses one packet exchange of five, three in a row fail, and the next passes, in 0.6 % of measurements;
# Quack tries five times, and its authors found four of five enough (VanderSloot et al., USENIX Security 2018).
_ENOUGH_TRIES = 3
_ENOUGH_PAGES = 2

_try = pl.col("is_keyword_try")
_page = _try & pl.col("kind").is_null() & ~pl.col("is_as_expected")
_fails_each_time = ~pl.col("keyword_passes") & pl.col("innocent_after")
_cut = _try & _fails_each_time & (pl.col("keyword_tries") >= _ENOUGH_TRIES)
_cut = _cut & (pl.col("keyword_cut") == pl.col("keyword_tries"))
_is_cut = has_kind(Kind.RESET, Kind.CLOSE, Kind.TIMEOUT)
_plain = pl.col("scheme") == "http"
_over_tls = pl.col("scheme") == "https"
# Echo and discard servers speak no HTTP (RFC 862, RFC 863): who answers a request there with a page is somebody else.
_speaks_no_http = pl.col("nettest").is_in(["hyperquack_echo", "hyperquack_discard"])
_refusal = (
    _page & _speaks_no_http & pl.col("mentions_refusal") & _fails_each_time & (pl.col("keyword_pages") >= _ENOUGH_PAGES)
)
_own_page = _page & _over_tls & pl.col("leaf_is_public") & ~pl.col("has_block_page") & ~pl.col("heading_refuses")

_QUACK = "VanderSloot et al., Quack, USENIX Security 2018"
_SWAP = "VanderSloot et al., Quack, USENIX Security 2018; Raman et al., FilterMap, IMC 2020; primitive M11"
_IRIS = "Pearce et al., Iris, USENIX Security 2017"

_compared = pl.col("control_has_address")
_answers = pl.col("address_count") > 0
_shares = (pl.col("shared_count") > 0) | (pl.col("genuine_count") > 0) | (pl.col("plausible_count") > 0)
_sure = _compared & pl.col("resolver_is_alive") & ~pl.col("is_filtering_resolver")

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
        condition=_sure & has_kind(Kind.NXDOMAIN) & pl.col("is_unanimous"),
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
        id="dns.remote_refused",
        nettests=(SATELLITE,),
        condition=_compared & has_kind(Kind.DNS_REFUSED, Kind.SERVFAIL, Kind.NO_ANSWER) & ~_answers,
        state=State.INSUFFICIENT,
        reason="The resolver gave no address, as resolvers do that serve strangers a few names alone.",
        source="sources: D1, F10; RFC 5358: resolvers should not serve strangers",
    ),
    Rule(
        id="dns.remote_unanswered",
        nettests=(SATELLITE,),
        condition=~_answers & has_kind(Kind.TIMEOUT, Kind.REFUSED, Kind.UNREACHABLE, Kind.RESET, Kind.OTHER),
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="No reply came, and one resolver's silence at one time shows nothing.",
        source="sources: F17",
    ),
    Rule(
        id="dns.remote_differs",
        nettests=(SATELLITE,),
        condition=_compared & _answers & ~_shares,
        state=State.INSUFFICIENT,
        reason="The addresses share nothing with the control's, which content networks cause as well.",
        source=f"{_IRIS}; sources: F1; Censored Planet documentation, Satellite, Verify",
    ),
)
"""Rules for what a resolver answered. They stand before those for a device's own resolver."""

REMOTE_TCP = (
    Rule(
        id="tcp.remote_unreached",
        nettests=HYPERQUACK,
        condition=_try & pl.col("kind").is_not_null() & ~has_kind(Kind.LOCAL),
        explanation="network.flaky",
        reason="The server could not be reached, so no name was sent.",
        source="Censored Planet documentation, Hyperquack, Notes",
    ),
    Rule(
        id="tcp.remote_defect",
        nettests=HYPERQUACK,
        condition=_try & has_kind(Kind.LOCAL),
        explanation="probe.defect",
        reason="The measuring machine could not open a connection.",
        source="Censored Planet documentation, Hyperquack, Notes",
    ),
)
"""Rules for connections to the server, which carry no name yet."""

REMOTE_TLS = (
    Rule(
        id="tls.remote_reset",
        nettests=HYPERQUACK,
        condition=_cut & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tls.reset.sni",
        reason="Each handshake with this server name was reset, and one with another completed there after them.",
        source=_SWAP,
    ),
    Rule(
        id="tls.remote_close",
        nettests=HYPERQUACK,
        condition=_cut & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="tls.close.sni",
        reason="Each handshake with this server name was closed, and one with another completed there after them.",
        source=_SWAP,
    ),
    Rule(
        id="tls.remote_timeout",
        nettests=HYPERQUACK,
        condition=_cut & has_kind(Kind.TIMEOUT),
        state=State.BLOCKED,
        mechanism="tls.timeout.sni",
        reason="Each handshake with this server name stalled, and one with another completed there after them.",
        source=_SWAP,
    ),
    Rule(
        id="tls.remote_alert",
        nettests=HYPERQUACK,
        condition=_try & has_kind(Kind.TLS_ALERT, Kind.TLS_OTHER),
        state=State.INSUFFICIENT,
        explanation="server.tls_policy",
        reason="A TLS peer refused this server name, which a server may do by itself.",
        source="sources: F7",
    ),
    Rule(
        id="tls.remote_undecided",
        nettests=HYPERQUACK,
        condition=_try & _is_cut & ~_cut,
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="Handshakes with this server name failed, not each time, too seldom, or others failed there as well.",
        source="requirement R4; sources: F17",
    ),
)
"""Rules for handshakes with the server."""

REMOTE_HTTP = (
    Rule(
        id="http.remote_block_page",
        nettests=HYPERQUACK,
        condition=_page & pl.col("has_block_page"),
        state=State.BLOCKED,
        mechanism="http.blockpage",
        reason="In place of the server's answer came the text of a documented block page.",
        source=f"{_SWAP}; reference/artefacts.py names the source of each text",
    ),
    Rule(
        id="http.remote_refusal",
        nettests=HYPERQUACK,
        condition=_refusal & ~pl.col("has_block_page"),
        state=State.BLOCKED,
        mechanism="http.blockpage",
        reason="A server that speaks no HTTP seemed to refuse this name with a page, and served others as it should.",
        source=f"{_QUACK}; RFC 862; RFC 863",
    ),
    Rule(
        id="http.remote_reset",
        nettests=HYPERQUACK,
        condition=_cut & _plain & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="http.reset.host",
        reason="Each request with this name was reset, and one with another was answered there after them.",
        source=_SWAP,
    ),
    Rule(
        id="http.remote_close",
        nettests=HYPERQUACK,
        condition=_cut & _plain & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="http.close",
        reason="Each request with this name was closed, and one with another was answered there after them.",
        source=_SWAP,
    ),
    Rule(
        id="http.remote_timeout",
        nettests=HYPERQUACK,
        condition=_cut & _plain & has_kind(Kind.TIMEOUT),
        state=State.BLOCKED,
        mechanism="http.timeout",
        reason="Each request with this name stayed unanswered, and one with another was answered there after them.",
        source=_SWAP,
    ),
    Rule(
        id="http.remote_cut_by_server_name",
        nettests=HYPERQUACK,
        condition=_cut & _over_tls & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tls.reset.sni",
        reason="Each encrypted request was reset whose handshake carried this server name, and another passed there.",
        source=f"{_SWAP}: on the path only the server name can be read",
    ),
    Rule(
        id="http.remote_closed_by_server_name",
        nettests=HYPERQUACK,
        condition=_cut & _over_tls & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="tls.close.sni",
        reason="Each encrypted request was closed whose handshake carried this server name, and another passed there.",
        source=f"{_SWAP}: on the path only the server name can be read",
    ),
    Rule(
        id="http.remote_silenced_by_server_name",
        nettests=HYPERQUACK,
        condition=_cut & _over_tls & has_kind(Kind.TIMEOUT),
        state=State.BLOCKED,
        mechanism="tls.timeout.sni",
        reason="Nothing came after handshakes that carried this server name, and another passed there after them.",
        source=f"{_SWAP}: on the path only the server name can be read",
    ),
    Rule(
        id="http.remote_as_expected",
        nettests=HYPERQUACK,
        condition=_try & pl.col("is_as_expected"),
        state=State.OK,
        reason="The server answered under this name as it answers under others.",
        source=_SWAP,
    ),
    Rule(
        id="http.remote_own_page",
        nettests=HYPERQUACK,
        condition=_own_page,
        state=State.OK,
        explanation="http.benign_difference",
        reason="The server answered this name over TLS with a public authority's certificate: the name got through.",
        source="RFC 9110 section 4.3.3; sources: F19: servers of several sites answer by name",
    ),
    Rule(
        id="http.remote_differs",
        nettests=HYPERQUACK,
        condition=_page & ~_own_page & ~pl.col("has_block_page") & ~_refusal,
        state=State.INSUFFICIENT,
        reason="The answer is another than innocent names get, as servers of several sites give, and nothing decides.",
        source="sources: F8, F19; Censored Planet documentation, Hyperquack, Notes",
    ),
    Rule(
        id="http.remote_undecided",
        nettests=HYPERQUACK,
        condition=_try & _is_cut & ~_cut,
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="Requests with this name failed, not each time, too seldom, or others failed there as well.",
        source="requirement R4; sources: F17",
    ),
)
"""Rules for what came back from the server."""

REMOTE_WHOLE = (
    Rule(
        id="whole.remote_control_failed",
        nettests=REMOTE,
        condition=pl.col("control_failure").is_not_null(),
        state=State.INSUFFICIENT,
        explanation="control.failure",
        outweighs=(State.BLOCKED, State.DOWN),
        reason="The server or resolver failed for innocent names as well.",
        source="requirement R4; Censored Planet documentation: such records should not be considered",
    ),
    Rule(
        id="whole.remote_control_absent",
        nettests=REMOTE,
        condition=pl.col("control_failure").is_null() & ~pl.col("has_control").fill_null(value=False),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="There is nothing to compare with: no innocent name was tried, or no control resolver knew the name.",
        source="requirement R4",
    ),
)
"""Rules for the measurement as a whole."""
