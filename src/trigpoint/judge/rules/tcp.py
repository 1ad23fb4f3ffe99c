"""Connecting: one row is one attempt of the probe (:func:`trigpoint.judge.frames.tcp_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.ranges import NETTEST as ADDRESS_BLOCKING
from trigpoint.judge.rule import Rule, has_kind, is_more_than_one
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_failed = pl.col("kind").is_not_null()
_no_v6 = (
    pl.col("is_v6")
    & _failed
    & ((pl.col("v6_successes") == 0) | pl.col("run_lacks_v6") | has_kind(Kind.UNREACHABLE, Kind.LOCAL))
)
_control_connects = pl.col("control_connects").fill_null(pl.col("is_vouched"))
_sign = (
    pl.col("is_site")
    & ~pl.col("is_side_port")
    & pl.col("is_trusted")
    & _control_connects
    & (pl.col("sibling_successes") == 0)
    & ~_no_v6
)
_service_sign = pl.col("is_failing") & pl.col("network_works") & ~_no_v6 & ~pl.col("name_reached")
_service_sign = (
    _service_sign & ~pl.col("is_bogon").fill_null(value=False) & ~pl.col("endpoint_reached").fill_null(value=False)
)

# The device's own resolver tells the true address, so nobody hides the name, and packets get to where the server is.
_silent_server = pl.col("is_far_silent") & pl.col("is_normal")

_SOURCE = "sources: I1 to I4; decision.md steps 4 and 8"
_SERVICE = "reference/services.py: a known expectation in place of a control; sources: I1 to I4"

TCP = (
    Rule(
        id="tcp.no_ipv6",
        condition=_no_v6,
        explanation="local.no_ipv6",
        reason="No connection over IPv6 worked in the measurement, or few in its run, so the family says nothing.",
        source="sources: F4; ooni/probe issues 2192 and 2456",
    ),
    Rule(
        id="tcp.timeout",
        condition=_sign & has_kind(Kind.TIMEOUT) & ~pl.col("network_is_silent") & ~_silent_server,
        state=State.BLOCKED,
        mechanism="tcp.timeout",
        reason="Connections to a genuine address stayed unanswered while the control's succeeded.",
        source=_SOURCE,
    ),
    Rule(
        id="tcp.silent_far_away",
        condition=_sign & has_kind(Kind.TIMEOUT) & ~pl.col("network_is_silent") & _silent_server,
        state=State.INSUFFICIENT,
        mechanism="tcp.timeout",
        explanation="server.geoblock",
        reason=(
            "Connections stayed unanswered while the control's succeeded, but packets got as far as to the server: it "
            "may turn this network away itself, or a filter drops what comes back, or this port alone."
        ),
        source="sources: V1, F8; Ensafi 2015 for filters that drop what comes back alone",
    ),
    Rule(
        id="tcp.range_silent",
        condition=(pl.col("arm") == "target") & has_kind(Kind.TIMEOUT) & pl.col("range_is_silent") & ~_silent_server,
        nettests=(ADDRESS_BLOCKING,),
        state=State.BLOCKED,
        mechanism="ip.prefix_null_route",
        reason=(
            "The site's address stayed unanswered, and so did its neighbours that others reach, while a control server "
            "answered."
        ),
        source="primitive M10; sources: I1, I6; ooni/spec tq-012",
    ),
    Rule(
        id="tcp.refused",
        condition=_sign & has_kind(Kind.REFUSED),
        state=State.BLOCKED,
        mechanism="tcp.refused",
        reason="Connections to a genuine address were refused while the control's succeeded.",
        source=_SOURCE,
    ),
    Rule(
        id="tcp.reset",
        condition=_sign & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tcp.reset",
        reason="Connections to a genuine address were reset while the control's succeeded.",
        source=_SOURCE,
    ),
    Rule(
        id="tcp.unreachable",
        condition=_sign & (pl.col("failure") == "host_unreachable") & pl.col("network_works") & pl.col("v4_works"),
        state=State.BLOCKED,
        mechanism="ip.unreachable",
        reason="A genuine address was reported unreachable while the control connected to it.",
        source=_SOURCE,
    ),
    Rule(
        id="tcp.port_cut",
        condition=(pl.col("nettest") == "dnscheck")
        & has_kind(Kind.TIMEOUT)
        & pl.col("is_cut_port")
        & (pl.col("sibling_successes") == 0)
        & ~_no_v6,
        state=State.BLOCKED,
        mechanism="tcp.timeout",
        reason="The port stays silent in the whole run, where the address answers at another, and opens elsewhere.",
        source="sources: I3, D9: in Iran port 853 of one public resolver and not of another, Basso, FOCI 2021",
    ),
    Rule(
        id="tcp.service_timeout",
        condition=_service_sign & has_kind(Kind.TIMEOUT) & is_more_than_one(),
        state=State.BLOCKED,
        mechanism="tcp.timeout",
        reason="Connections to the service's own servers stayed unanswered while the network carried others.",
        source=_SERVICE,
    ),
    Rule(
        id="tcp.service_refused",
        condition=_service_sign & has_kind(Kind.REFUSED),
        state=State.BLOCKED,
        mechanism="tcp.refused",
        reason="Connections to the service's own servers were refused while the network carried others.",
        source=_SERVICE,
    ),
    Rule(
        id="tcp.service_reset",
        condition=_service_sign & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tcp.reset",
        reason="Connections to the service's own servers were reset while the network carried others.",
        source=_SERVICE,
    ),
    Rule(
        id="tcp.failed_for_control_too",
        condition=pl.col("is_site")
        & _failed
        & ~_no_v6
        & ~pl.col("control_connects")
        & (pl.col("sibling_successes") == 0)
        & ~pl.col("control_site_works"),
        state=State.DOWN,
        explanation="site.down",
        reason="The control could not connect either.",
        source="sources: F12",
    ),
    Rule(
        id="tcp.not_genuine",
        condition=pl.col("is_site") & _failed & ~pl.col("is_trusted"),
        reason="The address is not known to be the site's, so a failure there says nothing about the site.",
        source="decision.md step 8",
    ),
    Rule(
        id="tcp.some_fail",
        condition=_failed & ~_no_v6 & (pl.col("sibling_successes") > 0) & (pl.col("nettest") != ADDRESS_BLOCKING),
        explanation="network.flaky",
        reason="Some attempts failed and others on the same port succeeded.",
        source="sources: F17",
    ),
)
"""Rules of connecting, in order."""
