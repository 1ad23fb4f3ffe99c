"""The lab's process from its first line to its last.

The process that was started enters namespaces of its own and then only waits: its child is the first process of the
new process namespace, so that whatever was started in the lab ends with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from trigpoint.errors import LabError, TrigpointError
from trigpoint.lab.fabrics.kernel import syscalls
from trigpoint.lab.fabrics.kernel.namespaces import KEYBOARD, enter

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.kernel.messages import Plan

_SECONDS_TO_END = 2  # for a lab whose owner has gone; then it is killed


def main(arguments: list[str]) -> int:
    """Be the lab's process.

    Args:
        arguments: the number of the descriptor that is the Unix socket, and the identifier of the process that
            started us.

    Returns:
        Exit status.

    """
    channel = socket.socket(fileno=int(arguments[0]))
    for number in KEYBOARD:  # they are meant for the program in the lab, which is in the same terminal
        signal.signal(number, signal.SIG_IGN)
    try:
        enter()
    except OSError as error:
        message = f"this machine does not let the lab make namespaces ({error.strerror}); `trigpoint doctor` tells more"
        return _live(channel, LabError(message))
    syscalls.die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.alarm(_SECONDS_TO_END))
    if os.getppid() != int(arguments[1]):  # it ended before we could ask to be told
        return 1
    child = os.fork()
    if child:
        channel.close()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    syscalls.die_with_parent(signal.SIGKILL)
    return _live(channel)


def _live(channel: socket.socket, failure: LabError | None = None) -> int:
    # Not before the fork: the process that waits needs none of it.
    from msgspec.msgpack import encode  # noqa: PLC0415 - not before the fork

    from trigpoint.lab.fabrics.kernel.messages import Reply, refusal  # noqa: PLC0415 - as above

    try:
        if failure:
            raise failure
        _build(channel, pickle.load(sys.stdin.buffer))  # noqa: S301 - from the process that started us, in its own file
    except (OSError, TrigpointError) as error:
        with suppress(OSError):
            channel.send(encode(Reply(0, refusal(error))))
        return 1
    finally:
        channel.close()
        gc.freeze()  # nobody needs the memory back that ends with the process
    return 0


def _build(channel: socket.socket, plan: Plan) -> None:
    import asyncio  # noqa: PLC0415 - as above

    from trigpoint.lab.fabrics.kernel.clock import LabLoop  # noqa: PLC0415 - as above
    from trigpoint.lab.fabrics.kernel.internet import built  # noqa: PLC0415 - as above

    async def live() -> None:
        async with built(channel, plan) as office:
            gc.freeze()  # all of this stays to the end
            await office.stopped.wait()

    try:
        with asyncio.Runner(loop_factory=LabLoop) as runner:
            runner.run(live())
    finally:
        shutil.rmtree(plan.folder, ignore_errors=True)
