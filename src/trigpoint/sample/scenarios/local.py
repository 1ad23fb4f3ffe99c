"""What is wrong with the probe's own device, network, resolver or input."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.sample import certificates
from trigpoint.sample.country import ADDRESSES
from trigpoint.sample.recorder import Reply
from trigpoint.sample.scenario import Context, Scenario, envelope, with_fields
from trigpoint.sample.web import Path, Visit, case

if TYPE_CHECKING:
    import random

_NOTHING = Reply((ADDRESSES["local filter"],))
_DENIED = Reply(failure="dns_nxdomain_error")

_CLOCK = Visit(
    host="star-charts.example",
    path=Path(tls={"*": "ssl_invalid_certificate"}, chain=certificates.fresh("star-charts.example")),
)


def _late_clock(random: random.Random, context: Context) -> dict[str, Any]:
    """Start nine days early by the probe's clock; the collector's clock names the run."""
    return _CLOCK.build()(random, msgspec.structs.replace(context, started=context.started - timedelta(days=9)))


def _invalid(given: str, target: str, failure: str) -> Scenario:
    keys: dict[str, Any] = {
        "agent": "redirect",
        "failure": failure,
        "queries": [],
        "requests": [],
        "tcp_connect": [],
        "tls_handshakes": [],
        "network_events": [],
        "control": None,
        "control_failure": None,
    }
    return Scenario(
        name=f"input.invalid.{failure}",
        sentence="The input cannot be measured.",
        nettest="web_connectivity",
        target=target,
        truth_state="insufficient",
        explanations=("input.invalid",),
        build=lambda _, context: envelope(context, "web_connectivity", "0.5.28", given, dict(keys)),
    )


SCENARIOS = (
    with_fields(
        case(
            "local.vpn",
            "The probe measured through a VPN, so its network says nothing about the country.",
            "insufficient",
            Visit(host="daily-herald.example"),
            explanations="local.vpn",
        ),
        {},
        {"network_type": "vpn"},
    ),
    case(
        "local.dns_filter",
        "A filter in the user's home answers 0.0.0.0; HTTPS resolution passes by it.",
        "insufficient",
        Visit(
            host="song-barn.example",
            path=Path(
                system=_NOTHING,
                udp=_NOTHING,
                resolver=ADDRESSES["home resolver"],
                tcp={ADDRESSES["local filter"]: "connection_refused"},
            ),
        ),
        explanations="local.dns_filter",
    ),
    with_fields(
        case(
            "resolver.filtering",
            "The user chose a public family filter as resolver; it denies an adult site.",
            "insufficient",
            Visit(
                host="night-garden.example",
                path=Path(system=_DENIED, udp=_DENIED, resolver=ADDRESSES["filtering resolver"]),
            ),
            explanations="resolver.filtering",
        ),
        {
            "resolver_asn": "AS205157",
            "resolver_ip": ADDRESSES["filtering resolver"],
            "resolver_network_name": "Daniel Cid (CleanBrowsing)",
        },
    ),
    Scenario(
        name="local.clock",
        sentence="The probe's clock is nine days late, so a fresh certificate is not yet valid to it.",
        nettest="web_connectivity",
        target=_CLOCK.host,
        truth_state="insufficient",
        explanations=("local.clock",),
        build=_late_clock,
    ),
    case(
        "probe.defect",
        "The probe itself could not make sockets.",
        "insufficient",
        Visit(host="recipe-tin.example", path=Path(tcp={"*": "permission_denied"})),
        explanations="probe.defect",
    ),
    with_fields(
        case(
            "dns.no_rcode",
            "The resolver interface of Android hides whether the name was denied, and nobody else was asked.",
            "insufficient",
            Visit(
                host="rainbow-house.example",
                path=Path(system=Reply(failure="android_dns_cache_no_data")),
                dialect="0.4",
            ),
            explanations="dns.no_rcode",
        ),
        {},
        {"platform": "android"},
    ),
    _invalid("http://", "web_connectivity", "invalid_url"),
    _invalid("gopher://old-museum.example/", "old-museum.example", "unsupported_url_scheme"),
    case(
        "self.residual.first",
        "A blocked site is measured; the filter remembers its server's address for a few minutes.",
        "blocked",
        Visit(host="mirror-pond.example", path=Path(tls={"*": "connection_reset"})),
        mechanisms="tls.reset",
        series="residual",
    ),
    case(
        "self.residual.second",
        "Forty seconds later, the same site over plain HTTP resets too: the first test's effect lasts.",
        "blocked",
        Visit(
            host="mirror-pond.example",
            scheme="http",
            path=Path(http={"*": "connection_reset"}, tls={"*": "connection_reset"}),
        ),
        mechanisms="http.reset tls.reset",
        also="self.residual",
        series="residual",
    ),
    case(
        "collateral.target",
        "A blocked site: its address does not answer.",
        "blocked",
        Visit(host="dice-parlour.example", path=Path(tcp={"*": "generic_timeout_error"})),
        mechanisms="tcp.timeout",
        series="collateral",
    ),
    case(
        "collateral.neighbour",
        "An innocent site at the same address does not answer either.",
        "blocked",
        Visit(
            host="chess-corner.example",
            path=Path(
                system=Reply(("11.64.9.18", "11.64.9.19")),
                udp=Reply(("11.64.9.18", "11.64.9.19")),
                doh=Reply(("11.64.9.18", "11.64.9.19")),
                tcp={"*": "generic_timeout_error"},
            ),
        ),
        mechanisms="tcp.timeout",
        also="collateral",
        series="collateral",
    ),
)
"""Scenarios of this theme."""
