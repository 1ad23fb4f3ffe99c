from __future__ import annotations

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, request


def test_the_request_stays_without_an_answer() -> None:
    filter_ = engine({"behaviour": "http_drop", "match": {"suffix": [BLOCKED]}, "drops_trigger": False, "way": "in"})
    talk = Talk(filter_, server_port=80)
    talk.open()
    talk.send(request(), "request")
    talk.receive(b"s")
    talk.ack()
    assert talk.lines[3:] == ["> request: pass", "< data: drop", "> ACK: pass"]
    assert causes(filter_) == [("arm", "http.timeout"), ("drop", "http.timeout")]
    free = Talk(filter_, server_port=80, port=40_001)
    free.open()
    assert [free.send(request(FREE)), free.receive(b"s")] == ["pass", "pass"]
