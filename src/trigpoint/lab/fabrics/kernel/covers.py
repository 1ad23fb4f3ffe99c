"""Empty folders over those in which a machine keeps its sockets with a path, which no network namespace separates.

Whoever answers there (a name service cache, a container engine, a message bus) acts in the machine's own network.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel import syscalls

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDERS = ("/run", "/var/run")


def cover_sockets(files: Mapping[str, str]) -> None:
    """Cover them in this process's mount namespace, where the kernel allows it.

    What a program needs of them stays: links (a system may have its programs behind one), the lab's own folders, and
    places for the files over which others will be laid.

    Args:
        files: paths of the lab's files, by those over which they will be laid.

    """
    targets = [Path(path).resolve() for path in files]
    ours = {Path(path).resolve().parent for path in files.values()}
    for name in _FOLDERS:
        folder = Path(name)
        if folder.is_dir() and not folder.is_symlink():
            with suppress(OSError):
                _cover(folder, {path for path in ours if path.is_relative_to(folder)})
    for target in targets:
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()


def _cover(folder: Path, kept: set[Path]) -> None:
    links = {path: path.readlink() for path in folder.iterdir() if path.is_symlink()}
    opened = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in kept}
    syscalls.mount_new("tmpfs", str(folder))
    for path, goal in links.items():
        path.symlink_to(goal)
    for path, descriptor in opened.items():
        path.mkdir(parents=True)
        syscalls.bind_over(f"/proc/self/fd/{descriptor}", str(path))
        os.close(descriptor)
