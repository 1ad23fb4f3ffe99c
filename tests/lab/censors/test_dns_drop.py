from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, query, stream_query


@pytest.mark.parametrize("version", [4, 6])
def test_queries_for_listed_names_vanish_and_others_pass(version: int) -> None:
    filter_ = engine({"behaviour": "dns_drop", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, version, server_port=53)
    talk.ask(query("www." + BLOCKED), "listed")
    talk.ask(query(FREE), "free")
    talk.answer()
    talk.ask(query(BLOCKED), "listed")
    assert talk.lines == ["> listed: drop", "> free: pass", "< datagram: pass", "> listed: drop"]
    assert causes(filter_) == [("drop", "dns.timeout")] * 2


def test_over_tcp_too() -> None:
    talk = Talk(engine({"behaviour": "dns_drop", "match": {"suffix": [BLOCKED]}}), server_port=53)
    talk.open()
    talk.send(stream_query(FREE), "free")
    talk.send(stream_query(), "listed")
    assert talk.lines[3:] == ["> free: pass", "> listed: drop"]
