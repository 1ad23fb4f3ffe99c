"""``trigpoint probe`` on the real network."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from trigpoint.cli.probe.asked import jobs_of, path_of
from trigpoint.cli.progress import say, say_lost, showing
from trigpoint.probe import consent as agreement
from trigpoint.probe.budget import Budget
from trigpoint.probe.field import PUBLIC, Settings, session_of, work
from trigpoint.probe.kept import keep
from trigpoint.probe.run import resumed
from trigpoint.probe.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.cli.probe.asked import Asked
    from trigpoint.probe.run import Job, Measured
    from trigpoint.probe.session import Session


def in_field(asked: Asked) -> None:
    """Measure, if it was agreed to.

    Raises:
        ConsentError: it was not; nothing was sent.
        InputError: what is asked for cannot be measured, or the file cannot be written.
        NetworkError: nothing can be measured from here.

    """
    jobs = jobs_of(asked)
    path = path_of(asked)
    version = agreement.required(
        agreement.location(),
        asked.consent,
        is_terminal=sys.stdin.isatty(),
        say=lambda text: click.echo(text, err=True),
        answer=lambda prompt: str(click.prompt(prompt, prompt_suffix="", default="", show_default=False, err=True)),
    )
    settings = Settings(
        consent=version,
        helpers=asked.helpers,
        resolvers=asked.resolvers or PUBLIC,
        addresses=asked.own,
        names=asked.own_names,
        database=asked.addresses,
        tiers=frozenset(range(asked.tier + 1)),
    )
    budget = Budget(most_bytes=asked.most_megabytes << 20)
    session = session_of(settings, budget)
    if not session.helpers:
        say("No --helper is given: without a look from outside, failures stay undecided.", quiet=asked.quiet)
    with Writer(path, is_resumed=asked.resume) as writer:
        left = [job for job in jobs if not writer.done.inputs[job.nettest, job.input]]
        say(f"{len(jobs) - len(left)} of {len(jobs)} are done already.", quiet=asked.quiet or len(left) == len(jobs))
        unexplained = resumed(session, writer.done.left)
        if left or unexplained:
            _measure(asked, session, budget, (left, unexplained), writer)
    if budget.is_spent:
        say(f"The data volume is used up; --resume goes on, --most-megabytes allows more: {path}", quiet=False)
    say(f"Measured: {path}", quiet=asked.quiet)


def withdraw(asked: Asked) -> None:
    """Take back what was agreed to.

    Raises:
        ConsentError: it cannot be taken back.

    """
    path = agreement.location()
    was_there = agreement.withdraw(path)
    said = f"Your agreement is taken back: {path} is gone." if was_there else "There is no agreement to take back."
    say(f"{said} Nothing was measured; files of measurements stay until you delete them.", quiet=asked.quiet)


def _measure(
    asked: Asked,
    session: Session,
    budget: Budget,
    wanted: tuple[Sequence[Job], Sequence[Sequence[Job]]],
    writer: Writer,
) -> None:
    """Make measurements, and follow-ups that an earlier run left."""
    jobs, left = wanted
    planned = {(job.nettest, job.input) for job in jobs}
    lost: list[str] = []
    with showing(len(jobs), quiet=asked.quiet) as show:

        def done(hiding: Session, measured: Measured) -> bool:
            budget.charge(measured.measuring.moved_bytes)
            kept = keep(writer, hiding, measured)
            lost.extend(kept.lost)
            job = measured.job
            is_planned = (job.nettest, job.input) in planned and not job.is_follow_up
            show(kept.outcome, kept.told, is_planned=is_planned)
            return not kept.lost

        try:
            working = work(
                session,
                jobs,
                done,
                lambda text: say(text, quiet=asked.quiet),
                parallel=asked.parallel,
                nettests={job.nettest for group in (jobs, *left) for job in group},
                left=left,
            )
            asyncio.run(working)
        except KeyboardInterrupt:
            say(f"Stopped: what was measured is in {writer.path}; the same command with --resume goes on.", quiet=False)
            raise
        finally:
            say_lost(lost)
