"""What was read of large files is kept beside reference data, and is taken from there when the same file comes again.

A file of the registries or of payloads takes up to a second to read, and its sums have some kilobytes. What is kept
stands under a hash of all that it depends on: the bytes, where they come from, and the program that read them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.series import Intake
from trigpoint.reference.library import home

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.reference.statistics.reading import Origin

SMALLEST = 1_000_000
"""Bytes of a file from which on it is kept what was read of it: less is read as soon as looked up."""
MOST = 64
"""Files that are kept; the oldest go."""


def kept_or_read(content: bytes, origin: Origin, form: str, read: Callable[[bytes, Origin], Intake]) -> Intake:
    """Give what is kept of a file, else read it, and keep what is large enough.

    Args:
        content: the file.
        origin: where it comes from.
        form: name of its format.
        read: reads it.

    Raises:
        InputError: as the reader.

    """
    if len(content) < SMALLEST:
        return read(content, origin)
    sha256 = hashlib.sha256(content).hexdigest()
    parts = (sha256.encode(), form.encode(), msgspec.json.encode(origin), _program())
    place = home() / "read" / hashlib.sha256(b"\0".join(parts)).hexdigest()
    found = _kept(place)
    if found is None or any(series.record.sha256 != sha256 for series in found.series):
        found = read(content, origin)
        _keep(place, found)
    return found


@cache
def _program() -> bytes:
    """Hash what reads: the code of this package's parent, and the data of what it asks for countries."""
    folder = Path(str(files("trigpoint.reference")))
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    versions = " ".join(f"{name} {version(name)}" for name in ("iptocc", "pycountry"))
    return digest.digest() + versions.encode()


def _kept(place: Path) -> Intake | None:
    try:
        return msgspec.msgpack.decode(place.read_bytes(), type=Intake)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(place: Path, found: Intake) -> None:
    """Keep what was read, in one step. Where that cannot be, it is read again next time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=place.parent, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(found))
        Path(made).replace(place)
        others = sorted(place.parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in others[:-MOST]:
            path.unlink(missing_ok=True)
    except OSError:
        return
