from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, Talk, causes, engine, hello
from trigpoint.net.packets import parse


@pytest.mark.parametrize("version", [4, 6])
def test_the_server_s_packets_become_resets(version: int) -> None:
    filter_ = engine({"behaviour": "rewrite_to_reset", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, version)
    talk.open()
    talk.send(hello(), "hello")
    talk.receive(b"server hello")
    talk.ack()
    assert talk.lines[3:] == ["> hello: pass", "< data: becomes RST+ACK", "> ACK: pass"]
    rewritten = parse(talk.outcomes[4].packet or b"")
    assert rewritten is not None
    assert (rewritten.sequence, rewritten.acknowledgement, rewritten.ttl) == (5_001, 1_001 + len(hello()), 64)
    assert causes(filter_) == [("arm", "tls.reset.sni"), ("rewrite", "tls.reset.sni")]
