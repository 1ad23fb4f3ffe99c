from __future__ import annotations

import pytest

from tests.lab.talks import RESOLVERS, Talk, causes, engine


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize(
    ("entry", "text"), [({}, "drop"), ({"answer": "no_route"}, "drop, client gets ICMP"), ({"way": "in"}, "pass")]
)
def test_nothing_answers_but_what_stays(version: int, entry: dict, text: str) -> None:
    match = {"except_addresses": ["198.51.100.0/24", "2001:db8:2::/48"]}
    filter_ = engine({"behaviour": "shutdown", "match": match, **entry})
    talk = Talk(filter_, version)
    assert [talk.syn(), talk.synack()] == [text, "drop"]
    assert Talk(filter_, version, server=RESOLVERS[version]).open() == ["pass"] * 3
    assert {cause for _, cause in causes(filter_)} == {"ip.shutdown"}
