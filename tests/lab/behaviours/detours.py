"""The census of what diverts flows, cuts resolvers off, or stands between a whole network and the rest."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from tests.lab.behaviours.cases import FORGED, RESOLVER, Case, Effect, Visit, both, host
from tests.lab.behaviours.filters import RESET, TIMEOUT
from trigpoint.net.dns_message import RD, Message, Question, build_message
from trigpoint.net.dns_records import A

DOH = urlsafe_b64encode(build_message(Message(0, RD, (Question("elsewhere.example", A),)))).decode().rstrip("=")

DIVERTED: tuple[Case, ...] = (
    Case(
        "tls_interception",
        Visit("https://tls-interception.example/", "tls-interception"),
        Effect("tls", "ssl_unknown_authority"),
        Visit("https://tls-interception-free.example/", "tls-interception"),
        {
            "match": {"suffix": ["tls-interception.example"], "addresses": both(40)},
            "to": "interceptor",
        },
        (
            host("tls-interception", 40),
            {
                "name": "interceptor",
                "network": "a1",
                "hop": 3,
                "addresses": ["192.0.2.40", "2001:db8:a1::40"],
                "interceptor": {"names": {"suffix": ["tls-interception.example"]}},
            },
        ),
    ),
    Case(
        "tls_interception:antivirus",
        Visit("https://antivirus.example/", "antivirus"),
        Effect(status=200, words=b"antivirus.example", issuer="Lab Antivirus"),
        Visit("https://antivirus-free.example/", "antivirus"),
        {
            "match": {"suffix": ["antivirus.example"], "addresses": both(41)},
            "to": "proxy",
            "issuer": "local",
            "placement": {"hop": 0},
        },
        (
            host("antivirus", 41),
            {
                "name": "proxy",
                "network": "a1",
                "hop": 0,
                "addresses": ["192.0.2.41", "2001:db8:a1::41"],
                "interceptor": {"names": {"suffix": ["antivirus.example"]}, "issuer": "Lab Antivirus"},
            },
        ),
    ),
    Case(
        "dns_interception",
        Visit("dns://dns-interception.example/", "diverted"),
        Effect(answers=(FORGED,)),
        Visit("dns-tcp://dns-interception.example/", "diverted"),
        {"match": {"suffix": ["dns-interception.example"], "addresses": both(42)}, "to": "diverter"},
        (
            host("diverted", 42, resolver={}),
            {
                "name": "diverter",
                "network": "a1",
                "hop": 3,
                "addresses": ["192.0.2.42", "2001:db8:a1::42"],
                "resolver": {
                    "lies": [{"names": {"suffix": ["dns-interception.example"]}, "lie": {"pool": list(FORGED)}}]
                },
            },
        ),
    ),
    Case(
        "encrypted_dns",
        Visit(f"https://doh.example/dns-query?dns={DOH}", "doh"),
        Effect("tls", RESET),
        Visit("dot://doh.example/", "doh"),
        {"match": {"exact": ["doh.example"], "ports": [443]}},
        (host("doh", 43, resolver={"name": "doh.example", "transports": ["udp", "dot", "doh"]}),),
    ),
    Case(
        "encrypted_dns:port",
        Visit("dot://dot.example/", "dot"),
        Effect("tcp", TIMEOUT),
        Visit("dns://elsewhere.example/", "dot"),
        {"by": "port", "action": "drop", "match": {"addresses": both(44)}},
        (host("dot", 44, resolver={"name": "dot.example", "transports": ["udp", "dot"]}),),
    ),
    Case(
        "encrypted_dns:address",
        Visit("dot://dot-2.example/", "dot-2"),
        Effect("tcp", "connection_refused"),
        Visit("dot://dot-3.example/", "dot-3"),
        {"by": "address", "match": {"addresses": both(45)}},
        (
            host("dot-2", 45, resolver={"name": "dot-2.example", "transports": ["dot"]}),
            host("dot-3", 46, resolver={"name": "dot-3.example", "transports": ["dot"]}),
        ),
    ),
)

WHOLE_NETWORKS: tuple[Case, ...] = (
    Case(
        "captive_portal",
        Visit("http://captive-portal.example/"),
        Effect(status=302, location="http://portal.example/login"),
        Visit("http://captive-portal-free.example/", "exempt"),
        {"portal_addresses": both(11)},
        network="a2",
    ),
    Case(
        "captive_portal:https",
        Visit("https://captive-portal.example/"),
        Effect("tcp", "connection_refused"),
        Visit("https://captive-portal-free.example/", "exempt"),
        network="a2",
    ),
    Case(
        "captive_portal:rest",
        Visit("h3://captive-portal.example/"),
        Effect("quic", TIMEOUT),
        Visit("dns://captive-portal.example/", RESOLVER),
        network="a2",
    ),
    Case(
        "broken_ipv6",
        Visit("https://broken-ipv6.example/"),
        Effect("tcp", TIMEOUT),
        Visit("https://broken-ipv6.example/", family=4),
        {},
        network="a3",
        families=(6,),
    ),
    Case(
        "shutdown",
        Visit("https://shutdown.example/"),
        Effect("tcp", TIMEOUT),
        Visit("https://shutdown-free.example/", "exempt"),
        {"match": {"except_addresses": both(11)}},
        network="a4",
    ),
    Case(
        "shutdown:dns",
        Visit("dns://shutdown.example/", RESOLVER),
        Effect("dns", TIMEOUT),
        Visit("http://shutdown-free.example/", "exempt"),
        network="a4",
    ),
)
