from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello
from trigpoint.errors import InputError


def test_by_name_the_same_address_stays_open_for_another() -> None:
    filter_ = engine({"behaviour": "encrypted_dns", "match": {"exact": [BLOCKED]}})
    doh, other = Talk(filter_), Talk(filter_, port=40_001)
    doh.open()
    other.open()
    assert "RST" in doh.send(hello())
    assert other.send(hello(FREE)) == "pass"
    assert causes(filter_) == [("reset", "tls.reset.sni")]


@pytest.mark.parametrize(
    ("entry", "port", "text", "cause"),
    [
        ({"by": "port"}, 853, "drop, client gets RST+ACK", "tcp.refused"),
        ({"by": "port", "action": "drop"}, 853, "drop", "tcp.timeout"),
        ({"by": "address", "match": {"addresses": ["203.0.113.9"]}, "action": "drop"}, 443, "drop", "tcp.timeout"),
    ],
)
def test_by_port_or_address_the_connection_does_not_open(entry: dict, port: int, text: str, cause: str) -> None:
    filter_ = engine({"behaviour": "encrypted_dns", **entry})
    assert Talk(filter_, server_port=port).syn() == text
    assert Talk(filter_, server_port=port, server="203.0.113.8").syn() == ("pass" if port == 443 else text)
    assert causes(filter_)[0][1] == cause


def test_by_name_it_may_fall_silent() -> None:
    filter_ = engine({"behaviour": "encrypted_dns", "match": {"exact": [BLOCKED]}, "action": "drop"})
    talk = Talk(filter_)
    talk.open()
    assert talk.send(hello()) == "drop"
    assert causes(filter_) == [("drop", "tls.timeout.sni")]


def test_what_cannot_be_is_named() -> None:
    with pytest.raises(InputError, match="addresses: "):
        engine({"behaviour": "encrypted_dns", "by": "address"})
    with pytest.raises(InputError, match="path: "):
        engine({"behaviour": "encrypted_dns", "by": "port", "placement": {"path": "on"}})
