"""The log of a lab: what each censor of each network did, as JSON Lines (one object a line)."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.lab.engine.event import Event
from trigpoint.lab.world.texts import escaped, has_control

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_LINE = 65_536
"""Bytes of a line that are read; an act needs below 1,000."""
_WORDS = ("network", "censor", "behaviour", "act", "cause")  # of the world and its code; a name is whatever was sent


class Logged(msgspec.Struct, frozen=True):
    """One act, and where it was done."""

    network: str
    """The access network whose path the censor stands on."""
    event: Event


class Reject(msgspec.Struct, frozen=True):
    """A line that is no act."""

    line: int
    """Its number, from 1."""
    reason: str
    """One sentence for a person."""


class Log(msgspec.Struct, frozen=True):
    """What was read of a log."""

    entries: tuple[Logged, ...]
    """The acts, in the order of the file."""
    rejects: tuple[Reject, ...]
    """The other lines."""


class _Line(Event, frozen=True, kw_only=True):
    """An act as it is written: the network beside the fields of the event."""

    network: str


def written(entry: Logged) -> bytes:
    """Write an act as one line, with its newline."""
    return msgspec.json.encode({"network": entry.network, **msgspec.structs.asdict(entry.event)}) + b"\n"


def read(lines: Iterable[bytes]) -> Log:
    """Read acts, one a line; a line that is none becomes a reject, and empty lines are passed over.

    >>> [reject.reason for reject in read([b"{", b""]).rejects]
    ['not an act: Input data was truncated']
    """
    entries, rejects = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            rejects.append(Reject(number, f"not an act: {escaped(str(error))}"))
    return Log(tuple(entries), tuple(rejects))


def load(path: str | Path) -> Log:
    """Read a log file.

    Raises:
        InputError: it cannot be read.

    """
    try:
        with Path(path).open("rb") as file:
            return read(_lines(file))
    except OSError as error:
        message = f"{path}: {error.strerror or error}"
        raise InputError(message) from error


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE + 1) or b"\n"


def _entry(line: bytes) -> Logged:
    if len(line) > LONGEST_LINE:
        message = f"a line of more than {LONGEST_LINE} bytes"
        raise ValueError(message)
    values = msgspec.structs.asdict(msgspec.json.decode(line, type=_Line))
    for key in _WORDS:
        if has_control(values[key]):
            message = f"{key}: {values[key][:80]!r} holds a control character"
            raise ValueError(message)
    network = values.pop("network")
    return Logged(network, Event(**values))
