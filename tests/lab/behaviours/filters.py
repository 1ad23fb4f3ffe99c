"""The census of filters that mean names or addresses."""

from __future__ import annotations

from tests.lab.behaviours.cases import FORGED, Case, Effect, Visit, both, host, named

TIMEOUT, RESET = "generic_timeout_error", "connection_reset"
TRUE = ("203.0.113.10", "2001:db8:80::a")
ON_PATH = {"path": "on"}
IN_PATH = {"path": "in"}
PAGE = "<title>Blocked</title>"
WARNING = "http://warning.example/"
FORGING = [{"lie": {"pool": list(FORGED)}}]

BY_NAME: tuple[Case, ...] = (
    named("tls_reset", "https", Effect("tls", RESET)),
    named("tls_reset:in-path", "https", Effect("tls", RESET), drops_trigger=True, placement=IN_PATH),
    named("tls_drop", "https", Effect("tls", TIMEOUT)),
    named("tls_close", "https", Effect("tls", "eof_error")),
    named("rewrite_to_reset", "https", Effect("tls", RESET)),
    named("delayed_drop", "https", Effect("http", TIMEOUT), path="/bytes/200000"),
    named("freeze", "https", Effect("http", TIMEOUT), path="/bytes/200000", after_bytes=20_000),
    *(
        named(
            kind,
            "https",
            Effect(status=200, slow_seconds=1.0),
            path="/bytes/120000",
            kilobits_per_second=600,
            burst_bytes=15_000,
            way="in",
        )
        for kind in ("police", "shape")
    ),
    named("http_reset", "http", Effect("http", RESET)),
    named("http_drop", "http", Effect("http", TIMEOUT)),
    named("http_block_page", "http", Effect(status=403, words=PAGE.encode()), body=PAGE),
    named(
        "http_block_page:on-path",
        "http",
        Effect(status=403, words=PAGE.encode()),
        body=PAGE,
        placement=ON_PATH,
    ),
    named("http_redirect", "http", Effect(status=302, location=WARNING), location=WARNING),
    named("quic_drop", "h3", Effect("quic", TIMEOUT)),
    named("dns_drop", "dns", Effect("dns", TIMEOUT)),
    named("dns_injection", "dns", Effect(answers=(FORGED, TRUE)), injectors=FORGING),
    named(
        "dns_injection:in-path",
        "dns",
        Effect(answers=(FORGED,)),
        injectors=FORGING,
        suppress_original=True,
        placement=IN_PATH,
    ),
    named(
        "dns_injection:nxdomain",
        "dns",
        Effect("dns", "dns_nxdomain_error", has_soa=False),
        injectors=[{"lie": {"rcode": "nxdomain"}}],
    ),
    named(
        "dns_injection:several",
        "dns",
        Effect(answers=(("10.1.1.1", "2001:db8:bad::1"), FORGED, TRUE)),
        injectors=[{"lie": {"pool": ["10.1.1.1", "2001:db8:bad::1"]}}, *FORGING],
    ),
    named("dns_reset", "dns-tcp", Effect("dns", RESET)),
)


def allowed(name: str, number: int, effect: Effect, innocent: Visit, **parameters: object) -> Case:
    """Make a case of a censor that means addresses: the guilty is a page of a host of its own."""
    label = name.replace("_", "-").replace(":", "-")
    match = {"addresses": both(number)} | dict(parameters.pop("match", {}))
    hosts = (host(label, number),)
    return Case(
        name,
        Visit(f"https://{label}.example/", label),
        effect,
        innocent,
        {"match": match, **parameters},
        hosts,
    )


