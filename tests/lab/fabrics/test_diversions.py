"""Diverted flows."""

from __future__ import annotations

from trigpoint.lab.fabrics.diversions import MOST_DIVERSIONS, Diversions
from trigpoint.net.packets import UDP, Packet, address_bytes, parse, udp

CLIENT, SERVER, HOST = (address_bytes(text) for text in ("192.0.2.2", "203.0.113.9", "192.0.2.60"))


def sent(port: int) -> Packet:
    packet = parse(udp((CLIENT, port), (SERVER, 53), b"q"))
    assert packet
    return packet


def test_an_answer_comes_in_the_name_of_the_server_that_was_asked() -> None:
    diversions = Diversions()
    assert not diversions
    diverted = parse(diversions.divert(sent(4000), HOST, 0.01))
    assert diverted
    assert (diverted.target, diverted.target_port) == (HOST, 53)
    answer = parse(udp((HOST, 53), (CLIENT, 4000), b"a"))
    assert answer
    restored = diversions.restore(answer)
    assert restored
    assert restored[0] == udp((SERVER, 53), (CLIENT, 4000), b"a")
    assert restored[1] == 0.01
    assert diversions.original((HOST, 53), (CLIENT, 4000), UDP) == SERVER


def test_what_was_not_diverted_is_nothing() -> None:
    assert Diversions().restore(sent(4000)) is None
    assert Diversions().original((HOST, 53), (CLIENT, 1), UDP) is None


def test_old_flows_are_forgotten() -> None:
    diversions = Diversions()
    for port in range(1, MOST_DIVERSIONS + 3):
        diversions.divert(sent(port), HOST, 0.0)
    assert diversions.original((HOST, 53), (CLIENT, 1), UDP) is None
    assert diversions.original((HOST, 53), (CLIENT, MOST_DIVERSIONS), UDP) == SERVER
