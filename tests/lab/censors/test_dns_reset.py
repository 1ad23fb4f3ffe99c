from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, stream_query


@pytest.mark.parametrize("version", [4, 6])
def test_a_query_over_tcp_is_reset(version: int) -> None:
    filter_ = engine({"behaviour": "dns_reset", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, version, server_port=53)
    talk.open()
    talk.send(stream_query(FREE), "free")
    talk.send(stream_query()[:9], "first half")
    talk.send(stream_query()[9:], "second half")
    assert talk.lines[3:] == [
        "> free: pass",
        "> first half: pass",
        "> second half: pass, client gets RST+ACK, server gets RST+ACK",
    ]
    assert causes(filter_) == [("reset", "dns")]
