"""Folders that a lab needs while it lives. Each is locked by its process, so that those of the dead are found.

The identifier of the process would not do, it is for people: in another namespace, or another container that shares the
folder for temporary files, it means another process or none.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "trigpoint-lab-"
_NAME = re.compile(_PREFIX + r"\d+-\w+")
_LOCK = "alive"
_UNLOCKED_SECONDS = 3_600  # a folder is made a moment before its lock

_held: dict[Path, int] = {}


def make_folder() -> Path:
    """Make a folder for a lab of this process, after removing those whose process is dead.

    Raises:
        OSError: there is no folder for temporary files in which it could be.

    """
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    unnamed = folder / f"{_LOCK}.new"
    _held[folder] = descriptor = os.open(unnamed, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    unnamed.rename(
        folder / _LOCK
    )  # it has its name when it is locked: nobody takes a folder that is being made for dead
    return folder


def remove_folder(folder: Path) -> None:
    """Remove a folder that :func:`make_folder` made; a second time nothing happens."""
    shutil.rmtree(folder, ignore_errors=True)
    descriptor = _held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Have a folder for a while; where the process is killed meanwhile, the next lab of anybody's removes it.

    Raises:
        OSError: as :func:`make_folder`.

    """
    folder = make_folder()
    try:
        yield folder
    finally:
        remove_folder(folder)


def sweep() -> None:
    """Remove the folders of labs that are dead; what belongs to another user stays."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else may be sweeping, too
            if _is_abandoned(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_abandoned(path: Path) -> bool:
    facts = path.lstat()
    if path.is_symlink() or not path.is_dir() or not _NAME.fullmatch(path.name) or facts.st_uid != os.getuid():
        return False
    try:
        descriptor = os.open(path / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return time.time() - facts.st_mtime > _UNLOCKED_SECONDS
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
