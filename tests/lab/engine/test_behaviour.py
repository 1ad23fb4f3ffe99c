from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine
from trigpoint.errors import InputError
from trigpoint.lab.catalogue import behaviours
from trigpoint.lab.engine.behaviour import build
from trigpoint.lab.engine.resets import ResetEach
from trigpoint.lab.engine.silences import Drop


def test_the_path_is_the_usual_one_unless_said() -> None:
    kind = behaviours()["tls_reset"]
    assert build(kind, "x", {}).path == "on"
    assert build(kind, "x", {"placement": {"path": "in"}}).path == "in"
    with pytest.raises(InputError, match="works only 'in' the path"):
        build(behaviours()["tls_drop"], "x", {"placement": {"path": "on"}})
    with pytest.raises(InputError, match="nothing can be dropped"):
        build(kind, "x", {"residual": {"action": "drop-in"}})


@pytest.mark.parametrize(
    ("behaviour", "residual", "response"),
    [
        ("tls_reset", {}, ResetEach),
        ("tls_drop", {}, Drop),
        ("tls_drop", {"action": "reset"}, ResetEach),
    ],
)
def test_what_stays_blocked_is_treated_as_said(behaviour: str, residual: dict, response: type) -> None:
    made = build(behaviours()[behaviour], "x", {"residual": residual})
    assert [type(each) for _, each in made.blocks] == [response]
    assert build(behaviours()[behaviour], "x", {}).blocks == ()


def test_what_explains_is_logged_in_place_of_every_mechanism() -> None:
    entry = {"behaviour": "freeze", "trigger": "flow", "after_packets": 1, "counts": "out"}
    for explains, cause in (("", "tcp"), ("local.dns_filter", "local.dns_filter")):
        filter_ = engine({**entry, "explains": explains})
        Talk(filter_).open()
        assert {logged for _, logged in causes(filter_)} == {cause}
    with pytest.raises(InputError, match="explains: there is no"):
        build(behaviours()["tls_reset"], "x", {"explains": "tls.reset"})
