from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, Talk, engine, request
from trigpoint.lab.engine.pages import http_answer
from trigpoint.net.packets import RST


def test_an_answer_is_a_whole_response() -> None:
    head, _, body = http_answer("200 OK", (("Server", "box"), ("X", "\u20ac")), b"body").partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Server: box",
        b"X: ?",
        b"Content-Length: 4",
        b"Connection: close",
    ]
    assert body == b"body"


@pytest.mark.parametrize(
    ("after", "sent"),
    [
        ([{"to": "client"}], [1_001]),
        (
            [{"to": "server", "flags": "rst", "count": 5, "sequence_offsets": [0, 0, 0, 30, 30]}],
            [1_001, 1_001, 1_001, 1_031, 1_031],
        ),
    ],
    ids=["by itself", "as in Iran in 2013"],
)
def test_the_server_gets_one_reset_unless_bursts_for_it_are_told(after: list, sent: list[int]) -> None:
    talk = Talk(
        engine({"behaviour": "http_block_page", "match": {"suffix": [BLOCKED]}, "after": after}), server_port=80
    )
    talk.open()
    talk.send(request())
    to_server = [packet for packet in talk.injected() if packet.target == talk.server[0]]
    assert [packet.sequence for packet in to_server] == sent
    assert {packet.flags for packet in to_server} == {RST}
