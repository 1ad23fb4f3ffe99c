"""Places are reached by their wires alone, and nothing else is ever attached to."""

from __future__ import annotations

import socket
import time

import pytest

from tests.lab.fabrics.kernel.inside import failure, seen_inside
from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel import place
from trigpoint.lab.fabrics.kernel.namespaces import network_number
from trigpoint.lab.fabrics.kernel.place import Places, chosen_wiring, firsts, refuse_machine
from trigpoint.net.packets import address_bytes, checksums_hold, parse, udp

WORLD = {"a/client": ("192.0.2.2", "2001:db8:a1::2"), "outside": ("203.0.113.10", "203.0.113.11", "2001:db8::9")}


def _next(places: Places) -> bytes:
    for _ in range(200):
        for read in places.wires.readers.values():
            packet = read()
            if packet:
                return packet
        time.sleep(0.005)
    raise AssertionError


def _carry(machine: int, wiring: str) -> tuple[str, list[tuple[bytes, bytes, bool, bytes]]]:
    """Carry a datagram of each family; give the wiring, and of each its source, content, sums, and what arrives."""
    places = Places(WORLD, machine, wiring)
    seen = []
    for remote in ("203.0.113.11", "2001:db8::9"):
        is_v6 = ":" in remote
        family = socket.AF_INET6 if is_v6 else socket.AF_INET
        with places.namespaces["a/client"].inside():
            client = socket.socket(family, socket.SOCK_DGRAM)
        with places.namespaces["outside"].inside():
            server = socket.socket(family, socket.SOCK_DGRAM)
        with client, server:
            server.settimeout(5)
            server.bind((remote, 5000))
            client.connect((remote, 5000))
            client.send(b"hello")
            packet = _next(places)
            read = parse(packet)
            assert read is not None
            places.wires.writers["outside"](packet)
            seen.append((read.source, read.content, checksums_hold(read), server.recvfrom(100)[0]))
    places.close()
    return places.wiring, seen


def test_a_packet_is_whole_on_the_wire_and_reaches_its_place(wiring: str) -> None:
    used, seen = seen_inside(_carry, wiring)
    assert used == wiring
    assert seen == [(address_bytes(address), b"hello", True, b"hello") for address in WORLD["a/client"]]


def _flood(machine: int, wiring: str) -> tuple[bytes | None, list[list[int]]]:
    """Send more than a wire holds, three times; give what it held before, and the numbers that came each time."""
    places = Places(WORLD, machine, wiring)
    read = next(iter(places.wires.readers.values()))
    before, rounds = read(), []
    with places.namespaces["a/client"].inside():
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with client:
        client.connect(("203.0.113.10", 5000))
        for _ in range(3):  # three times around the ring, also beyond its end
            for number in range(12_000):
                try:
                    client.send(number.to_bytes(4, "big"))
                except OSError:
                    break
            got = []
            while (packet := read()) is not None:
                got.append(int.from_bytes(packet[28:32], "big"))
            rounds.append(got)
    places.close()
    return before, rounds


def test_what_waits_stays_in_order_and_what_is_too_much_gets_lost(wiring: str) -> None:
    before, rounds = seen_inside(_flood, wiring)
    assert before is None
    assert len(rounds) == 3
    for got in rounds:
        assert 4_000 < len(got) <= 12_000
        assert got == list(range(len(got)))


def _nonsense(machine: int, wiring: str) -> tuple[bytes, tuple[str, int]]:
    """Write what is no packet, and then one; give what a server gets, and from whom."""
    places = Places(WORLD, machine, wiring)
    write = places.wires.writers["outside"]
    for packet in (b"\x00", bytes(40), b"\x45" + bytes(10), bytes(3_000), b"\x60" + bytes(60)):
        failure(write, packet)  # some kernels refuse it, others drop it
    with places.namespaces["outside"].inside():
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with server:
        server.settimeout(5)
        server.bind(("203.0.113.10", 5000))
        write(udp((address_bytes("192.0.2.2"), 1), (address_bytes("203.0.113.10"), 5000), b"after"))
        got = server.recvfrom(100)
    places.close()
    return got


def test_what_is_no_packet_does_no_harm(wiring: str) -> None:
    assert seen_inside(_nonsense, wiring) == (b"after", ("192.0.2.2", 1))


def _refused(machine: int) -> tuple[str, str]:
    """Say how places fail in what is told to be the machine's network, and with an address that is none."""
    refuse_machine(machine)  # this is not it
    try:
        Places(WORLD, network_number())
    except LabError as error:
        return str(error), failure(Places, {"a": ("nonsense",)}, machine)
    return "", ""


def test_the_machines_own_network_is_refused(namespaces: object) -> None:
    with pytest.raises(LabError, match="not to the machine's"):
        Places(WORLD, network_number())
    machine, nonsense = seen_inside(_refused)
    assert "interfaces that it made" in machine
    assert "illegal IP" in nonsense


def test_tun_is_taken_where_its_device_may_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place.os, "access", lambda _path, _mode: True)
    assert chosen_wiring() == "tun"
    monkeypatch.setattr(place.os, "access", lambda _path, _mode: False)
    assert chosen_wiring() == "veth"


def test_the_first_address_of_each_family_counts() -> None:
    assert firsts([]) == {}
    assert firsts(["2001:db8::1", "192.0.2.9", "192.0.2.1"]) == {True: "2001:db8::1", False: "192.0.2.9"}
