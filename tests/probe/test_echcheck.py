"""echcheck in the lab: a filter that means a name together with ECH, one that means the name, and none."""

from __future__ import annotations

import pytest

from tests.probe.lab import made
from trigpoint.judge.judging import judge
from trigpoint.model.step import TlsHandshake
from trigpoint.observe import tables

SILENT, RESET, FINE = {"generic_timeout_error"}, {"connection_reset"}, {"ok"}


@pytest.mark.parametrize(
    ("world", "name", "target", "plain", "verdict"),
    [
        ("tspu", "ech.example", SILENT, FINE, ("ok", "", "tls.timeout.sni")),
        ("tspu", "news.example", FINE, FINE, ("ok", "", "")),
        ("turkey", "pirate.example", RESET, RESET, ("blocked", "tls.reset.sni", "")),
    ],
)
def test_only_a_name_that_passes_without_it_is_filtered_by_its_ech(
    world: str, name: str, target: set[str], plain: set[str], verdict: tuple[str, str, str]
) -> None:
    found = made("echcheck", world, name, families=frozenset({4}))
    assert {arm: set(counts) for arm, counts in found.keys["x_tally"].items()} == {
        "target": target,
        "control": FINE,
        "plain": plain,
    }
    assert judge(tables([found.read]))[1].select("state", "mechanisms", "interference").row(0) == verdict
    greased = {
        (step.tags or "").partition(".")[0]: step.ech for step in found.read.steps if isinstance(step, TlsHandshake)
    }
    assert greased == {"arm=target": "GREASE", "arm=control": "GREASE", "arm=plain": None}
