"""System calls that Python 3.11 has no function for: unshare(2), setns(2), mount(2), prctl(2)."""

from __future__ import annotations

import ctypes
import os
from functools import cache

NEW_MOUNTS = 0x0002_0000
NEW_USERS = 0x1000_0000
NEW_PROCESSES = 0x2000_0000
NEW_NETWORK = 0x4000_0000
"""Kinds of namespaces: ``CLONE_NEW...`` of ``linux/sched.h``."""
_RESTRICTED = 0xF  # MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC of linux/mount.h
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x4_0000  # MS_... of linux/mount.h
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_library(), name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(kinds: int) -> None:
    """Leave namespaces for new ones; of processes, the children do.

    Raises:
        OSError: the kernel does not allow it.

    """
    _call("unshare", kinds)


def join(descriptor: int, kind: int) -> None:
    """Enter a namespace.

    Raises:
        OSError: it is none of that kind, or not ours.

    """
    _call("setns", descriptor, kind)


def keep_mounts_private() -> None:
    """Let no mount of this process's namespace be seen in another."""
    _call("mount", b"none", b"/", None, ctypes.c_ulong(_RECURSIVE | _PRIVATE), None)


def bind_over(source: str, target: str) -> None:
    """Lay one file over another, for this process's mount namespace.

    Raises:
        OSError: one of them does not exist, or the kernel does not allow it.

    """
    _call("mount", os.fsencode(source), os.fsencode(target), None, ctypes.c_ulong(_BIND), None)


def mount_new(kind: str, target: str, *, read_only: bool = False) -> None:
    """Mount a new file system, such as ``proc``, over a folder.

    Raises:
        OSError: the kernel does not allow it.

    """
    flags = ctypes.c_ulong(_RESTRICTED if read_only else 0)
    _call("mount", kind.encode(), os.fsencode(target), kind.encode(), flags, None)


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send this process a signal when the thread that started it ends."""
    _call("prctl", _DEATH_SIGNAL, ctypes.c_ulong(signal_number), *[ctypes.c_ulong(0)] * 3)
