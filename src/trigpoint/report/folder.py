"""The folder of a report: written beside its place, then moved there in one step."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "trigpoint-report"
"""What ``report.json`` begins with: the folder is a report and may be replaced by one."""

_STAGING = ".trigpoint-"
"""Stands in the name of a folder that a report is written to first."""


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Give an empty folder to write into; when all went well it takes the place of ``out``.

    Raises:
        InputError: ``out`` is there and is not a report, or holds files that are not of the report; or it cannot be
            written. Nothing is changed then.

    """
    out = out.absolute()
    _check(out)
    made: Path | None = None
    lock: int | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        made, lock = _staging(out)
        made.chmod(0o755)  # a temporary folder is closed to others, a report need not be
        yield made
        _swap(made, out)
        _sweep(out)
    except OSError as error:
        message = f"the report cannot be written to {out}: {error.strerror or error}"
        raise InputError(message) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _staging(out: Path) -> tuple[Path, int]:
    """Make a folder beside ``out`` and lock it: the lock ends with the process, however that ends."""
    made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}{_STAGING}"))
    lock = os.open(made, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks: nobody sweeps there then
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return made, lock


def _sweep(out: Path) -> None:
    """Remove what a killed run left beside ``out``; an older report that it had moved stays until there is a newer."""
    pattern = re.compile(re.escape(f".{out.name}{_STAGING}") + "[a-z0-9_]{8}")
    ours = [path for path in out.parent.iterdir() if pattern.fullmatch(path.name) and not path.is_symlink()]
    for path in ours:
        if path.is_dir() and not _is_locked(path) and (out.exists() or _listed(path) is None):
            shutil.rmtree(path, ignore_errors=True)


def _is_locked(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def hashes(folder: Path) -> dict[str, str]:
    """Give the SHA-256 (hex) of each file below a folder, by its path in it, sorted."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _check(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        message = f"{out} is not a folder that a report can be written to"
        raise InputError(message)
    if not out.exists() or not any(out.iterdir()):
        return
    known = _listed(out)
    if known is None:
        message = f"{out} holds something else than a report; name an empty or new folder"
        raise InputError(message)
    others = sorted({path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()} - known)
    if others:
        message = f"{out} holds files that are not of the report, such as {others[0]}; name an empty or new folder"
        raise InputError(message)


def _listed(out: Path) -> set[str] | None:
    try:
        content = json.loads((out / "report.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("kind") != MARKER or not isinstance(content.get("files"), dict):
        return None
    return {"report.json", *content["files"]}


def _swap(made: Path, out: Path) -> None:
    if not out.exists():
        made.rename(out)
        return
    old = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}{_STAGING}"))
    out.rename(old)
    try:
        made.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old)
