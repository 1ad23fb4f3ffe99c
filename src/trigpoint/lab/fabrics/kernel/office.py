"""The lab's process at work: it answers requests from the process that started it, until that has gone."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import TrigpointError
from trigpoint.lab.fabrics.kernel import messages
from trigpoint.lab.fabrics.kernel.messages import LARGEST, Destination, Done, Ended, Reply, refusal
from trigpoint.lab.fabrics.kernel.outbox import Outbox, receive
from trigpoint.lab.fabrics.kernel.programs import Programs
from trigpoint.lab.fabrics.kernel.sockets import open_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.lab.fabrics.kernel.diary import Diary
    from trigpoint.lab.fabrics.kernel.namespaces import Namespace
    from trigpoint.lab.fabrics.kernel.pump import Pump
    from trigpoint.lab.fabrics.router import Router

_STREAMS = 3


class Office:
    """Answers requests.

    Args:
        channel: our end of the Unix socket.
        places: the namespaces of all there are.
        files: for each place, paths of the files that programs there see, by those over which they see them.
        router: knows where diverted flows were going.
        diary: knows what the censors did.
        pump: knows how many packets there were.

    """

    def __init__(
        self,
        channel: socket.socket,
        places: Mapping[str, Namespace],
        files: Mapping[str, Mapping[str, str]],
        router: Router,
        diary: Diary,
        pump: Pump,
    ) -> None:
        self.stopped = asyncio.Event()
        """Set when the lab is to be taken down."""
        self.finish: Callable[[], object] = lambda: None
        """Called before the end is confirmed; says by an ``OSError`` that something could not be written."""
        self._channel = channel
        self._outbox = Outbox(channel, asyncio.get_running_loop())
        self._places = places
        self._files = files
        self._router = router
        self._loop = asyncio.get_running_loop()
        self._programs = Programs(self._loop, lambda number, code: self.tell(Ended(number, code)))
        self._answers: dict[type, Callable[[Any, list[int]], object]] = {
            messages.Open: self._open,
            messages.Run: self._run,
            messages.Signal: self._signal,
            messages.Acts: lambda asked, _streams: diary.since(asked.since),
            messages.Original: self._original,
            messages.Reattach: self._reattach,
            messages.Count: lambda _asked, _streams: messages.Counts(pump.packets, pump.lost),
            messages.Stop: self._stop,
        }
        self._decoder = msgspec.msgpack.Decoder(messages.Request)
        self._loop.add_reader(channel.fileno(), self._read)

    def close(self) -> None:
        """End all programs, and hear no more."""
        self._loop.remove_reader(self._channel.fileno())
        self._outbox.close()
        self._programs.close()

    def tell(self, what: Any, number: int = 0, descriptor: int | None = None) -> None:  # noqa: ANN401 - any reply
        """Send a reply or news."""
        data = msgspec.msgpack.encode(Reply(number, what))
        # Nothing hears it any more: the lab ends as soon as that is read.
        with suppress(ConnectionError):
            self._outbox.send(data, [] if descriptor is None else [descriptor])

    def _read(self) -> None:
        try:
            data, descriptors = receive(self._channel, LARGEST, _STREAMS)
        except BlockingIOError:
            return
        if not data:
            self._loop.remove_reader(self._channel.fileno())
            self.stopped.set()
            return
        try:
            self._answer(data, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _answer(self, data: bytes, descriptors: list[int]) -> None:
        number = 0
        try:
            request = self._decoder.decode(data)
            number = request.number
            answer = self._answers[type(request.what)](request.what, descriptors)
        except (OSError, TrigpointError, msgspec.MsgspecError, ValueError) as error:
            answer = refusal(error)
        if isinstance(answer, socket.socket):
            with answer:
                self.tell(Done(), number, answer.fileno())
        else:
            self.tell(answer, number)

    def _open(self, asked: messages.Open, _streams: list[int]) -> socket.socket:
        with self._place(asked.place).inside():
            return open_socket(asked.wanted)

    def _run(self, asked: messages.Run, streams: list[int]) -> Done:
        if len(streams) != _STREAMS or not asked.arguments:
            message = "a program needs a name and three streams"
            raise ValueError(message)
        namespace = self._place(asked.place)
        self._programs.start(asked, namespace, self._files[asked.place], streams)
        return Done()

    def _signal(self, asked: messages.Signal, _streams: list[int]) -> Done:
        self._programs.signal(asked.program, asked.number)
        return Done()

    def _original(self, asked: messages.Original, _streams: list[int]) -> Destination:
        return Destination(self._router.original(asked.peer, asked.local, asked.transport))

    def _reattach(self, asked: messages.Reattach, _streams: list[int]) -> Done:
        self._router.reattach(asked.network)
        return Done()

    def _stop(self, _asked: messages.Stop, _streams: list[int]) -> Done:
        self.stopped.set()
        self.finish()
        return Done()

    def _place(self, name: str) -> Namespace:
        if name not in self._places:
            message = f"there is no place {name!r}; there are {', '.join(self._places)}"
            raise ValueError(message)
        return self._places[name]
