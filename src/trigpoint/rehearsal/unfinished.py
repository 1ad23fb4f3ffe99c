"""A rehearsal that is not finished: the networks that were measured are kept, whatever ends the program.

All of it is gathered in a folder beside the one that was named, hidden until it is whole. Each network is measured
into a file elsewhere in there, which is moved to its place when it is complete. So a file in its place is never made
again, and one that is not is begun anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint import __version__
from trigpoint.errors import InputError
from trigpoint.lab.world.load import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.rehearsal import Unit

MEASUREMENTS = "measurements"
"""Folder of the networks that are measured."""
_UNDER_WAY = "under-way"
_ASKED = "asked.json"


class Asked(msgspec.Struct, frozen=True):
    """What a rehearsal is made of; only the same goes on."""

    worlds: tuple[tuple[str, str], ...]
    """Names as they were given, and the SHA-256 of what the worlds are."""
    fabric: str
    seed: int
    version: str = __version__


class Begun(msgspec.Struct, frozen=True):
    """What was asked, and when it began."""

    asked: Asked
    started: float
    """Seconds since 1970-01-01 UTC: virtual time begins there, also when it is gone on with."""


def asked_of(worlds: Sequence[str], fabric: str, seed: int) -> Asked:
    """Say what is asked.

    Raises:
        InputError: there is no such world.

    """
    hashes = (hashlib.sha256(msgspec.json.encode(load(name))).hexdigest() for name in worlds)
    return Asked(tuple(zip(worlds, hashes, strict=True)), fabric, seed)


class Unfinished:
    """The folder in which a rehearsal is gathered.

    Args:
        folder: where it is.
        started: when it was begun.

    """

    def __init__(self, folder: Path, started: float) -> None:
        self.folder, self.started = folder, started
        self._under_way = folder / _UNDER_WAY

    def left(self, units: Sequence[Unit]) -> list[Unit]:
        """Give the units that are not measured, each with a file in which it is on its way."""
        shutil.rmtree(self._under_way, ignore_errors=True)
        self._under_way.mkdir()
        missing = [unit for unit in units if not Path(unit.path).exists()]
        return [msgspec.structs.replace(unit, path=str(self._under_way / Path(unit.path).name)) for unit in missing]

    def keep(self, unit: Unit) -> None:
        """Put the file of a unit of :meth:`left` in its place: it is complete."""
        made = Path(unit.path)
        made.rename(self.folder / MEASUREMENTS / made.name)

    def is_empty(self) -> bool:
        """Tell whether nothing is kept."""
        return not any((self.folder / MEASUREMENTS).iterdir())

    def publish(self, place: Path) -> None:
        """Let it take the place of what was there."""
        shutil.rmtree(self._under_way)
        (self.folder / _ASKED).unlink()
        self.folder.chmod(0o755)
        old = self.folder.with_name(f"{self.folder.name}.old")
        if place.exists():
            place.rename(old)
        self.folder.rename(place)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def unfinished(place: Path, asked: Asked, now: float) -> Iterator[Unfinished]:
    """Go on with a rehearsal that was asked for in the same way, or begin one.

    Args:
        place: where it will be.
        asked: what is asked.
        now: seconds since 1970-01-01 UTC.

    Raises:
        InputError: another program is making it.

    """
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = place.with_name(f".{place.name}.unfinished")
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        _lock(lock, place)
        begun = _begun(folder / _ASKED)
        if begun is None or begun.asked != asked:
            begun = Begun(asked, now)
            _begin(folder, begun)
        yield Unfinished(folder, begun.started)
    finally:
        os.close(lock)


def _lock(lock: int, place: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however that ends
    except BlockingIOError as error:
        message = f"{place}: another rehearsal is on its way there; wait for it, or give another folder"
        raise InputError(message) from error


def _begun(path: Path) -> Begun | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Begun)
    except (OSError, msgspec.MsgspecError):
        return None  # nothing was begun, or by another version


def _begin(folder: Path, begun: Begun) -> None:
    """Make a folder empty; what says what was asked comes last."""
    for old in folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()
    (folder / MEASUREMENTS).mkdir()
    (folder / _ASKED).write_bytes(msgspec.json.encode(begun))
