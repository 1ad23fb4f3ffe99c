from __future__ import annotations

import itertools

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, request
from trigpoint.errors import InputError

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
