from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello, request
from trigpoint.errors import InputError
from trigpoint.net.packets import ACK, SYN

if TYPE_CHECKING:
    from trigpoint.lab.engine.engine import Engine

NAMED = {"match": {"suffix": [BLOCKED]}}


@pytest.mark.parametrize("version", [4, 6])
def test_in_the_path_the_page_comes_instead_of_the_server_s_answer(version: int) -> None:
    filter_ = engine({"behaviour": "http_block_page", **NAMED, "body": "blocked"})
    talk = Talk(filter_, version, server_port=80)
    talk.open()
    talk.send(request("WWW." + BLOCKED), "request")
    talk.receive(b"s")
    page = talk.injected(3)[0]
    assert talk.lines[3:] == [
        f"> request: drop, client gets FIN+PSH+ACK {len(page.content)}, server gets RST",
        "< data: drop",
    ]
    assert page.content.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert page.content.endswith(b"Content-Length: 7\r\nConnection: close\r\n\r\nblocked")
    assert page.sequence == 5_001
    assert causes(filter_)[0] == ("page", "http.blockpage")


def test_on_the_path_it_races_and_the_true_page_follows() -> None:
    bursts = [
        {"to": "client", "flags": "rst+psh+ack"},
        {"to": "server", "flags": "rst", "count": 5, "sequence_offsets": [0, 0, 0, 30, -30]},
    ]
    filter_ = engine(
        {
            "behaviour": "http_block_page",
            **NAMED,
            "placement": {"path": "on"},
            "closes": False,
            "after": bursts,
            "print": {"ip_id": 242},
        }
    )
    talk = Talk(filter_, server_port=80)
    talk.open()
    text = talk.send(request())
    assert text.startswith("pass, client gets PSH+ACK ")
    assert text.endswith(", client gets RST+PSH+ACK" + ", server gets RST" * 5)
    assert talk.injected()[0].identification == 242
    assert [packet.sequence - talk.sequence for packet in talk.injected()[2:]] == [0, 0, 0, 30, -30]
    assert talk.receive(b"true page") == "pass"


def test_a_long_page_comes_in_segments_that_join() -> None:
    talk = Talk(engine({"behaviour": "http_block_page", **NAMED, "body": "x" * 5_000}), server_port=80)
    talk.open()
    talk.send(request())
    pages = talk.injected()[:-1]
    assert len(pages) == 4
    assert all(after.sequence == before.sequence + len(before.content) for before, after in itertools.pairwise(pages))
    assert b"".join(page.content for page in pages).endswith(b"x" * 5_000)
    assert [bool(page.flags & 1) for page in pages] == [False, False, False, True]


def test_its_encoding_is_its_own() -> None:
    body = "\u0645\u0633\u062f\u0648\u062f"
    talk = Talk(
        engine({"behaviour": "http_block_page", **NAMED, "body": body, "body_encoding": "windows-1256"}), server_port=80
    )
    talk.open()
    talk.send(request())
    assert talk.injected()[0].content.endswith(body.encode("windows-1256"))
    with pytest.raises(InputError, match="body_encoding"):
        engine({"behaviour": "http_block_page", "body_encoding": "no-such"})


def test_a_word_in_the_target_and_an_exempt_host() -> None:
    entry = {
        "behaviour": "http_block_page",
        "match": {"suffix": [BLOCKED], "except_names": ["ok." + BLOCKED]},
        "keywords": {"substring": ["secret"]},
    }
    filter_ = engine(entry)
    seen = []
    for number, (host, target) in enumerate(
        [(FREE, "/"), (FREE, "/SECRET"), (BLOCKED + ":80", "/"), ("ok." + BLOCKED, "/secret")]
    ):
        talk = Talk(filter_, server_port=80, port=40_000 + number)
        talk.open()
        seen.append(talk.send(request(host, target)).split(",")[0])
    assert seen == ["pass", "drop", "drop", "pass"]


def from_outside(filter_: Engine, *, port: int) -> Talk:
    """A connection that somebody outside opened to a server inside."""
    talk = Talk(filter_, port=port, server_port=40_000)
    talk.show(talk.packet(outward=False, flags=SYN), "SYN", outward=False)
    talk.acknowledgement += 1
    talk.show(talk.packet(outward=True, flags=SYN | ACK), "SYN+ACK", outward=True)
    talk.sequence += 1
    return talk


def test_who_asks_from_outside_gets_the_page() -> None:
    talk = from_outside(
        engine(
            {
                "behaviour": "http_block_page",
                **NAMED,
                "placement": {"direction": "both"},
                "after": [{"to": "client", "flags": "rst+psh+ack"}],
            }
        ),
        port=80,
    )
    assert talk.receive(request()).startswith("drop, client gets RST, server gets FIN+PSH+ACK ")  # inside; outside
    page, *_ = (packet for packet in talk.injected() if packet.content)
    assert (page.target, page.target_port) == talk.server
    assert page.content.startswith(b"HTTP/1.1 403")
    assert [packet.target for packet in talk.injected()].count(talk.server[0]) == 2


def test_a_reset_of_the_client_is_one_of_who_asks_wherever_that_is() -> None:
    entry = {"behaviour": "tls_reset", **NAMED, "placement": {"direction": "both"}, "prints": [{"to": "client"}]}
    own = Talk(engine(entry))
    own.open()
    assert own.send(hello()) == "pass, client gets RST+ACK"
    assert from_outside(engine(entry), port=443).receive(hello()) == "pass, server gets RST+ACK"
