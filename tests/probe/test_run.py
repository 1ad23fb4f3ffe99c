"""A run: visits first, then what explains their signs, and what an earlier run left of that."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from trigpoint.lab.lab import Lab
from trigpoint.probe.followups import FollowUp
from trigpoint.probe.run import FOLLOWS, WANTED, Job, Measured, measure, name_of, record, resumed, run
from trigpoint.probe.writer import Writer
from trigpoint.rehearsal import session_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trigpoint.probe.written import Left

BLOCKED, OTHER, FREE = "https://pirate.example/", "https://twitter.example/", "https://news.example/"
JOBS = tuple(
    Job(nettest="web_connectivity", input=url, annotations={"category": "NEWS"}) for url in (BLOCKED, FREE, OTHER)
)


def made(
    path: Path,
    jobs: Sequence[Job] = JOBS,
    left: Sequence[Left] = (),
    most: int = 1_000,
    **changes: Any,
) -> list[Measured]:
    """Run in a world, into a file, until so many measurements were made."""

    async def main(lab: Lab) -> list[Measured]:
        loop, found = asyncio.get_running_loop(), []
        session = session_in(lab.world, lab.network, lab.bundle(), wall=lambda: 1_800_000_000 + loop.time(), seed=1)
        session = msgspec.structs.replace(session, may_begin=lambda: len(found) < most, **changes)
        with Writer(path, is_resumed=True, is_durable=False) as writer:

            def done(measured: Measured) -> bool:
                found.append(measured)
                writer.write(record(session, measured))
                return True

            await run(session, jobs, done, left=resumed(session, left))
        return found

    return Lab("turkey", fabric="virtual").play(main)


def left_in(path: Path) -> list[Left]:
    with Writer(path, is_resumed=True) as writer:
        return writer.done.left


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Measured], Path]:
    path = tmp_path_factory.mktemp("run") / "whole.jsonl"
    return made(path), path


def keys(found: Sequence[Measured]) -> list[tuple[str, str | None, str]]:
    return sorted((one.job.nettest, one.job.input, one.job.annotations.get(FOLLOWS, "")) for one in found)


def test_visits_come_first_and_follow_ups_when_all_are_made(whole: tuple[list[Measured], Path]) -> None:
    found, _ = whole
    assert [one.job.input for one in found[:3]] == [BLOCKED, FREE, OTHER]
    assert all(one.job.is_follow_up for one in found[3:])
    assert {one.job.nettest for one in found[3:]} >= {"sni_blocking", "residual", "web_connectivity"}


def test_follow_ups_of_one_measurement_stay_together_and_that_of_residues_leads(
    whole: tuple[list[Measured], Path],
) -> None:
    names = [one.job.annotations[FOLLOWS] for one in whole[0][3:]]
    assert len(set(names)) == sum(name != before for before, name in zip(["", *names], names, strict=False))
    first = next(one for one in whole[0][3:] if one.job.annotations[FOLLOWS] == name_of(whole[0][0]))
    assert first.job.nettest == "residual"


def test_what_follows_says_what_it_follows_and_why_and_asks_for_no_more(whole: tuple[list[Measured], Path]) -> None:
    for one in whole[0][3:]:
        assert one.job.annotations["category"] == "NEWS"
        assert one.job.annotations["why"]
        assert WANTED not in one.keys


def test_a_name_that_is_seen_to_leave_no_residue_has_no_windows_after_that(whole: tuple[list[Measured], Path]) -> None:
    swaps = [one for one in whole[0] if one.job.nettest == "sni_blocking" and one.job.input == "pirate.example"]
    assert len(swaps) == 1
    assert swaps[0].seconds < 2 * 360, "that of the last trigger before it was known"


def test_a_whole_file_leaves_nothing(whole: tuple[list[Measured], Path]) -> None:
    assert left_in(whole[1]) == []


def test_a_run_that_was_cut_short_is_made_whole(whole: tuple[list[Measured], Path], tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    begun = made(path, most=4)
    left = left_in(path)
    assert sum(len(one.follow_ups) for one in left) == len(whole[0]) - 4
    rest = made(path, (), left)
    assert keys([*begun, *rest]) == keys(whole[0])
    assert {one.job.annotations["category"] for one in rest} == {"NEWS"}
    assert left_in(path) == []


def test_what_was_not_agreed_to_is_left_until_it_is(tmp_path: Path) -> None:
    path = tmp_path / "careful.jsonl"
    found = made(path, JOBS[:1], tiers=frozenset({0, 1}))
    assert [one.job.nettest for one in found] == ["web_connectivity", "web_connectivity"]
    left = left_in(path)
    assert {one.nettest for one in left[0].follow_ups} >= {"sni_blocking", "residual"}
    assert made(path, (), left, tiers=frozenset({0, 1})) == []


def test_what_is_wanted_is_in_the_record_as_it_was_chosen(whole: tuple[list[Measured], Path]) -> None:
    wanted = msgspec.convert(whole[0][0].keys[WANTED], list[FollowUp])
    name = name_of(whole[0][0])
    assert keys([one for one in whole[0] if one.job.annotations.get(FOLLOWS) == name]) == sorted(
        (one.nettest, one.input, name) for one in wanted
    )
    assert all(one.why for one in wanted)


def test_what_a_later_version_wants_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path / "a.jsonl", JOBS[:1], most=1)
    left = left_in(tmp_path / "a.jsonl")
    odd = msgspec.structs.replace(left[0], follow_ups=(FollowUp("nothing_known", BLOCKED, {}, "why"),))
    assert made(tmp_path / "b.jsonl", (), [odd]) == []


def test_a_site_that_is_named_by_its_address_is_visited(tmp_path: Path) -> None:
    found = made(tmp_path / "a.jsonl", [Job(nettest="web_connectivity", input="http://203.0.113.64/")])
    assert found[0].job.input == "http://203.0.113.64/"


def test_what_a_landmark_triggered_is_left_alone() -> None:
    """The first look at the own network meets a filter of names, and the name is measured when its window is over."""

    async def main(lab: Lab) -> float:
        session = session_in(lab.world, lab.network, lab.bundle(), wall=time.time, seed=1)
        await measure(session, Job(nettest="sanity"))
        async with session.residue.hold(["dns-one.example"]) as waited:
            return waited

    assert Lab("gfw-2024", fabric="virtual").play(main) == pytest.approx(360, abs=20)
