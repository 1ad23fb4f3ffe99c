"""One case for each behaviour: parameters, a conversation in which it acts, and flows that it must leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.lab.talks import (
    BLOCKED,
    FREE,
    OTHERS,
    RESOLVERS,
    SERVERS,
    Talk,
    hello,
    initial,
    query,
    request,
    stream_query,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.lab.engine.engine import Engine

NAMED = {"match": {"suffix": [BLOCKED]}}
ADDRESSED = {"addresses": list(SERVERS.values())}


def tls(talk: Talk, name: str = BLOCKED) -> None:
    talk.open()
    talk.send(hello(name), "hello")
    for _ in range(6):
        talk.receive(b"s" * 1000)
        talk.ack()


def http(talk: Talk, host: str = BLOCKED) -> None:
    talk.open()
    talk.send(request(host), "request")
    talk.receive(b"s" * 1000)


def dns(talk: Talk, name: str = BLOCKED) -> None:
    talk.ask(query(name), "query")
    talk.ask(query(name, 28), "query")


def dns_tcp(talk: Talk, name: str = BLOCKED) -> None:
    talk.open()
    talk.send(stream_query(name), "query")


def quic(talk: Talk, name: str = BLOCKED) -> None:
    talk.ask(initial(name), "initial")
    talk.answer()
    talk.ask(b"\x40" + b"q" * 30)


def anything(talk: Talk, _: str = "") -> None:
    talk.open()
    for _ in range(12):
        talk.send(b"c" * 700)
        talk.receive(b"s" * 700)


def noise(talk: Talk, _: str = "") -> None:
    talk.open()
    for _ in range(3):
        talk.send(bytes(number * 7 % 256 for number in range(97)), "noise")


def idle(talk: Talk, _: str = "") -> None:
    talk.open()
    talk.now += 30.0
    talk.send(b"c" * 700)
    talk.receive(b"s" * 700)


def tunnel(talk: Talk, _: str = "") -> None:
    talk.open()
    talk.send(b"\x00\x0e\x38" + bytes(13), "reset")
    for _ in range(8):
        talk.send(b"c" * 700)
        talk.receive(b"s" * 700)


class Case(NamedTuple):
    """How a behaviour is made to act."""

    play: Callable[[Talk], None]
    """The conversation."""
    port: int = 443
    """Port of its server."""
    parameters: dict[str, Any] = NAMED
    """Parameters that make it act on this conversation."""
    versions: tuple[int, ...] = (4, 6)
    spared_port: int = 443
    """A port on which other flows must be left alone."""
    spared: Mapping[int, str] = OTHERS
    """A server that must be left alone, by version."""
    on_path: bool = False
    """Whether it can also stand on the path with these parameters."""

    def talk(self, engine: Engine, version: int, port: int = 40_000) -> Talk:
        return Talk(engine, version, port=port, server_port=self.port)


CASES: dict[str, Case] = {
    "active_probe": Case(noise, 443, {"match": ADDRESSED, "pool": ["198.51.100.200", "2001:db8:b0::200"]}),
    "address_allow_list": Case(
        anything, 443, {"match": {"except_addresses": ["198.51.100.0/24", "2001:db8:2::/48"]}}, spared=RESOLVERS
    ),
    "broken_ipv6": Case(anything, 443, {}, (6,), spared={4: "203.0.113.77"}),
    "captive_portal": Case(
        http, 80, {"portal_addresses": ["192.0.2.1", "2001:db8::1"]}, spared={4: "192.0.2.1", 6: "2001:db8::1"}
    ),
    "delayed_drop": Case(tls),
    "dns_drop": Case(dns, 53),
    "dns_injection": Case(
        dns, 53, {**NAMED, "injectors": [{"lie": {"pool": ["10.9.9.9", "2001:db8::9"]}}]}, on_path=True
    ),
    "dns_interception": Case(dns, 53, {"to": "resolver", **NAMED}),
    "dns_reset": Case(dns_tcp, 53, on_path=True),
    "encrypted_dns": Case(tls, 443, {"match": {"exact": [BLOCKED]}}, on_path=True),
    "flaky_link": Case(
        anything,
        443,
        {"match": ADDRESSED, "loss": 0.2, "reorder": 0.2, "duplicate": 0.2, "jitter_seconds": 0.1},
    ),
    "freeze": Case(tls, 443, {**NAMED, "after_bytes": 2_500}),
    "http_block_page": Case(http, 80, on_path=True),
    "http_drop": Case(http, 80),
    "http_redirect": Case(http, 80, {**NAMED, "location": "http://warning.example/"}, on_path=True),
    "http_reset": Case(http, 80, on_path=True),
    "mtu_black_hole": Case(anything, 443, {"match": ADDRESSED, "mtu": 600}),
    "nat_timeout": Case(idle, 443, {"match": ADDRESSED, "idle_seconds": 20}),
    "null_route": Case(anything, 443, {"match": ADDRESSED}),
    "police": Case(tls, 443, {**NAMED, "burst_bytes": 2_000}),
    "port_allow_list": Case(anything, 22, {"open_ports": [53, 443]}),
    "protocol_filter": Case(noise, 80, {}, spared_port=22),
    "quic_drop": Case(quic),
    "random_traffic": Case(noise, 443, {"match": ADDRESSED}),
    "rewrite_to_reset": Case(tls),
    "shape": Case(tls, 443, {**NAMED, "burst_bytes": 0}),
    "shutdown": Case(
        anything, 443, {"match": {"except_addresses": ["198.51.100.0/24", "2001:db8:2::/48"]}}, spared=RESOLVERS
    ),
    "sni_allow_list": Case(tls, 443, {"match": {"suffix": [FREE]}}),
    "syn_reset": Case(anything, 443, {"match": {**ADDRESSED, "ports": [443]}}, on_path=True),
    "tcp_proxy": Case(anything, 443, {"to": "proxy", "match": ADDRESSED}),
    "tls_close": Case(tls, on_path=True),
    "tls_drop": Case(tls),
    "tls_interception": Case(tls, 443, {"to": "interceptor", **NAMED}, spared_port=80),
    "tls_reset": Case(tls, 443, {**NAMED, "residual": {"seconds": 60}}, on_path=True),
    "vpn_drop": Case(tunnel, 1194, {"match": ADDRESSED}),
}
