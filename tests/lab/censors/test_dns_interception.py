from __future__ import annotations

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, query


def test_every_query_goes_to_another_host_and_listed_ones_are_told() -> None:
    filter_ = engine({"behaviour": "dns_interception", "to": "isp-resolver", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, server_port=53)
    talk.ask(query(FREE), "free")
    talk.ask(query(), "listed")
    talk.answer()
    assert talk.lines == ["> free: divert to isp-resolver", "> listed: divert to isp-resolver", "< datagram: pass"]
    assert causes(filter_) == [("divert", "dns.interception")]
    assert filter_.events[0].name == BLOCKED


def test_tcp_is_left_alone() -> None:
    talk = Talk(engine({"behaviour": "dns_interception", "to": "isp-resolver"}), server_port=53)
    assert talk.open() == ["pass"] * 3
