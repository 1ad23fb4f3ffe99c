"""What the probe measures in worlds of the lab is what a reader finds in its file: no reject, each step as it was."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest

from tests.counting import uncounted
from tests.probe.diaries import steps_of
from trigpoint.archive import read
from trigpoint.archive.ooni.values import escape
from trigpoint.lab.lab import Lab
from trigpoint.model.measurement import Measurement
from trigpoint.model.step import Datagram, DnsLookup, HttpRoundTrip
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.run import Job, Measured, all_nettests, record, run
from trigpoint.probe.writer import Writer
from trigpoint.rehearsal import jobs_in, session_in, virtual_wall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trigpoint.model.step import Step
    from trigpoint.net.dial.diary import Diary

PLACES = [("gfw-2024", "a1"), ("kazakhstan-mitm", "a1"), ("turkey", "a1")]
"""Lies of DNS, resets, drops, QUIC and interception of TLS; all of them bring follow-ups."""
HERE = "/test_keys"
SITE = "https://news.example/"
BENCHMARKS = ("198.18.", "198.19.")
"""Where the lab's controls are (RFC 2544); a reader takes resolvers there for private ones."""
MOST_JOBS = 25
"""Of a world's truth; more are more of the same."""


class Reading(NamedTuple):
    """A measurement, and what became of it."""

    made: Measured
    read: Measurement


def jobs(lab: Lab) -> list[Job]:
    """Give what truth speaks of, and each nettest that is not among it."""
    found = list(jobs_in(lab.world, lab.network))[:MOST_JOBS]
    left = set(all_nettests()) - {job.nettest for job in found}
    inputs = {"url": SITE, "name": "news.example", "server": "news.example", "nothing": None}
    return found + [Job(nettest=name, input=inputs[all_nettests()[name].takes]) for name in sorted(left)]


@pytest.fixture(scope="module", params=PLACES, ids=":".join)
def readings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Reading]:
    """Measure a network with all nettests and follow-ups, and read the file back."""
    world, network = request.param
    path: Path = tmp_path_factory.mktemp("lab") / "measured.jsonl.gz"
    made: list[Measured] = []

    async def main(lab: Lab) -> None:
        session = session_in(lab.world, network, lab.bundle(), wall=virtual_wall(time.time()))
        with Writer(path, is_durable=False) as writer:

            def done(measured: Measured) -> bool:
                made.append(measured)
                writer.write(record(session, measured))
                return True

            await run(session, jobs(lab), done)

    with uncounted():  # nettests have tests of their own
        Lab(world, fabric="virtual", network=network).play(main)
    found = list(read(path))
    assert [one for one in found if not isinstance(one, Measurement)] == []
    return [Reading(one, other) for one, other in zip(made, found, strict=True)]  # type: ignore[arg-type]


def diaries(made: Measured) -> Iterator[tuple[str, Diary]]:
    """Give every diary of a measurement with the place in the record where its arrays stand."""
    yield HERE, made.measuring.diary
    yield from within(made.keys, HERE)


def within(value: Any, pointer: str) -> Iterator[tuple[str, Diary]]:
    """Give those of its parts."""
    if isinstance(value, dict):
        if STEPS in value:
            yield pointer, value[STEPS]
        for key, part in value.items():
            yield from within(part, f"{pointer}/{escape(key)}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from within(part, f"{pointer}/{number}")


def as_read(reading: Reading) -> dict[str, list[Step]]:
    """Give the steps of the probe by the place of their diary; bytes of no protocol are no acts of one."""
    steps = [step for step in reading.read.steps if step.vantage == "probe" and not isinstance(step, Datagram)]
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        place = step.pointer.rsplit("/", 2)[0]
        found[place].append(plain(step, step.pointer.removeprefix(place), place))
    return dict(found)


def as_made(reading: Reading) -> dict[str, list[Step]]:
    is_newest_first = reading.made.job.nettest == "web_connectivity"
    found = {}
    for place, diary in diaries(reading.made):
        steps = steps_of(diary, is_newest_first=is_newest_first)
        if steps:
            found[place] = [plain(step, step.pointer.removeprefix(HERE), place) for step in steps]
    return found


def plain(step: Step, pointer: str, place: str) -> Step:
    """Leave out of a step what is no part of the act: where it stands, and what the record says of its addresses."""
    tags = [tag for tag in (step.tags or "").split() if not tag.startswith(("arm=", "service=")) and tag != "late"]
    hop = step.hop if place == HERE else None
    step = msgspec.structs.replace(step, step=0, pointer=pointer, tags=" ".join(tags) or None, hop=hop)
    if isinstance(step, DnsLookup):
        answers = tuple(msgspec.structs.replace(answer, annotated_asn=None) for answer in step.answers)
        resolver = step.resolver_address or ""
        address = "private" if resolver.startswith(BENCHMARKS) else step.resolver_address
        return msgspec.structs.replace(step, answers=answers, resolver_asn=None, resolver_address=address)
    return step if isinstance(step, HttpRoundTrip) else msgspec.structs.replace(step, annotated_asn=None)


def test_every_nettest_was_measured_and_anomalies_were_followed_up(readings: list[Reading]) -> None:
    assert {reading.read.nettest for reading in readings} == set(all_nettests())
    assert [reading for reading in readings if "follow_up_of" in reading.made.job.annotations]


def test_steps_are_those_that_were_made(readings: list[Reading]) -> None:
    for reading in readings:
        assert as_read(reading) == as_made(reading), reading.made.job


def test_what_was_asked_and_when_is_as_it_was(readings: list[Reading]) -> None:
    for made, found in readings:
        assert found.input == made.job.input
        assert abs((found.started_at or 0.0) - made.started) < 1.0
