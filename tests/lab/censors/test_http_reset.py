from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, request
from trigpoint.errors import InputError


@pytest.mark.parametrize("version", [4, 6])
def test_a_listed_host_is_reset_on_any_port(version: int) -> None:
    filter_ = engine({"behaviour": "http_reset", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, version, server_port=8_080)
    talk.open()
    assert talk.send(request(FREE)) == "pass"
    assert talk.send(request()) == "pass, client gets RST+ACK, server gets RST+ACK"
    assert causes(filter_) == [("reset", "http.reset.host")]


def test_a_word_in_the_path_is_another_mechanism() -> None:
    filter_ = engine({"behaviour": "http_reset", "keywords": {"substring": ["falun"]}})
    talk = Talk(filter_, server_port=80)
    talk.open()
    assert talk.send(request(FREE, "/search?q=nothing")) == "pass"
    assert "RST" in talk.send(request(FREE, "/search?q=Falun"))
    assert causes(filter_) == [("reset", "http.reset.keyword")]


def test_residual_blocking_affects_a_share_of_connections() -> None:
    residual = {"seconds": 90, "probability": 0.6}
    filter_ = engine({"behaviour": "http_reset", "match": {"suffix": [BLOCKED]}, "residual": residual})
    talk = Talk(filter_, server_port=80)
    talk.open()
    talk.send(request())
    hits = 0
    for port in range(41_000, 41_300):
        later = Talk(filter_, server_port=80, port=port)
        later.open()
        hits += "RST" in later.send(request(FREE))
    assert 150 < hits < 210


def test_it_fires_as_often_as_it_should() -> None:
    filter_ = engine(
        {"behaviour": "http_reset", "match": {"suffix": [BLOCKED]}, "placement": {"fire_probability": 0.75}}
    )
    hits = 0
    for port in range(41_000, 41_300):
        talk = Talk(filter_, server_port=80, port=port)
        talk.open()
        hits += "RST" in talk.send(request())
    assert 200 < hits < 250


def test_dropping_needs_the_path() -> None:
    with pytest.raises(InputError, match="drops_trigger"):
        engine({"behaviour": "http_reset", "drops_trigger": True})


@pytest.mark.parametrize(
    ("methods", "sent", "hits"),
    [(["GET"], b"GET", True), (["GET"], b"get", False), (["GET"], b"HEAD", False), ([], b"get", True)],
)
def test_methods_may_be_listed_in_their_case(methods: list[str], sent: bytes, hits: bool) -> None:
    filter_ = engine({"behaviour": "http_reset", "match": {"suffix": [BLOCKED], "http_methods": methods}})
    Talk(filter_, server_port=80).send(request().replace(b"GET", sent))
    assert bool(filter_.events) == hits
