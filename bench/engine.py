# ruff: noqa: INP001 - a script, not a package
"""Measure what the lab's engine costs: microseconds a packet, on one core.

The bars are 5 microseconds a bulk packet and 50 a ClientHello that hits. The engine of the measure has the filters of
a crowded path: null routes, DNS injection, resets by ClientHello and by request, QUIC, and an allow-list of ports.

    .venv/bin/python bench/engine.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import ssl
import sys
import timeit
from itertools import count
from typing import TYPE_CHECKING, Any

from trigpoint.lab.catalogue import censors
from trigpoint.lab.engine.engine import Engine
from trigpoint.net.dns_message import RD, Message, Question, build_message
from trigpoint.net.packets import ACK, PSH, SYN, Segment, address_bytes, tcp, udp

if TYPE_CHECKING:
    from collections.abc import Callable

_MICRO = 1_000_000
_NAMES = [f"name{number}.example" for number in range(1_000)]
_CENSORS: list[dict[str, Any]] = [
    {"id": "route", "behaviour": "null_route", "match": {"addresses": ["203.0.113.200", "2001:db8:9::/48"]}},
    {"id": "ports", "behaviour": "port_allow_list"},
    {
        "id": "dns",
        "behaviour": "dns_injection",
        "match": {"suffix": _NAMES},
        "injectors": [{"lie": {"pool": ["10.0.0.1"]}}],
    },
    {"id": "sni", "behaviour": "tls_reset", "match": {"suffix": _NAMES}},
    {"id": "ech", "behaviour": "tls_drop", "match": {"exact": ["outer.example"], "ech": "with"}},
    {"id": "host", "behaviour": "http_reset", "match": {"suffix": _NAMES}},
    {"id": "quic", "behaviour": "quic_drop", "match": {"suffix": _NAMES}},
]
_CLIENT, _SERVER = address_bytes("192.0.2.2"), address_bytes("203.0.113.9")
_CLIENT_6, _SERVER_6 = address_bytes("2001:db8::2"), address_bytes("2001:db8:1::9")


def main() -> None:
    """Measure each kind of packet and print one table."""
    parser = argparse.ArgumentParser(description="Measure the lab's engine on one core.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds for each row, of which the fastest counts")
    rounds = parser.parse_args().rounds
    rows = {
        "bulk, IPv4": _bulk(_CLIENT, _SERVER),
        "bulk, IPv6": _bulk(_CLIENT_6, _SERVER_6),
        "bulk, frozen": _bulk(_CLIENT, _SERVER, {"behaviour": "freeze", "after_bytes": 999_999_999}),
        "bulk, policed": _bulk(_CLIENT, _SERVER, {"behaviour": "police", "burst_bytes": 999_999_999}),
        "new flow: SYN": _fresh(lambda port: _segment(port, SYN, 0, b""), outward=True),
        "ClientHello, no hit": _hellos("free.example"),
        "ClientHello, hit": _hellos("www.name500.example"),
        "DNS query, hit": _fresh(_query, outward=True),
    }
    for label, run in rows.items():
        sys.stdout.write(f"{label:<22}{_best(run, rounds):>7.2f} us a packet\n")


def _engine(*more: dict[str, Any]) -> Engine:
    named = [{"id": f"more{number}", **entry} for number, entry in enumerate(more)]
    return Engine(censors([*_CENSORS, *named]))


def _best(run: Callable[[int], float], rounds: int) -> float:
    return min(run(2_000) for _ in range(rounds)) / 2_000 * _MICRO


def _segment(
    port: int, flags: int, sequence: int, payload: bytes, ends: tuple[bytes, bytes] = (_CLIENT, _SERVER)
) -> bytes:
    return tcp((ends[0], port), (ends[1], 443), Segment(sequence, 1, flags, payload=payload))


def _query(port: int) -> bytes:
    payload = build_message(Message(port, RD, (Question("www.name500.example", 1),)))
    return udp((_CLIENT, port), (_SERVER, 53), payload)


def _bulk(client: bytes, server: bytes, *more: dict[str, Any]) -> Callable[[int], float]:
    """Packets of 1,400 bytes from the server, in a flow whose ClientHello nobody minded."""
    engine = _engine(*({"match": {"suffix": ["free.example"]}, **entry} for entry in more))
    ends = (client, server)
    engine.handle(_segment(4_000, SYN, 0, b"", ends), 0.0, outward=True)
    engine.handle(_segment(4_000, PSH | ACK, 1, _hello("free.example"), ends), 0.0, outward=True)
    engine.handle(_segment(4_000, PSH | ACK, 1 + len(_hello("free.example")), b"more", ends), 0.0, outward=True)
    data = tcp((server, 443), (client, 4_000), Segment(1, 600, ACK, payload=b"x" * 1_400))
    return lambda number: timeit.timeit(lambda: engine.handle(data, 0.0, outward=False), number=number)


def _fresh(make: Callable[[int], bytes], *, outward: bool) -> Callable[[int], float]:
    def run(number: int) -> float:
        engine = _engine()
        packets = iter([make(port) for port in range(1_024, 1_024 + number)])
        return timeit.timeit(lambda: engine.handle(next(packets), 0.0, outward=outward), number=number)

    return run


def _hellos(name: str) -> Callable[[int], float]:
    hello = _hello(name)

    def run(number: int) -> float:
        engine = _engine()
        ports = range(1_024, 1_024 + number)
        for port in ports:
            engine.handle(_segment(port, SYN, 0, b""), 0.0, outward=True)
        packets = [_segment(port, PSH | ACK, 1, hello) for port in ports]
        index = count()
        return timeit.timeit(lambda: engine.handle(packets[next(index)], 0.0, outward=True), number=number)

    return run


def _hello(name: str) -> bytes:
    context = ssl.create_default_context()
    out = ssl.MemoryBIO()
    connection = context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    message = "a handshake does not end without an answer"
    raise RuntimeError(message)


if __name__ == "__main__":
    main()
