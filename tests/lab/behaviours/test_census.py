"""Every behaviour: its effect on a real client, an innocent flow beside it untouched, both families, both fabrics."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.lab.behaviours.stage import CASES, Stage, harm, world
from tests.lab.test_lab import FABRICS
from trigpoint.lab.catalogue import behaviours
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.site import Certificate, Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.lab.behaviours.cases import Case
    from tests.lab.behaviours.stage import Played
    from trigpoint.lab.log import Logged

HASTY = {"virtual": 10.0, "kernel": 3.0}  # seconds, more than a client pauses for; virtual ones cost nothing


def played(fabric: str, cases: Sequence[Case] = CASES) -> tuple[list[Played], tuple[Logged, ...]]:
    async def main(lab: Lab) -> list[Played]:
        return await Stage(lab, HASTY[fabric], at_once=40).play(cases)

    lab = Lab(world(), fabric=fabric, seed=3)
    return lab.play(main), lab.events


def test_the_census_knows_every_behaviour_and_every_case_once() -> None:
    assert {case.behaviour for case in CASES if case.censor is not None} == set(behaviours())
    assert Counter(case.name for case in CASES).most_common(1)[0][1] == 1


def test_the_census_knows_every_way_in_which_sites_fail_refuse_or_differ() -> None:
    sites = [site for case in CASES for site in case.sites]
    both = [*sites, *(view for site in sites for view in site.get("views", ()))]
    for key, kinds, plain in (("certificate", Certificate, "good"), ("kind", Kind, "page"), ("fault", Fault, "")):
        sound = {plain, "large", "short_lived"}  # nothing is wrong with these
        wanted = set(kinds.__args__) - {*sound, "error" if key == "kind" else plain}
        assert {entry[key] for entry in both if key in entry} >= wanted, key


@pytest.mark.parametrize("fabric", FABRICS)
def test_every_behaviour_acts_on_whom_it_means_and_on_nobody_else(fabric: str, subtests: pytest.Subtests) -> None:
    plays, events = played(fabric)
    for play in plays:
        case = play.case
        for when, guilty, innocent in zip(("alone", "together"), play.guilty, play.innocent, strict=True):
            with subtests.test(case=case.name, family=play.family, when=when):
                assert case.effect.unmet(guilty, play.family) == []
                assert harm(case.innocent, innocent) == []
                if (
                    case.effect.slow_seconds and fabric == "virtual"
                ):  # real time is slow by itself where the machine is busy
                    assert innocent.seconds < guilty.seconds
        with subtests.test(case=case.name, family=play.family, when="control"):
            assert play.beyond is None or harm(case.guilty, play.beyond) == []
    acted = {entry.event.censor for entry in events}
    for case in (case for case in CASES if case.censor is not None):
        with subtests.test(case=case.name, when="log"):
            assert case.identifier in acted
            found = [entry.event for entry in events if entry.event.censor == case.identifier]
            assert {event.behaviour for event in found} == {case.behaviour}
            assert {event.cause for event in found} <= set(behaviours()[case.behaviour].causes)
            assert {entry.network for entry in events if entry.event.censor == case.identifier} == {case.network}


@pytest.mark.usefixtures("uncovered")
def test_two_runs_of_the_census_with_one_seed_tell_one_story() -> None:
    cases = [case for case in CASES if case.censor is not None]
    first, second = ([(entry.network, *entry.event.story) for entry in played("virtual", cases)[1]] for _ in range(2))
    assert len(first) > len(cases)
    assert first == second
