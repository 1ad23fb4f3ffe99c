from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello


@pytest.mark.parametrize(
    ("issuer", "cause"),
    [("ca_signed", "tls.mitm.ca_signed"), ("self_signed", "tls.mitm.self_signed"), ("local", "local.tls_interception")],
)
def test_the_whole_connection_goes_to_the_interceptor_and_listed_names_are_told(issuer: str, cause: str) -> None:
    filter_ = engine({"behaviour": "tls_interception", "to": "box", "match": {"suffix": [BLOCKED]}, "issuer": issuer})
    for port, name in ((40_000, FREE), (40_001, BLOCKED)):
        talk = Talk(filter_, port=port)
        talk.syn()
        talk.send(hello(name), "hello")
        assert talk.lines == ["> SYN: divert to box", "> hello: divert to box"]
    assert causes(filter_) == [("divert", cause)]
    assert filter_.events[0].name == BLOCKED
