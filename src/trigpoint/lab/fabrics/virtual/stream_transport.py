"""The transport between a TCP connection and an asyncio protocol: flow control, half close, errors."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING, cast

from trigpoint.lab.fabrics.virtual.notices import Notices, as_bytes
from trigpoint.lab.fabrics.virtual.stream_socket import SEND_BUFFER
from trigpoint.lab.fabrics.virtual.tcp.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.lab.fabrics.virtual.stream_socket import StreamSocket

_HIGH_WATER = 1 << 16  # bytes; as asyncio has it


class StreamTransport(asyncio.Transport):
    """A connection as asyncio sees it.

    Every call of the protocol is made by the loop, in the context in which the transport was made.

    Args:
        loop: which.
        socket: an open connection.
        protocol: who takes what comes.
        waiter: is done once the protocol knows of the connection.

    """

    _start_tls_compatible = True  # what `loop.start_tls` asks for

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        socket: StreamSocket,
        protocol: asyncio.BaseProtocol,
        waiter: asyncio.Future[None] | None = None,
    ) -> None:
        super().__init__({"socket": socket, "sockname": socket.getsockname(), "peername": socket.getpeername()})
        self._loop = loop
        self._socket = socket
        self._protocol = protocol
        self._soon = (notices := Notices(loop)).soon
        self._is_closing = self._is_paused = self._is_lost = self._is_read_due = False
        self._has_eof = self._has_ended = self._is_protocol_paused = False
        self.set_write_buffer_limits()
        socket.on_abandon = self.abort
        notices.begin(protocol.connection_made, self, self._start, waiter)

    def _start(self) -> None:
        if not self._is_lost:
            self._socket.watcher = self._changed
            self._changed()

    def _changed(self) -> None:
        """Look what became of the connection."""
        connection = self._socket.connection
        if self._is_closing:
            if not self.get_write_buffer_size() or connection.state is State.CLOSED:
                self._lose(None)
            return
        if self._is_protocol_paused and self.get_write_buffer_size() <= self._low:
            self._is_protocol_paused = False
            self._soon(self._resume_protocol)
        has_end = connection.incoming.is_complete and not self._has_eof
        if (connection.incoming.ready or has_end or connection.error) and not self._is_paused and not self._is_read_due:
            self._is_read_due = True
            self._soon(self._read)

    def _read(self) -> None:
        self._is_read_due = False
        if self._is_paused or self._is_closing:
            return
        try:
            self._deliver()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - as asyncio: what a protocol raises ends its connection
            context = {"message": "Fatal error: protocol failed", "exception": error, "transport": self}
            self._loop.call_exception_handler(context | {"protocol": self._protocol})
            self._force_close(error)

    def _deliver(self) -> None:
        connection = self._socket.connection
        if connection.incoming.ready:
            self._give(self._socket.read())
            self._changed()  # the end may stand behind it, and the protocol may have paused or closed
        elif connection.incoming.is_complete and not self._has_eof:
            self._has_eof = True
            keeps_open = cast("asyncio.Protocol", self._protocol).eof_received()
            if not keeps_open:
                self.close()
            else:
                self._changed()
        elif connection.error:
            self._lose(_error(connection.error))

    def _give(self, data: bytes) -> None:
        protocol = self._protocol
        if isinstance(protocol, asyncio.BufferedProtocol):
            while data and not self._is_lost:
                buffer = memoryview(protocol.get_buffer(len(data)))
                size = min(len(buffer), len(data))
                if not size:
                    message = "get_buffer() returned an empty buffer"
                    raise RuntimeError(message)
                buffer[:size] = data[:size]
                data = data[size:]
                protocol.buffer_updated(size)
                protocol = cast("asyncio.BufferedProtocol", self._protocol)
        else:
            cast("asyncio.Protocol", protocol).data_received(data)

    def _lose(self, error: BaseException | None) -> None:
        if self._is_lost:
            return
        self._is_lost = self._is_closing = True
        self._socket.close()
        self._soon(self._protocol_lost, error)

    def _protocol_lost(self, error: BaseException | None) -> None:
        self._protocol.connection_lost(cast("Exception | None", error))

    def _force_close(self, error: BaseException | None) -> None:
        """End at once, as a kernel ends what a program closes; :mod:`asyncio.sslproto` calls it too."""
        self._lose(error)

    def _resume_protocol(self) -> None:
        if not self._is_lost:
            self._protocol.resume_writing()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand over to another protocol."""
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Give the protocol."""
        return self._protocol

    def is_closing(self) -> bool:
        """Tell whether it is closed, or about to be."""
        return self._is_closing

    def is_reading(self) -> bool:
        """Tell whether the protocol gets what comes."""
        return not (self._is_closing or self._is_paused)

    def pause_reading(self) -> None:
        """Keep what comes; when the window is full, the peer must wait."""
        self._is_paused = True

    def resume_reading(self) -> None:
        """Give the protocol what comes again."""
        self._is_paused = False
        if not self._is_closing:
            self._changed()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Say when the protocol is to pause, and when to resume.

        Raises:
            ValueError: not ``high >= low >= 0``.

        """
        if high is None:
            high = _HIGH_WATER if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            message = f"high ({high!r}) must be >= low ({low!r}) must be >= 0"
            raise ValueError(message)
        self._high, self._low = high, low

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Give the low and the high mark, in bytes."""
        return self._low, self._high

    def get_write_buffer_size(self) -> int:
        """Give the bytes that the connection has no room for yet."""
        return max(0, self._socket.connection.sender.buffered - SEND_BUFFER)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes; without effect once it is closing.

        Raises:
            TypeError: these are no bytes.
            RuntimeError: the stream was ended.

        """
        data = as_bytes(data)
        if self._has_ended:
            message = "Cannot call write() after write_eof()"
            raise RuntimeError(message)
        if not data or self._is_closing:
            return
        connection = self._socket.connection
        if connection.state is State.CLOSED:
            self._soon(self._lose, _error(connection.error or errno.EPIPE))
            return
        self._socket.write(data)
        if self.get_write_buffer_size() > self._high and not self._is_protocol_paused:
            self._is_protocol_paused = True
            self._protocol.pause_writing()

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Send bytes."""
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        """Say that half of it can be closed."""
        return True

    def write_eof(self) -> None:
        """End our stream."""
        if not (self._is_closing or self._has_ended):
            self._has_ended = True
            self._socket.end()

    def close(self) -> None:
        """Close it, once what was written has left."""
        if not self._is_closing:
            self._is_closing = True
            self._changed()

    def abort(self) -> None:
        """End at once, as asyncio does: what is not sent is dropped, and the kernel says goodbye or resets as ever."""
        if not self._is_lost:
            self._force_close(None)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
