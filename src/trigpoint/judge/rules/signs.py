"""What is seen and decides nothing: a failure against the target, where no other rule says what it is.

These give way to every rule that names a mechanism. What they name is what the failure would be if it were
interference: signs, which count as blocking nowhere. A failure at an address that is not known to be the target's, and
one that the control had as well, is no sign of anything.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.ranges import NETTEST as ADDRESS_BLOCKING
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

# Other ports, neighbours and control servers are tried beside the target there.
_is_at_target = (pl.col("nettest") != ADDRESS_BLOCKING) | (pl.col("arm") == "target")
_tcp = (
    _own_try
    & _is_at_target
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


def _sign(name: str, mechanism: str, kind: Kind, where: pl.Expr, reason: str) -> Rule:
    """Make the rule for one kind of failure, which decides nothing."""
    return Rule(
        id=f"{name}_undecided",
        condition=where & has_kind(kind),
        yields=True,
        state=State.INSUFFICIENT,
        mechanism=mechanism,
        reason=reason,
        source=_SOURCE,
    )


def _cut(mechanism: str, kind: Kind, where: pl.Expr, what: str) -> Rule:
    """Make such a rule where the wrong is done to a connection: what was tried, and what became of it."""
    return _sign(mechanism, mechanism, kind, where, f"{what}, and nothing shows whose doing it is.")


DNS_SIGNS = (
    _sign(
        "dns.denied",
        "dns.nxdomain",
        Kind.NXDOMAIN,
        _dns,
        "The resolver denied the name, and nothing says that the name exists.",
    ),
    _sign(
        "dns.refused",
        "dns.refused",
        Kind.DNS_REFUSED,
        _dns,
        "The resolver refused the name, and nothing says that others answer it.",
    ),
    _sign(
        "dns.timeout",
        "dns.timeout",
        Kind.TIMEOUT,
        _dns,
        "The resolver left the name unanswered, and nothing says what the right answer is.",
    ),
)
TCP_SIGNS = (
    _cut("tcp.timeout", Kind.TIMEOUT, _tcp, "Connections to what is taken for the target stayed unanswered"),
    _cut("tcp.refused", Kind.REFUSED, _tcp, "Connections to what is taken for the target were refused"),
    _cut("tcp.reset", Kind.RESET, _tcp, "Connections to what is taken for the target were reset"),
)
TLS_SIGNS = (
    _cut("tls.reset", Kind.RESET, _tls, "Handshakes with what is taken for the target were reset"),
    _cut("tls.close", Kind.CLOSE, _tls, "Handshakes with what is taken for the target were closed"),
    _cut("tls.timeout", Kind.TIMEOUT, _tls, "Handshakes with what is taken for the target stalled"),
)
HTTP_SIGNS = (
    _cut("http.reset", Kind.RESET, _http, "Requests to what is taken for the target were reset"),
    _cut("http.close", Kind.CLOSE, _http, "Requests to what is taken for the target were closed"),
    _cut("http.timeout", Kind.TIMEOUT, _http, "Requests to what is taken for the target stayed unanswered"),
)
"""Signs by layer."""
