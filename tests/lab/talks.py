"""Conversations for the tests of the engine: packets made by hand, and what became of each as one line of text."""

from __future__ import annotations

import ssl
from functools import cache

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection

from trigpoint.lab.catalogue import censors
from trigpoint.lab.engine.engine import Engine, Path
from trigpoint.lab.engine.outcome import Outcome, Verdict
from trigpoint.net.dns_message import RD, Message, Question, build_message, framed
from trigpoint.net.packets import (
    ACK,
    FIN,
    PSH,
    RST,
    SYN,
    TCP,
    UDP,
    IpFields,
    Packet,
    Segment,
    address_bytes,
    checksums_hold,
    parse,
    tcp,
    udp,
)

CLIENTS = {4: "192.0.2.2", 6: "2001:db8::2"}
SERVERS = {4: "203.0.113.9", 6: "2001:db8:1::9"}
OTHERS = {4: "203.0.113.77", 6: "2001:db8:1::77"}
RESOLVERS = {4: "198.51.100.53", 6: "2001:db8:2::53"}
BLOCKED, FREE = "blocked.example", "free.example"
_FLAG_NAMES = {SYN: "SYN", FIN: "FIN", RST: "RST", PSH: "PSH", ACK: "ACK"}


def engine(*entries: dict, seed: int = 7, hops: int = 0, **path: object) -> Engine:
    """Build an engine of the censors that a world would write so; ids are given where they are missing."""
    named = [{"id": f"c{number}", **entry} for number, entry in enumerate(entries)]
    return Engine(censors(named), seed=seed, path=Path(hops=hops, **path))


@cache
def hello(name: str | None = BLOCKED) -> bytes:
    """Make a ClientHello as OpenSSL sends it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    out = ssl.MemoryBIO()
    connection = context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError


@cache
def initial(name: str = BLOCKED) -> bytes:
    """Make a client's first QUIC datagram as aioquic sends it."""
    connection = QuicConnection(configuration=QuicConfiguration(server_name=name, alpn_protocols=["h3"]))
    connection.connect(("192.0.2.9", 443), now=0.0)
    return connection.datagrams_to_send(now=0.0)[0][0]


def query(name: str = BLOCKED, qtype: int = 1, identity: int = 7) -> bytes:
    """Make a DNS query."""
    return build_message(Message(identity, RD, (Question(name, qtype),)))


def request(host: str = BLOCKED, target: str = "/") -> bytes:
    """Make an HTTP request."""
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def stream_query(name: str = BLOCKED) -> bytes:
    """Make a DNS query as TCP carries it."""
    return framed(query(name))


def flag_text(flags: int) -> str:
    """Write TCP flags."""
    return "+".join(name for flag, name in _FLAG_NAMES.items() if flags & flag)


def packet_text(data: bytes) -> str:
    """Write what a packet is, in a word."""
    packet = parse(data)
    assert packet is not None
    assert checksums_hold(packet)
    if packet.protocol == TCP:
        size = packet.end - packet.payload
        return flag_text(packet.flags) + (f" {size}" if size else "")
    return "UDP" if packet.protocol == UDP else "ICMP"


def outcome_text(outcome: Outcome) -> str:
    """Write what became of a packet."""
    parts = [outcome.verdict.value + (f" to {outcome.to}" if outcome.to else "")]
    if outcome.packet:
        parts = [f"becomes {packet_text(outcome.packet)}"]
    if outcome.delay:
        parts.append(f"held {outcome.delay:.2f} s")
    for to_client in (True, False):
        sent = [packet_text(one.packet) for one in outcome.injections if one.to_client == to_client]
        parts += [f"{'client' if to_client else 'server'} gets {text}" for text in sent]
    return ", ".join(parts)


class Talk:
    """One flow through an engine. Each method sends one packet and gives a line of text; ``lines`` has them all."""

    def __init__(
        self,
        engine: Engine,
        version: int = 4,
        *,
        port: int = 40_000,
        server_port: int = 443,
        server: str = "",
        ttl: int = 64,
    ) -> None:
        self.engine = engine
        self.client = (address_bytes(CLIENTS[version]), port)
        self.server = (address_bytes(server or SERVERS[version]), server_port)
        self.now = 0.0
        self.ttl = ttl
        self.sequence, self.acknowledgement = 1_000, 5_000
        self.lines: list[str] = []
        self.outcomes: list[Outcome] = []
        self.packets: list[bytes] = []

    def packet(self, *, outward: bool, flags: int, payload: bytes = b"", options: bytes = b"") -> bytes:
        """Build the next segment."""
        if outward:
            segment = Segment(self.sequence, self.acknowledgement if flags & ACK else 0, flags, 500, payload, options)
            return tcp(self.client, self.server, segment, IpFields(self.ttl, 77))
        return tcp(
            self.server,
            self.client,
            Segment(self.acknowledgement, self.sequence, flags, 600, payload),
            IpFields(self.ttl, 88),
        )

    def show(self, data: bytes, label: str, *, outward: bool) -> str:
        """Show a packet to the engine."""
        outcome = self.engine.handle(data, self.now, outward=outward)
        text = outcome_text(outcome)
        self.outcomes.append(outcome)
        self.packets.append(data)
        self.lines.append(f"{'>' if outward else '<'} {label}: {text}")
        return text

    def _segment(self, label: str, *, outward: bool, flags: int, payload: bytes = b"", options: bytes = b"") -> str:
        text = self.show(
            self.packet(outward=outward, flags=flags, payload=payload, options=options), label, outward=outward
        )
        advance = len(payload) + bool(flags & SYN) + bool(flags & FIN)
        if outward:
            self.sequence += advance
        else:
            self.acknowledgement += advance
        return text

    def syn(self) -> str:
        return self._segment("SYN", outward=True, flags=SYN)

    def synack(self) -> str:
        return self._segment("SYN+ACK", outward=False, flags=SYN | ACK)

    def ack(self) -> str:
        return self._segment("ACK", outward=True, flags=ACK)

    def open(self) -> list[str]:
        """Shake hands."""
        return [self.syn(), self.synack(), self.ack()]

    def send(self, payload: bytes, label: str = "data", options: bytes = b"") -> str:
        return self._segment(label, outward=True, flags=PSH | ACK, payload=payload, options=options)

    def receive(self, payload: bytes, label: str = "data") -> str:
        return self._segment(label, outward=False, flags=PSH | ACK, payload=payload)

    def ask(self, payload: bytes, label: str = "datagram") -> str:
        """Send a datagram."""
        return self.show(udp(self.client, self.server, payload, IpFields(self.ttl, 77)), label, outward=True)

    def answer(self, payload: bytes = b"answer", label: str = "datagram") -> str:
        """Receive a datagram."""
        return self.show(udp(self.server, self.client, payload, IpFields(self.ttl, 88)), label, outward=False)

    def injected(self, number: int = -1) -> list[Packet]:
        """Read the packets that were sent besides, at one packet of the talk."""
        packets = [parse(one.packet) for one in self.outcomes[number].injections]
        return [packet for packet in packets if packet is not None]


def causes(engine: Engine) -> list[tuple[str, str]]:
    """List act and cause of each event."""
    return [(event.act, event.cause) for event in engine.events]


def is_untouched(outcome: Outcome) -> bool:
    return outcome == Outcome(Verdict.PASS)
