"""Programs in a place: its network, its resolver, its hosts file, and nothing that outlives the lab."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel import syscalls
from trigpoint.lab.fabrics.kernel.covers import cover_sockets
from trigpoint.lab.fabrics.kernel.namespaces import KEYBOARD

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from trigpoint.lab.fabrics.kernel.messages import Run
    from trigpoint.lab.fabrics.kernel.namespaces import Namespace

# Of Debian, Fedora (two), openSUSE and Alpine: where crypto/x509 of Go looks on Linux (root_linux.go).
_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


class Programs:
    """All programs that run in the lab, by number.

    Args:
        loop: in which they are watched.
        ended: told the number of a program that has ended, and its exit status (-N for signal N).

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, ended: Callable[[int, int], None]) -> None:
        self._loop = loop
        self._ended = ended
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, asked: Run, namespace: Namespace, files: Mapping[str, str], streams: Sequence[int]) -> None:
        """Start one.

        Args:
            asked: its number, program, arguments, environment and folder.
            namespace: its network.
            files: paths of files, by those over which it sees them.
            streams: descriptors of its standard input, output and error.

        Raises:
            OSError: there is no such program or folder, or it may not be started.

        """
        process = subprocess.Popen(  # noqa: S603 - what runs in the lab is for its user to say
            asked.arguments,
            env=asked.environment,
            cwd=asked.folder,
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            preexec_fn=lambda: _settle(namespace.descriptor, files),  # noqa: PLW1509 - no threads here
        )
        watch = os.pidfd_open(process.pid)
        self._running[asked.program] = process
        self._loop.add_reader(watch, self._end, asked.program, watch)

    def signal(self, number: int, signal_number: int) -> None:
        """Send a signal to a program; to one that has ended, nothing happens.

        Raises:
            OSError: there is no such signal.

        """
        if number in self._running:
            self._running[number].send_signal(signal_number)

    def close(self) -> None:
        """End all programs; those that they started end with the process namespace."""
        for process in self._running.values():
            process.kill()
        for process in self._running.values():
            process.wait()

    def _end(self, number: int, watch: int) -> None:
        self._loop.remove_reader(watch)
        os.close(watch)
        self._ended(number, self._running.pop(number).wait())


def name_files(folder: Path, resolvers: Sequence[str]) -> dict[str, str]:
    """Write what the C library reads to resolve names.

    Args:
        folder: where.
        resolvers: addresses of the resolver.

    Returns:
        Paths of the files, by those over which programs see them; of those that this machine has.

    """
    contents = {
        "/etc/resolv.conf": "".join(f"nameserver {address}\n" for address in resolvers[:3]),  # MAXNS of resolv.h
        "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for path, content in contents.items():
        ours = folder / Path(path).name
        ours.write_text(content, encoding="ascii")
        if Path(path).exists():
            files[path] = str(ours)
    return files


def authority_files(bundle: str) -> dict[str, str]:
    """Give a file of authorities in place of this machine's, for programs that no variable tells of it, as wget.

    Args:
        bundle: its path.

    Returns:
        Its path, by those over which programs see it; of those that this machine has.

    """
    return {path: bundle for path in _AUTHORITIES if Path(path).exists()}


def _settle(network: int, files: Mapping[str, str]) -> None:  # pragma: no cover - between fork and exec
    """Make a process that is about to become a program one of the place."""
    for number in KEYBOARD:
        signal.signal(number, signal.SIG_DFL)
    syscalls.die_with_parent(signal.SIGKILL)
    syscalls.join(network, syscalls.NEW_NETWORK)
    syscalls.unshare(syscalls.NEW_MOUNTS)
    cover_sockets(files)
    for path, ours in files.items():
        syscalls.bind_over(ours, path)
    with suppress(OSError):  # a container may forbid it; the machine's own interfaces are then seen
        syscalls.mount_new("sysfs", "/sys", read_only=True)
    with suppress(OSError):  # likewise; the machine's own list of processes is then seen
        syscalls.mount_new("proc", "/proc")
