"""Measuring a list of jobs, several at a time, with the follow-ups that their outcomes ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.discovery import declared
from trigpoint.model.failure import Kind, kind
from trigpoint.net.names import split_endpoint
from trigpoint.probe import nettests
from trigpoint.probe.followups import FIRST, FollowUp, follow_ups
from trigpoint.probe.nettest import Keys, Measuring, Nettest
from trigpoint.probe.record import Envelope, line_of
from trigpoint.probe.signs import Sign, offers_h3, signs

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence

    from trigpoint.net.dial.acts import Handshake
    from trigpoint.probe.session import Session
    from trigpoint.probe.written import Left

FOLLOWS = "follow_up_of"
"""Annotation of a follow-up: the name of the measurement that it explains."""
NAME = "measurement"
"""Annotation of every measurement: its name (:func:`name_of`)."""
WANTED = "x_follow_ups"
"""Test key of what explains the signs of a measurement, whether it was made or not."""
_STATEFUL = {"tls", "http", "pace"}


@cache
def all_nettests() -> Mapping[str, Nettest]:
    """Give every nettest by its name."""
    return declared(nettests, "NETTEST", Nettest)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement to be made."""

    nettest: str
    """Its name."""
    input: str | None = None
    """What is measured. None: the nettest takes none."""
    options: Mapping[str, Any] = {}
    """What is known already."""
    annotations: Mapping[str, str] = {}
    """Goes into the record, such as the category of a test list."""

    @property
    def is_follow_up(self) -> bool:
        """Whether it explains another measurement."""
        return FOLLOWS in self.annotations


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement that was made."""

    job: Job
    measuring: Measuring
    """Its acts."""
    keys: Keys
    """What the nettest added."""
    started: float
    """Seconds since 1970-01-01 UTC."""
    seconds: float
    """How long it took."""
    signs: tuple[Sign, ...] = ()
    """What wants explaining."""


async def measure(session: Session, job: Job) -> Measured:
    """Make one measurement."""
    loop = asyncio.get_running_loop()
    started, begun = session.wall(), loop.time()
    measuring = Measuring(session, job.input, job.options)
    keys = await all_nettests()[job.nettest].run(measuring)
    found = signs(measuring.diary, keys) if job.nettest == "web_connectivity" else ()
    for sign in found:
        if sign.layer in _STATEFUL:
            session.residue.mark([sign.address, sign.host])
    for cut in (act for diary in (measuring.diary, measuring.resolving) for act in diary.handshakes if _is_cut(act)):
        session.residue.mark([split_endpoint(cut.address)[0], cut.server_name])
    if found and not job.is_follow_up:
        wanted = follow_ups(job.input or "", found, offers_h3=offers_h3(measuring.diary, keys))
        keys = {**keys, WANTED: [msgspec.to_builtins(one) for one in wanted]}
    return Measured(job=job, measuring=measuring, keys=keys, started=started, seconds=loop.time() - begun, signs=found)


def _is_cut(act: Handshake) -> bool:
    """Tell whether a handshake ended as filters end it, were it one with a resolver or a landmark."""
    return kind(act.failure or "") in {Kind.RESET, Kind.CLOSE, Kind.TIMEOUT}


async def run(
    session: Session,
    jobs: Iterable[Job],
    done: Callable[[Measured], bool],
    *,
    parallel: int = 1,
    explains: bool = True,
    left: Sequence[Sequence[Job]] = (),
) -> None:
    """Make measurements, and then what explains their signs.

    Follow-ups wait for windows, so they come when all else is done: what is asked of many sites is then asked within
    a short time. Those of one measurement come one after the other.

    Args:
        session: what they share.
        jobs: taken one after the other, when there is room.
        done: is told of each when it is made, follow-ups too; it writes the record, and says whether that is there:
            nothing follows what is lost, since it could not be found by its name.
        parallel: how many at a time.
        explains: whether signs are followed up.
        left: follow-ups that an earlier run did not come to, those of one measurement together.

    """
    groups = list(left)

    def visited(measured: Measured) -> None:
        if done(measured) and explains and (group := explaining(session, measured)):
            groups.append(group)

    async def work(waiting: Iterator[Sequence[Job]], told: Callable[[Measured], object]) -> None:
        for job in (job for group in waiting for job in group):
            if not session.may_begin():
                return
            told(await measure(session, job))

    await _at_once(parallel, work, iter([job] for job in jobs), visited)
    await _at_once(parallel, work, iter(session.shuffled(groups)), done)


async def _at_once(number: int, work: Callable[..., Coroutine[None, None, None]], *given: object) -> None:
    """Let several workers take from the same things, and end all when one fails."""
    working = [asyncio.ensure_future(work(*given)) for _ in range(number)]
    try:
        await asyncio.gather(*working)
    finally:
        for task in working:
            task.cancel()


def explaining(session: Session, measured: Measured) -> tuple[Job, ...]:
    """Give the jobs that explain the signs of a measurement and were agreed to, in random order after the first."""
    wanted = msgspec.convert(measured.keys.get(WANTED, []), list[FollowUp])
    return _following(session, wanted, name_of(measured), measured.job.annotations)


def resumed(session: Session, left: Iterable[Left]) -> list[tuple[Job, ...]]:
    """Give the jobs of follow-ups that an earlier run did not come to, for each measurement that has any."""
    ours = {NAME, *session.annotations}
    groups = (
        _following(session, one.follow_ups, one.name, {k: v for k, v in one.annotations.items() if k not in ours})
        for one in left
    )
    return [group for group in groups if group]


def _following(
    session: Session, wanted: Sequence[FollowUp], name: str, annotations: Mapping[str, str]
) -> tuple[Job, ...]:
    jobs = [
        Job(
            nettest=one.nettest,
            input=one.input,
            options=one.options,
            annotations={**annotations, FOLLOWS: name, "why": one.why},
        )
        for one in wanted
        if (nettest := all_nettests().get(one.nettest)) is not None and nettest.tier in session.tiers
    ]
    return tuple(sorted(session.shuffled(jobs), key=lambda job: job.nettest != FIRST))


def record(session: Session, measured: Measured) -> bytes:
    """Write a measurement as one line of JSON Lines, without what points at the person who made it (R10).

    Raises:
        RecordError: it is too large.

    """
    nettest = all_nettests()[measured.job.nettest]
    envelope = Envelope(
        nettest=nettest.name,
        version=nettest.version,
        input=measured.job.input,
        started_at=measured.started,
        run_id=session.run_id,
        runtime_seconds=measured.seconds,
        location=session.location,
        resolver=session.resolver_location,
        annotations={**measured.job.annotations, NAME: name_of(measured), **session.annotations},
        test_helpers={"backend": [{"address": helper, "type": "https"} for helper in session.helpers]},
    )
    return line_of(measured.measuring.diary, envelope, measured.keys, session.needles, session.networks)


def name_of(measured: Measured) -> str:
    """Name a measurement within its run, so that a follow-up can say what it follows: nettest, input and start."""
    return f"{measured.job.nettest} {measured.job.input or ''} {measured.started:.6f}".strip()
