"""The lab's process works only for whoever started it."""

from __future__ import annotations

import socket
import subprocess

import msgspec

from trigpoint.lab.fabrics.kernel.interpreter import command, surroundings
from trigpoint.lab.fabrics.kernel.messages import Refused, Reply


def _run(parent: str) -> tuple[int, bytes]:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with near:
        with far:
            done = subprocess.run(
                command("trigpoint.lab.fabrics.kernel", str(far.fileno()), parent),
                pass_fds=(far.fileno(),),
                env=surroundings(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20,
                check=False,
            )
        return done.returncode, near.recv(100_000)


def test_one_whose_owner_has_gone_does_not_begin() -> None:
    code, said = _run("1")
    # Where there are no namespaces it says that instead.
    assert (code, said) == (1, b"") or isinstance(msgspec.msgpack.decode(said, type=Reply).what, Refused)
