from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine


@pytest.mark.parametrize(("answer", "text"), [("silence", "drop"), ("no_route", "drop, client gets ICMP")])
def test_only_ipv6_is_broken(answer: str, text: str) -> None:
    filter_ = engine({"behaviour": "broken_ipv6", "answer": answer})
    assert Talk(filter_, 6).syn() == text
    assert Talk(filter_, 4).open() == ["pass"] * 3
    assert {cause for _, cause in causes(filter_)} == {"local.no_ipv6"}
