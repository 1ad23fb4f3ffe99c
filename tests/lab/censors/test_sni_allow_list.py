from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello
from trigpoint.errors import InputError


@pytest.mark.parametrize(
    ("action", "text", "cause"),
    [("drop", "drop", "tls.timeout.sni"), ("reset", "pass, client gets RST+ACK, server gets RST+ACK", "tls.reset.sni")],
)
def test_names_that_are_not_listed_die(action: str, text: str, cause: str) -> None:
    filter_ = engine({"behaviour": "sni_allow_list", "match": {"suffix": [FREE]}, "action": action})
    seen = []
    for number, name in enumerate((FREE, "www." + FREE, BLOCKED, "random-7f3a.example")):
        talk = Talk(filter_, port=40_000 + number)
        talk.open()
        seen.append(talk.send(hello(name)))
    assert seen == ["pass", "pass", text, text]
    assert causes(filter_) == [(action, cause)] * 2


def test_hellos_without_a_name_pass_unless_said_otherwise() -> None:
    for how, expected in (("pass", "pass"), ("hit", "drop")):
        talk = Talk(engine({"behaviour": "sni_allow_list", "match": {"suffix": [FREE], "without_name": how}}))
        talk.open()
        assert talk.send(hello(None)) == expected


def test_what_cannot_be_is_named() -> None:
    with pytest.raises(InputError, match="match: at least one name"):
        engine({"behaviour": "sni_allow_list", "match": {}})
    with pytest.raises(InputError, match="action"):
        engine({"behaviour": "sni_allow_list", "match": {"suffix": [FREE]}, "placement": {"path": "on"}})
