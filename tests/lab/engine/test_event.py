from __future__ import annotations

import msgspec

from tests.lab.talks import Talk, engine, hello
from trigpoint.lab.engine.event import Event


def test_an_event_is_written_as_json_and_read_again() -> None:
    filter_ = engine({"id": "gfw", "behaviour": "tls_reset"})
    talk = Talk(filter_, 6)
    talk.open()
    talk.now = 1.5
    talk.send(hello())
    event = filter_.events[0]
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event
    assert (event.time, event.censor, event.behaviour, event.act, event.injected) == (
        1.5,
        "gfw",
        "tls_reset",
        "reset",
        2,
    )
    assert (event.client, event.server, event.server_port, event.protocol) == (
        "2001:db8::2",
        "2001:db8:1::9",
        443,
        "tcp",
    )
    assert len(event.packet) == 16


def test_a_story_leaves_out_what_differs_from_run_to_run() -> None:
    filter_ = engine({"behaviour": "tls_reset"})
    for name in ("a.example", "b.example"):
        talk = Talk(filter_)
        talk.sequence = len(filter_.events) * 9
        talk.open()
        talk.send(hello(name))
    first, second = filter_.events
    assert first.packet != second.packet
    assert first.packet not in first.story
    assert msgspec.structs.replace(first, packet="", packet_bytes=0).story == first.story
    assert second.story != first.story
