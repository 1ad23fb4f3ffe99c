"""Folders that a lab needs while it lives, named by their process, so that those of the dead are found and removed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_PREFIX = "trigpoint-lab-"
_NAME = re.compile(_PREFIX + r"(\d+)-\w+")


def make_folder() -> Path:
    """Make a folder for a lab of this process, after removing those whose process was killed.

    Raises:
        OSError: there is no folder for temporary files in which it could be.

    """
    sweep()
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def sweep() -> None:
    """Remove the folders of labs whose process has gone; what belongs to another user stays."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        found = _NAME.fullmatch(path.name)
        if found and not _is_alive(int(found[1])) and not path.is_symlink() and path.stat().st_uid == os.getuid():
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
