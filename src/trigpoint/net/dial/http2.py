"""HTTP/2 (RFC 9113) from a client's side, on h2: one connection, one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import FrameTooLargeError
from h2.settings import SettingCodes, Settings

from trigpoint.net.dial.exchange import Exchange, fields_of
from trigpoint.net.dial.failures import Failed

if TYPE_CHECKING:
    from h2.events import Event

    from trigpoint.net.dial.acts import Request

# What Chromium says of itself; a server that looks closely sees a browser's windows, not a library's.
_SETTINGS = {
    SettingCodes.HEADER_TABLE_SIZE: 65_536,
    SettingCodes.ENABLE_PUSH: 0,
    SettingCodes.INITIAL_WINDOW_SIZE: 6_291_456,
    SettingCodes.MAX_HEADER_LIST_SIZE: 262_144,
}
_MORE_WINDOW = 15_663_105  # bytes for all of the connection
_STREAM = 1
_FRAME_HEAD = 9  # bytes (RFC 9113, section 4.1)
_LARGEST_FRAME = 16_384
_GOAWAY = 7


class Http2(Exchange):
    """One request.

    Args:
        asked: what is sent.
        target: path and query.
        most_bytes: of the body that are wanted.

    """

    def __init__(self, asked: Request, target: str, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self._asked, self._target = asked, target
        self._http = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self._http.local_settings = Settings(client=True, initial_values=_SETTINGS)
        self._http.decoder.max_allowed_table_size = _SETTINGS[SettingCodes.HEADER_TABLE_SIZE]
        self._http.decoder.max_header_list_size = _SETTINGS[SettingCodes.MAX_HEADER_LIST_SIZE]
        self._unread, self._unsent = bytearray(), bytearray(asked.body)

    def begin(self) -> bytes:
        """Give preface, settings and request."""
        self._http.initiate_connection()
        self._http.increment_flow_control_window(_MORE_WINDOW)
        self._http.send_headers(_STREAM, fields_of(self._asked, self._target), end_stream=not self._asked.body)
        self._send_body()
        return self._http.data_to_send()

    def _send_body(self) -> None:
        """Send as much as the peer has room for."""
        while room := self._unsent and self._http.local_flow_control_window(_STREAM):
            piece = bytes(self._unsent[: min(room, _LARGEST_FRAME)])
            del self._unsent[: len(piece)]
            self._http.send_data(_STREAM, piece, end_stream=not self._unsent)

    def receive(self, data: bytes) -> bytes:
        """Read on, a frame at a time, so that what stands before a bad frame counts; give acknowledgements."""
        if not data:
            failure = "eof_error"
            raise Failed(failure)
        self._unread += data
        while not self.is_over and (frame := self._frame()):
            for event in () if _is_graceful(frame) else self._http.receive_data(frame):
                self._take(event)
        if not self.is_over:
            self._send_body()
        return self._http.data_to_send()

    def _frame(self) -> bytes:
        """Cut off the next frame; empty if it is not whole."""
        unread = self._unread
        size = _FRAME_HEAD + int.from_bytes(unread[:3], "big")
        if len(unread) >= _FRAME_HEAD and size > _FRAME_HEAD + _LARGEST_FRAME:  # h2 would wait for all of it
            message = "Received overlong frame"
            raise FrameTooLargeError(message)
        if len(unread) < size:
            return b""
        frame = bytes(unread[:size])
        del unread[:size]
        return frame

    def _take(self, event: Event) -> None:
        """Take an event; failures are told in the words of Go's net/http, which ooni/probe-cli hands on."""
        if isinstance(event, ResponseReceived):
            self._take_head(event)
        elif isinstance(event, DataReceived):
            self._http.acknowledge_received_data(event.flow_controlled_length or 0, _STREAM)
            self._add(event.data or b"")
        elif isinstance(event, StreamEnded):
            self._end()
        elif isinstance(event, (StreamReset, ConnectionTerminated)):
            what = "stream error" if isinstance(event, StreamReset) else "server sent GOAWAY"
            failure = f"unknown_failure: http2: {what}: {_name(event.error_code)}"
            raise Failed(failure)

    def _take_head(self, event: ResponseReceived) -> None:
        fields = [(_text(name), _text(value)) for name, value in event.headers or ()]
        self.code = next(int(value) for name, value in fields if name == ":status")
        self.headers = tuple(field for field in fields if not field[0].startswith(":"))


def _is_graceful(frame: bytes) -> bool:
    """Tell whether a frame only forbids further streams, which h2 takes for the end of this one, too.

    RFC 9113, section 6.8: no error, and the last stream that is still answered.
    """
    last, code = (int.from_bytes(frame[at : at + 4], "big") for at in (_FRAME_HEAD, _FRAME_HEAD + 4))
    return len(frame) > _FRAME_HEAD and frame[3] == _GOAWAY and last >= _STREAM and code == ErrorCodes.NO_ERROR


def _name(code: ErrorCodes | int | None) -> str:
    return code.name if isinstance(code, ErrorCodes) else str(code)


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
