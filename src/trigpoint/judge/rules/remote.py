"""Remote measurements (:mod:`trigpoint.judge.remote`): a name swapped at a server, and what both tools share.

A sign takes three things: the name failed each time it was tried, an innocent name passed at the same server after
that, and there were enough tries that loss alone does not explain it. An answer that merely differs is no sign: servers
of many sites answer by name.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.remote import HYPERQUACK, REMOTE
from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

# Where one try of five is lost, three in a row fail and the next passes in 0.6 % of measurements, and TCP repeats what
# is lost before a try is. Quack itself makes four or five.
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
# Servers of content networks leave names unanswered by themselves, and innocent names they know as little as any.
_silence = _cut & has_kind(Kind.TIMEOUT)
_knows_no_names = _speaks_no_http | pl.col("serves_itself")

_own_page = _page & _over_tls & pl.col("leaf_is_public") & ~pl.col("has_block_page") & ~pl.col("heading_refuses")

_QUACK = "VanderSloot et al., Quack, USENIX Security 2018"
_SWAP = "VanderSloot et al., Quack, USENIX Security 2018; Raman et al., FilterMap, IMC 2020; primitive M11"

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
        condition=_silence & pl.col("serves_itself"),
        state=State.BLOCKED,
        mechanism="tls.timeout.sni",
        reason="Each handshake with this server name stalled, and one with another completed there after them.",
        source=_SWAP,
    ),
    Rule(
        id="tls.remote_server_silent",
        nettests=HYPERQUACK,
        condition=_silence & ~pl.col("serves_itself"),
        state=State.INSUFFICIENT,
        mechanism="tls.timeout.sni",
        explanation="server.tls_policy",
        reason="Each handshake with this server name stalled, as content networks do by themselves; this may be one.",
        source="sources: F1; Censored Planet analysis, docs/outcome.md, trusted hosts",
    ),
    Rule(
        id="tls.remote_alert",
        nettests=HYPERQUACK,
        condition=_try & has_kind(Kind.TLS_ALERT, Kind.TLS_OTHER),
        state=State.INSUFFICIENT,
        mechanism="tls",
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
        condition=_silence & _plain & _knows_no_names,
        state=State.BLOCKED,
        mechanism="http.timeout",
        reason="Each request with this name stayed unanswered, and one with another was answered there after them.",
        source=_SWAP,
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
        condition=_silence & _over_tls & pl.col("serves_itself"),
        state=State.BLOCKED,
        mechanism="tls.timeout.sni",
        reason="Nothing came after handshakes that carried this server name, and another passed there after them.",
        source=f"{_SWAP}: on the path only the server name can be read",
    ),
    Rule(
        id="http.remote_server_silent",
        nettests=HYPERQUACK,
        condition=_silence & ~_knows_no_names,
        state=State.INSUFFICIENT,
        mechanism="http.timeout",
        reason="Each request with this name stayed unanswered, as content networks do by themselves; this may be one.",
        source="sources: F1; Censored Planet analysis, docs/outcome.md, trusted hosts",
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
        mechanism="http.blockpage",
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
