"""What becomes of a measurement that was made: a line of the file, and what the person is told of it.

A record may be too large for any reader. It is lost then, which is counted and said; the run goes on (R3, R12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trigpoint.errors import RecordError
from trigpoint.probe.run import name_of, record
from trigpoint.probe.words import outcome, sentences

if TYPE_CHECKING:
    from trigpoint.probe.run import Measured
    from trigpoint.probe.session import Session
    from trigpoint.probe.writer import Writer

LOST = "lost"
"""Outcome of a measurement that could not be written."""


class Kept(NamedTuple):
    """What came of a measurement."""

    outcome: str
    """One word (:func:`trigpoint.probe.words.outcome`), or ``lost``."""
    told: tuple[str, ...] = ()
    """A sentence for each sign of interference."""
    lost: tuple[str, ...] = ()
    """The sentence that says which measurement is lost, and why. Empty: it was written."""


def keep(writer: Writer, session: Session, measured: Measured) -> Kept:
    """Write a measurement as the next line of a file.

    Args:
        writer: the file.
        session: what to keep out of the record.
        measured: the measurement.

    Raises:
        InputError: there is no room; what was written before stands.

    """
    try:
        line = record(session, measured)
    except RecordError as error:
        return Kept(LOST, lost=(f"lost: {name_of(measured)}: {error}",))
    writer.write(line)
    return Kept(outcome(measured), tuple(sentences(measured)))
