"""Measuring a list of jobs, several at a time, with the follow-ups that their outcomes ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.discovery import declared
from trigpoint.probe import nettests
from trigpoint.probe.followups import follow_ups
from trigpoint.probe.nettest import Keys, Measuring, Nettest
from trigpoint.probe.record import Envelope, line_of
from trigpoint.probe.signs import Sign, signs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trigpoint.probe.session import Session

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
        if sign.layer in _STATEFUL and sign.address is not None:
            session.residue.mark(sign.address)
    return Measured(job=job, measuring=measuring, keys=keys, started=started, seconds=loop.time() - begun, signs=found)


async def run(
    session: Session, jobs: Iterable[Job], done: Callable[[Measured], None], *, parallel: int = 1, explains: bool = True
) -> None:
    """Make measurements, each followed by what explains its signs.

    Args:
        session: what they share.
        jobs: taken one after the other, when there is room.
        done: is told of each when it is made, follow-ups too; it writes the record.
        parallel: how many at a time.
        explains: whether signs are followed up.

    """
    waiting = iter(jobs)
    work = [asyncio.ensure_future(_work(session, waiting, done, explains=explains)) for _ in range(parallel)]
    try:
        await asyncio.gather(*work)
    finally:
        for task in work:
            task.cancel()


async def _work(session: Session, jobs: Iterator[Job], done: Callable[[Measured], None], *, explains: bool) -> None:
    for job in jobs:
        measured = await measure(session, job)
        done(measured)
        if explains:
            for following in explaining(session, measured):
                done(await measure(session, following))


def explaining(session: Session, measured: Measured) -> tuple[Job, ...]:
    """Give the jobs that explain the signs of a measurement and were agreed to, in random order."""
    wanted = [
        Job(
            nettest=one.nettest,
            input=one.input,
            options=one.options,
            annotations={**measured.job.annotations, "follow_up_of": name_of(measured), "why": one.why},
        )
        for one in follow_ups(measured.job.input or "", measured.signs)
        if all_nettests()[one.nettest].tier in session.tiers
    ]
    return tuple(session.shuffled(wanted))


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
        annotations={**measured.job.annotations, "measurement": name_of(measured), **session.annotations},
        test_helpers={"backend": [{"address": helper, "type": "https"} for helper in session.helpers]},
    )
    return line_of(measured.measuring.diary, envelope, measured.keys, session.needles, session.networks)


def name_of(measured: Measured) -> str:
    """Name a measurement within its run, so that a follow-up can say what it follows: nettest, input and start."""
    return f"{measured.job.nettest} {measured.job.input or ''} {measured.started:.6f}".strip()
