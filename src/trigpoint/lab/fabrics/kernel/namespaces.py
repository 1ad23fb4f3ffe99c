"""Namespaces of the lab's own: one of users, mounts and processes, and one network for each place.

They are anonymous, held by descriptors and processes alone, so that nothing of them is left when the lab ends, however
it ends.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel import syscalls

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYBOARD = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
"""Signals that a terminal sends to every process that it shows: meant for a program in the lab, not for the lab."""
_OWN = "/proc/thread-self/ns/net"
_SETTINGS = {
    "ipv4/ping_group_range": "0 0",  # echo requests without raw sockets, for the one group there is
    "ipv4/icmp_ratelimit": "0",  # a traceroute asks the last host more often than once a second
    "ipv6/icmp/ratelimit": "0",
    "ipv6/conf/default/accept_ra": "0",
}


def enter() -> None:
    """Become root of an own user namespace, with own mounts, and a process namespace for the children.

    When the first child ends, the kernel ends every process that descends from it.

    Raises:
        OSError: the machine does not allow it.

    """
    user, group = os.geteuid(), os.getegid()
    syscalls.unshare(
        syscalls.NEW_USERS | syscalls.NEW_NETWORK | syscalls.NEW_MOUNTS | syscalls.NEW_PROCESSES,
    )
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")  # user_namespaces(7): before gid_map
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    syscalls.keep_mounts_private()


def network_number() -> int:
    """Give the number by which the kernel knows this thread's network namespace."""
    return Path(_OWN).stat().st_ino


class Namespace:
    """A network namespace. It lives as long as it is open, or a process or socket is in it."""

    def __init__(self) -> None:
        """Make one, with its loopback down and nothing else in it.

        Raises:
            OSError: the machine does not allow it.

        """
        before = _current()
        try:
            syscalls.unshare(syscalls.NEW_NETWORK)
            self.descriptor = _current()
            _set_up()
        finally:
            syscalls.join(before, syscalls.NEW_NETWORK)
            os.close(before)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be in it; a socket made meanwhile stays in it for good."""
        before = _current()
        syscalls.join(self.descriptor, syscalls.NEW_NETWORK)
        try:
            yield
        finally:
            syscalls.join(before, syscalls.NEW_NETWORK)
            os.close(before)

    def set(self, name: str, value: str) -> None:
        """Change a setting of its network.

        Args:
            name: path below ``/proc/sys/net``, such as ``ipv4/tcp_timestamps``.
            value: as the kernel writes it.

        Raises:
            OSError: there is no such setting, or it cannot be written here.

        """
        with self.inside():
            _write(name, value)

    def close(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)


def _current() -> int:
    return os.open(_OWN, os.O_RDONLY | os.O_CLOEXEC)


def _set_up() -> None:
    for name, value in _SETTINGS.items():
        with suppress(OSError):  # where /proc/sys cannot be written, or a kernel lacks one: a convenience less
            _write(name, value)


def _write(name: str, value: str) -> None:
    Path("/proc/sys/net", name).write_text(value, encoding="ascii")
