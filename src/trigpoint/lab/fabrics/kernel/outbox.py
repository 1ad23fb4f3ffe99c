"""Messages and descriptors over a Unix socket, without ever waiting for the other side.

A kernel keeps some ten packets for a reader. Two sides that both wait for the other one to read wait forever.
"""

from __future__ import annotations

import os
import socket
from array import array
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence


class Outbox:
    """What one side has to say, in order.

    Args:
        channel: the socket.
        loop: in which it is sent as soon as there is room.

    """

    def __init__(self, channel: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._channel = channel
        self._loop = loop
        self._waiting: deque[tuple[bytes, list[int]]] = deque()

    def __bool__(self) -> bool:
        """Whether something waits."""
        return bool(self._waiting)

    def send(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        """Send now, or as soon as there is room; descriptors may be closed at once.

        Raises:
            OSError: the other side has gone.

        """
        if not self._waiting and self._is_sent(data, descriptors):
            return
        self._waiting.append((data, [os.dup(descriptor) for descriptor in descriptors]))
        self._loop.add_writer(self._channel.fileno(), self.flush)

    def flush(self) -> None:
        """Send what there is room for. When the other side has gone nothing waits any more."""
        try:
            while self._waiting and self._is_sent(*self._waiting[0]):
                self._drop()
        except OSError:
            self.close()
        if not self._waiting:
            self._loop.remove_writer(self._channel.fileno())

    def close(self) -> None:
        """Forget what waits."""
        while self._waiting:
            self._drop()
        self._loop.remove_writer(self._channel.fileno())

    def _is_sent(self, data: bytes, descriptors: Sequence[int]) -> bool:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", descriptors))] if descriptors else []
        try:
            self._channel.sendmsg([data], rights, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True

    def _drop(self) -> None:
        for descriptor in self._waiting.popleft()[1]:
            os.close(descriptor)


def receive(channel: socket.socket, size: int, most: int) -> tuple[bytes, list[int]]:
    """Take a message that is there; the functions of ``socket`` for descriptors do not heed flags.

    Args:
        channel: the socket.
        size: bytes of the largest message.
        most: descriptors that may come along.

    Returns:
        The message, empty where the other side has gone, and descriptors.

    Raises:
        BlockingIOError: nothing is there.

    """
    descriptors = array("i")
    room = socket.CMSG_LEN(most * descriptors.itemsize)
    try:
        data, ancillary, _, _ = channel.recvmsg(size, room, socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)
    except ConnectionError:
        return b"", []
    for level, kind, rights in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(rights[: len(rights) - len(rights) % descriptors.itemsize])
    return data, list(descriptors)
