from __future__ import annotations

import pytest

from tests.lab.talks import Talk, engine, query
from trigpoint.errors import InputError


def test_datagrams_are_not_its_affair() -> None:
    talk = Talk(engine({"behaviour": "nat_timeout"}), server_port=53)
    talk.ask(query())
    talk.now = 600.0
    assert [talk.ask(query()), talk.answer()] == ["pass", "pass"]


@pytest.mark.parametrize("seconds", [0, -1, "x"])
def test_a_time_that_cannot_be_is_named(seconds: object) -> None:
    with pytest.raises(InputError, match="idle_seconds"):
        engine({"behaviour": "nat_timeout", "idle_seconds": seconds})
