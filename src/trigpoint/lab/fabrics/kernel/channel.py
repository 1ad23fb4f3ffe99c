"""The way from a process to the lab that it started: requests, replies, descriptors, news."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from select import select
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel.messages import LARGEST, Refused, Reply, Request
from trigpoint.lab.fabrics.kernel.outbox import Outbox, receive

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

_LOG = logging.getLogger(__name__)
SECONDS_TO_ANSWER = 3.0
"""How long a lab may take for an answer that takes it a millisecond; one that takes longer hangs."""
_ENDED = "the lab has ended"
_HANGS = "the lab did not answer, so it was ended"


class Channel:
    """Our end of the Unix socket.

    Args:
        ours: the socket.
        news: takes what comes without having been asked for.
        kill: ends a lab that does not answer.

    """

    def __init__(
        self, ours: socket.socket, news: Callable[[Any], None], kill: Callable[[], object] = lambda: None
    ) -> None:
        self._socket = ours
        self._news = news
        self._kill = kill
        self._loop = asyncio.get_running_loop()
        self._decoder = msgspec.msgpack.Decoder(Reply)
        self._number = 0
        self._outbox = Outbox(ours, self._loop)
        self._waiting: dict[int, Callable[[Any, int | None], None]] = {}
        self._ended = self._loop.create_future()
        self._loop.add_reader(ours.fileno(), self._read)

    @property
    def has_ended(self) -> bool:
        """Whether the other side has gone."""
        return self._ended.done()

    async def ended(self) -> None:
        """Wait until the other side has gone."""
        await asyncio.shield(self._ended)

    def give_up(self) -> None:
        """End a lab that does not answer."""
        if self.has_ended:
            return
        _LOG.warning("%s", _HANGS)
        self._kill()
        self._end()

    def close(self) -> None:
        """Hang up."""
        self._end()
        self._socket.close()

    def post(self, what: Any, descriptors: Sequence[int], answered: Callable[[Any, int | None], None]) -> int:  # noqa: ANN401 - any request
        """Send a request.

        Args:
            what: one of the requests of ``messages``.
            descriptors: that travel along.
            answered: takes the reply, and the descriptor that came with it. The lab may end instead: a refusal.

        Returns:
            Its number.

        Raises:
            LabError: the lab has ended, or the request is too large.

        """
        self._number += 1
        data = msgspec.msgpack.encode(Request(self._number, what))
        if len(data) > LARGEST:
            message = f"arguments and environment have {len(data)} bytes, of which the lab takes {LARGEST}"
            raise LabError(message)
        if self.has_ended:
            raise LabError(_ENDED)
        self._waiting[self._number] = answered
        try:
            self._outbox.send(data, descriptors)
        except OSError as error:
            self._waiting.pop(self._number, None)
            self._end()
            raise LabError(_ENDED) from error
        return self._number

    async def ask(self, what: Any, descriptors: Sequence[int] = ()) -> tuple[Any, int | None]:  # noqa: ANN401 - any request
        """Send a request, and wait for the reply and the descriptor that comes with it.

        Raises:
            OSError: the kernel refused.
            LabError: the lab refused, or has ended.

        """
        future: asyncio.Future[tuple[Any, int | None]] = self._loop.create_future()

        def answered(reply: Any, descriptor: int | None) -> None:  # noqa: ANN401 - any reply
            if not future.done():
                future.set_result((reply, descriptor))
            elif descriptor is not None:
                os.close(descriptor)

        self.post(what, descriptors, answered)
        reply, descriptor = await future
        return checked(reply), descriptor

    def ask_now(self, what: Any) -> Any:  # noqa: ANN401 - any request and reply
        """Send a request, and let the whole process wait for the reply, some tenths of a millisecond.

        Raises:
            OSError: the kernel refused.
            LabError: the lab refused, has ended, or did not answer and was ended.

        """
        replies: list[Any] = []
        latest = time.monotonic() + SECONDS_TO_ANSWER
        self.post(what, (), lambda reply, _descriptor: replies.append(reply))
        while not replies:
            left = latest - time.monotonic()
            if left <= 0:
                self.give_up()  # which is an answer
                break
            select([self._socket], [self._socket] if self._outbox else [], [], left)
            self._outbox.flush()
            self._read()
        return checked(replies[0])

    def _read(self) -> None:
        try:
            data, descriptors = receive(self._socket, LARGEST, 1)
        except BlockingIOError:
            return
        if not data:
            self._end()
            return
        descriptor = descriptors[0] if descriptors else None
        try:
            reply = self._decoder.decode(data)
        except msgspec.MsgspecError:  # whoever says that is no lab of this version
            self._end()
            return
        if reply.number in self._waiting:
            self._waiting.pop(reply.number)(reply.what, descriptor)
        else:
            self._news(reply.what)

    def _end(self) -> None:
        if self.has_ended:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._outbox.close()
        self._ended.set_result(None)
        for answered in list(self._waiting.values()):
            answered(Refused(_ENDED), None)
        self._waiting.clear()


def checked(reply: Any) -> Any:  # noqa: ANN401 - any reply
    """Give a reply that is no refusal.

    Raises:
        OSError: the kernel refused.
        LabError: the lab refused.

    """
    if isinstance(reply, Refused):
        if reply.number:
            raise OSError(reply.number, reply.text, os.fsdecode(reply.file) or None)
        raise LabError(reply.text)
    return reply
