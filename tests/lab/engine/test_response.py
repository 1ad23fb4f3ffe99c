from __future__ import annotations

from tests.lab.engine.test_match import flow
from tests.lab.talks import Talk
from trigpoint.lab.engine.engine import Engine
from trigpoint.lab.engine.outcome import DROPPED, NOTHING
from trigpoint.lab.engine.response import Silence
from trigpoint.lab.engine.sight import Scene, Sight
from trigpoint.net.packets import ACK, parse


def sight(now: float = 0.0, *, outward: bool = True, payload: bytes = b"x") -> Sight:
    packet = parse(Talk(Engine(())).packet(outward=outward, flags=ACK, payload=payload))
    assert packet is not None
    return Sight(packet, flow(), outward, now, Scene(0, 0, {}), None)  # type: ignore[arg-type]


def test_silence_has_a_way_a_time_and_a_patience() -> None:
    assert [Silence("in").follow(sight(outward=outward)) for outward in (True, False)] == [NOTHING, DROPPED]
    assert [Silence(from_time=1.0).follow(sight(now)) for now in (0.9, 1.0)] == [NOTHING, DROPPED]
    patient = Silence(packets_left=2)
    assert [patient.follow(sight()) for _ in range(3)] == [NOTHING, NOTHING, DROPPED]
    assert [Silence(only_payload=True).follow(sight(payload=payload)) for payload in (b"", b"x")] == [NOTHING, DROPPED]
