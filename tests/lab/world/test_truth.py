"""Rows of truth use the vocabularies, and say nothing that contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from trigpoint.lab.world.truth import Truth
from trigpoint.model.verdict import State


def test_a_row_is_about_the_sites_https_unless_it_says_otherwise() -> None:
    assert Truth(target="x.example", state=State.OK).address == "https://x.example/"
    assert Truth(target="x.example", state=State.OK, url="h3://x.example/").address == "h3://x.example/"


def test_its_causes_are_all_that_a_log_may_show() -> None:
    row = Truth(
        target="x.example",
        state=State.BLOCKED,
        mechanisms=("tls.reset.sni",),
        interference=("tls.throttle",),
        unseen=("tls.timeout",),
        explanations=("collateral",),
    )
    assert row.causes == ("tls.reset.sni", "tls.throttle", "tls.timeout", "collateral")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"mechanisms": ("magic",)}, "mechanisms: there is no 'magic'"),
        ({"interference": ("magic",)}, "interference"),
        ({"unseen": ("magic",)}, "unseen"),
        ({"explanations": ("magic",)}, "explanations"),
        ({"failure": "magic"}, "failure"),
        ({"share": (0.9, 0.1)}, "share"),
        ({"url": "gopher://x.example/"}, "url"),
        ({"url": "https://["}, "url"),
        ({"url": "https://x.example:port/"}, "url"),
        ({"url": "https:///path"}, "url"),
        ({"state": State.OK, "mechanisms": ("tls.reset",)}, "mechanisms: only"),
    ],
)
def test_a_contradiction_is_refused_with_its_key(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Truth(**{"target": "x.example", "state": State.BLOCKED, **values})


def test_only_what_is_unusual_is_remarked() -> None:
    row = Truth(target="x.example", state=State.BLOCKED)
    assert row.remarks == ""
    unusual = Truth(target="x.example", state=State.BLOCKED, alone=State.INSUFFICIENT, families=(6,), share=(0.2, 0.6))
    assert unusual.remarks == "IPv6 only, alone insufficient, 20 to 60 %"
    assert Truth(target="x.example", state=State.OK, until=4_440).remarks == "until second 4,440"
