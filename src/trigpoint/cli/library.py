"""What verbs take from the folder of reference data, and say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.cli.progress import say
from trigpoint.errors import InputError
from trigpoint.reference.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.reference.matching import Fingerprints


def fingerprints_in(folder: Path | None, *, quiet: bool) -> Fingerprints | None:
    """Read the lists of fingerprints; say how many there are, which cannot be used, or that there is none.

    Raises:
        InputError: there is no such folder, a list cannot be read, or is not what it should be.

    """
    library = _library(folder)
    found = library.fingerprints()
    if found is None:
        say(
            f"No fingerprints in {library.folder}: only the built-in table of artefacts is known "
            "(trigpoint reference update gets them).",
            quiet=quiet,
        )
        return None
    broken = "".join(f"; left out {one.name}: {one.reason}" for one in found.broken)
    say(f"{len(found):,} fingerprints of {len(found.files)} lists{broken}", quiet=quiet)
    return found


def addresses_in_use(given: Path | None, folder: Path | None) -> Path | None:
    """Name the addresses to look up: what is given, or what lies in the folder of reference data.

    Raises:
        InputError: there is no such folder.

    """
    return given or _library(folder).addresses()


def _library(folder: Path | None) -> Library:
    """Open the folder that a person named, or the one that is kept."""
    if folder is not None and not folder.is_dir():
        message = f"{folder} is no folder of reference data"
        raise InputError(message)
    return Library(folder)
