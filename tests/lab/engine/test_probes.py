from __future__ import annotations

import pytest

from tests.lab.talks import SERVERS, Talk, engine
from trigpoint.net.packets import SYN, Segment, address_bytes, address_text, tcp

PROBERS = ["198.51.100.200", "198.51.100.201", "2001:db8:b0::200"]
ENTRY = {"behaviour": "active_probe", "trigger": "payload", "pool": PROBERS, "probes": 8, "residual": None}


def probed(version: int = 4, **more: object) -> Talk:
    talk = Talk(engine({**ENTRY, **more}, hops=8, time_scale=0.5), version)
    talk.send(b"data")
    return talk


@pytest.mark.parametrize("version", [4, 6])
def test_probes_are_syns_of_probers_to_the_server_and_its_port(version: int) -> None:
    packets = probed(version).injected()
    assert len(packets) == 8
    for packet in packets:
        assert address_text(packet.source) in PROBERS
        assert (address_text(packet.target), packet.target_port) == (SERVERS[version], 443)
        assert (packet.flags, packet.end - packet.payload) == (SYN, 0)
        assert 46 <= packet.ttl <= 50
        assert packet.data[packet.payload - 4 : packet.payload] == b"\x02\x04\x05\x78"
    assert len({packet.source_port for packet in packets}) > 1


def test_they_come_at_drawn_moments_which_the_world_s_time_scale_shortens() -> None:
    injections = probed(delay_seconds=100, delay_seconds_up_to=200).outcomes[0].injections
    delays = [injection.delay for injection in injections]
    assert 50 <= min(delays) < max(delays) <= 100
    assert not any(injection.to_client for injection in injections)


def test_without_a_prober_of_the_family_there_are_no_probes() -> None:
    talk = probed(6, pool=PROBERS[:2])
    assert talk.injected() == []
    assert [event.act for event in talk.engine.events] == ["probe"]


def test_the_probes_themselves_bring_no_probers() -> None:
    talk = Talk(engine(ENTRY))
    prober = (address_bytes(PROBERS[0]), 40_000)
    assert talk.show(tcp(prober, talk.server, Segment(1, 0, SYN)), "probe", outward=True) == "pass"