ELSEWHERE = Visit("https://elsewhere.example/")
BY_ADDRESS: tuple[Case, ...] = (
    allowed("null_route", 20, Effect("tcp", TIMEOUT), ELSEWHERE),
    allowed("null_route:return", 21, Effect("tcp", TIMEOUT), ELSEWHERE, way="in"),
    allowed("null_route:rst", 22, Effect("tcp", "connection_refused"), ELSEWHERE, answer="rst"),
    allowed("null_route:icmp", 23, Effect("tcp", "host_unreachable"), ELSEWHERE, answer="host_unreachable"),
    allowed(
        "syn_reset",
        24,
        Effect("tcp", "connection_refused"),
        Visit("http://syn-reset.example/", "syn-reset"),
        match={"ports": [443]},
        syn={"count": 3},
    ),
    allowed("mtu_black_hole", 25, Effect("tls", TIMEOUT), ELSEWHERE, mtu=700),
    allowed(
        "sni_allow_list",
        26,
        Effect("tls", TIMEOUT),
        Visit("https://sni-allow-list-free.example/", "sni-allow-list"),
        match={"exact": ["sni-allow-list-free.example"]},
    ),
    allowed(
        "sni_allow_list:reset",
        27,
        Effect("tls", RESET),
        Visit("https://sni-allow-list-reset-free.example/", "sni-allow-list-reset"),
        match={"exact": ["sni-allow-list-reset-free.example"]},
        action="reset",
    ),
    allowed(
        "address_allow_list",
        28,
        Effect("tcp", TIMEOUT),
        Visit("https://address-allow-list-free.example/", "address-allow-list-free"),
        match={"addresses": [*both(28), *both(29)], "except_addresses": both(29)},
    )._replace(hosts=(host("address-allow-list", 28), host("address-allow-list-free", 29))),
    allowed(
        "address_allow_list:handshake",
        30,
        Effect("tls", TIMEOUT),
        Visit("https://address-allow-list-free2.example/", "address-allow-list-free2"),
        match={"addresses": [*both(30), *both(31)], "except_addresses": both(31)},
        passes="handshake",
    )._replace(hosts=(host("address-allow-list-handshake", 30), host("address-allow-list-free2", 31))),
    Case(
        "port_allow_list",
        Visit("tcp://port-allow-list.example:2222/", "port-allow-list"),
        Effect("tcp", TIMEOUT),
        Visit("tcp://port-allow-list.example:7/", "port-allow-list"),
        {"open_ports": [7], "match": {"addresses": both(32)}},
        (host("port-allow-list", 32, echo=[7, 2222]),),
    ),
    Case(
        "protocol_filter",
        Visit("tcp://protocol-filter.example:80/", "protocol-filter"),
        Effect("tcp", TIMEOUT),
        Visit("tcp://protocol-filter.example:7/", "protocol-filter"),
        {"match": {"addresses": both(33)}},
        (host("protocol-filter", 33, echo=[7, 80]),),
    ),
    Case(
        "random_traffic",
        Visit("tcp://random-traffic.example:7/", "random-traffic"),
        Effect("tcp", TIMEOUT),
        Visit("text://random-traffic.example:7/", "random-traffic"),
        {"match": {"addresses": both(34)}},
        (host("random-traffic", 34, echo=[7]),),
    ),
    Case(
        "flaky_link",
        Visit("udp://flaky-link.example:7/", "flaky-link"),
        Effect(echoed=(5, 75)),
        Visit("udp://steady.example:7/", "steady"),
        {"match": {"addresses": both(35)}, "loss": 0.3},
        (host("flaky-link", 35, echo=[7]), host("steady", 36, echo=[7])),
    ),
    Case(
        "active_probe",
        Visit("tcp://active-probe.example:7/", "active-probe"),
        Effect("tcp", TIMEOUT),
        Visit("tcp://active-probe.example:8/", "active-probe"),
        {
            "match": {"addresses": both(37), "ports": [7]},
            "pool": ["198.51.100.200", "2001:db8:b0::200"],
            "delay_seconds_up_to": 0.3,
            "residual": {"tuple": "port", "seconds": 43_200, "action": "drop-both"},
        },
        (host("active-probe", 37, echo=[7, 8]),),
    ),
    Case(
        "vpn_drop",
        Visit("openvpn://vpn-drop.example:7/", "vpn-drop"),
        Effect(echoed=(5, 5)),  # ten packets of either direction, behind the first
        Visit("udp://vpn-drop.example:7/", "vpn-drop"),
        {"match": {"addresses": both(38)}},
        (host("vpn-drop", 38, echo=[7]),),
    ),
    Case(
        "nat_timeout",
        Visit("tcp://nat-timeout.example:7/", "nat-timeout"),
        Effect("tcp", RESET),
        Visit("tcp://nat-timeout.example:8/", "nat-timeout"),
        {"match": {"addresses": both(39), "ports": [7]}, "idle_seconds": 0.5},
        (host("nat-timeout", 39, echo=[7, 8]),),
    ),
)
