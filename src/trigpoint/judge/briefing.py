"""What a worker must know to judge: kept beside the files that no commit names yet, and loaded once in each process.

Automata of fingerprints cannot be sent to another process, and what a survey knows is too much to go with every chunk.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import polars as pl

from trigpoint.judge.knowledge import Knowledge
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.fingerprint import Fingerprint
from trigpoint.reference.matching import Fingerprints

_FINGERPRINTS = "fingerprints.msgpack"


class Briefing(msgspec.Struct, frozen=True):
    """Where it is, and what it was made from. It can be pickled."""

    folder: str
    """Folder with one file for each field of :class:`Knowledge`, and one for the fingerprints."""
    inputs: str
    """Hash of what was read. In a process that lives long, the same folder may come again with other content."""

    @property
    def knowledge(self) -> Knowledge:
        """What the survey knows."""
        return _knowledge(self)

    @property
    def fingerprints(self) -> Fingerprints | None:
        """Lists of others; None where there are none."""
        return _fingerprints(self)


def write(briefing: Briefing, knowledge: Knowledge, fingerprints: Fingerprints | None) -> None:
    """Write what :class:`Briefing` gives back.

    Raises:
        OSError: the disk is full, or the folder cannot be written.

    """
    folder = Path(briefing.folder)
    folder.mkdir()
    for name in Knowledge.__struct_fields__:
        frame: pl.DataFrame | None = getattr(knowledge, name)
        if frame is not None:
            frame.write_ipc(_path(briefing, name))
    if fingerprints is not None:
        (folder / _FINGERPRINTS).write_bytes(msgspec.msgpack.encode((fingerprints.given, fingerprints.files)))


def _path(briefing: Briefing, name: str) -> Path:
    return Path(briefing.folder, f"{name}.arrow")


@lru_cache(maxsize=1)
def _knowledge(briefing: Briefing) -> Knowledge:
    paths = {name: _path(briefing, name) for name in Knowledge.__struct_fields__}
    return Knowledge(**{name: pl.read_ipc(path) for name, path in paths.items() if path.exists()})


@lru_cache(maxsize=1)
def _fingerprints(briefing: Briefing) -> Fingerprints | None:
    path = Path(briefing.folder, _FINGERPRINTS)
    if not path.exists():
        return None
    return Fingerprints(
        *msgspec.msgpack.decode(path.read_bytes(), type=tuple[tuple[Fingerprint, ...], tuple[ReferenceFile, ...]])
    )
