"""What is seen and decides nothing: a failure against the target, where no other rule says what it is.

These give way to every rule that names a mechanism. What they name is what the failure would be if it were
interference: signs, which count as blocking nowhere. A failure at an address that is not known to be the target's, and
one that the control had as well, is no sign of anything.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.remote import REMOTE
from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_SOURCE = "requirement R6; decision.md, signs of what is not decided"

_own_try = ~pl.col("nettest").is_in(REMOTE) | pl.col("is_keyword_try")  # innocent names are not the target
_public = ~pl.col("is_bogon").fill_null(value=False)
_no_v6 = pl.col("is_v6") & ((pl.col("v6_successes") == 0) | pl.col("run_lacks_v6") | has_kind(Kind.UNREACHABLE))
# Without a word of the control on an address, it is what the measurement has.
_may_be_the_sites = pl.col("is_trusted") | pl.col("was_controlled").is_null()
_of_service = ~pl.col("is_site") & ~pl.col("need_is_met")

_tcp = (
    _own_try
    & ~_no_v6
    & _public
    & (
        (
            pl.col("is_site")
            & ~pl.col("is_side_port")
            & _may_be_the_sites
            & pl.col("control_connects").fill_null(value=True)
            & (pl.col("sibling_successes") == 0)
        )
        | _of_service
    )
)
_is_target_arm = pl.col("own_arm").is_null() | (pl.col("arm") == "target")
_tls = (
    _own_try
    & _public
    & _is_target_arm
    & (pl.col("nettest") != "echcheck")
    & (
        (
            pl.col("is_site")
            & ~pl.col("is_side_port")
            & _may_be_the_sites
            & pl.col("control_handshakes").fill_null(value=True)
            & pl.col("control_handshakes_anywhere").fill_null(value=True)
            & (pl.col("sibling_successes") == 0)
        )
        | (_of_service & ~pl.col("name_reached"))
    )
)
_http = (
    _own_try
    & pl.col("is_plain")
    & pl.col("status").is_null()
    & (pl.col("arm").is_null() | pl.col("arm").is_in(["target", "target_path"]))
    & (
        (
            pl.col("is_site")
            & pl.col("is_final")
            & (pl.col("connected_plain") | (pl.col("opened_plain") & pl.col("was_controlled").is_null()))
        )
        | (_of_service & pl.col("endpoint_connects").fill_null(value=False))
    )
)
_asked = ~pl.col("is_filtering_resolver") & ~pl.col("is_encrypted") & ~pl.col("is_nobody")
_denied_outside = pl.col("control_has_none") | (pl.col("peer_encrypted_denial") > 0)
_dns = _asked & ~_denied_outside & ~pl.col("is_variant") & ~pl.col("nettest").is_in(REMOTE)

DNS_SIGNS = (
    Rule(
        id="dns.denied_undecided",
        condition=_dns & has_kind(Kind.NXDOMAIN),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="dns.nxdomain",
        reason="The resolver denied the name, and nothing says that the name exists.",
        source=_SOURCE,
    ),
    Rule(
        id="dns.refused_undecided",
        condition=_dns & has_kind(Kind.DNS_REFUSED),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="dns.refused",
        reason="The resolver refused the name, and nothing says that others answer it.",
        source=_SOURCE,
    ),
    Rule(
        id="dns.timeout_undecided",
        condition=_dns & has_kind(Kind.TIMEOUT),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="dns.timeout",
        reason="The resolver left the name unanswered, and nothing says what the right answer is.",
        source=_SOURCE,
    ),
)
TCP_SIGNS = (
    Rule(
        id="tcp.timeout_undecided",
        condition=_tcp & has_kind(Kind.TIMEOUT),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="tcp.timeout",
        reason="Connections to what is taken for the target stayed unanswered, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
    Rule(
        id="tcp.refused_undecided",
        condition=_tcp & has_kind(Kind.REFUSED),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="tcp.refused",
        reason="Connections to what is taken for the target were refused, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
    Rule(
        id="tcp.reset_undecided",
        condition=_tcp & has_kind(Kind.RESET),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="tcp.reset",
        reason="Connections to what is taken for the target were reset, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
)
TLS_SIGNS = (
    Rule(
        id="tls.reset_undecided",
        condition=_tls & has_kind(Kind.RESET),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="tls.reset",
        reason="Handshakes with what is taken for the target were reset, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
    Rule(
        id="tls.close_undecided",
        condition=_tls & has_kind(Kind.CLOSE),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="tls.close",
        reason="Handshakes with what is taken for the target were closed, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
    Rule(
        id="tls.timeout_undecided",
        condition=_tls & has_kind(Kind.TIMEOUT),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="tls.timeout",
        reason="Handshakes with what is taken for the target stalled, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
)
HTTP_SIGNS = (
    Rule(
        id="http.reset_undecided",
        condition=_http & has_kind(Kind.RESET),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="http.reset",
        reason="Requests to what is taken for the target were reset, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
    Rule(
        id="http.close_undecided",
        condition=_http & has_kind(Kind.CLOSE),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="http.close",
        reason="Requests to what is taken for the target were closed, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
    Rule(
        id="http.timeout_undecided",
        condition=_http & has_kind(Kind.TIMEOUT),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism="http.timeout",
        reason="Requests to what is taken for the target stayed unanswered, and nothing shows whose doing it is.",
        source=_SOURCE,
    ),
)
"""Signs by layer."""
