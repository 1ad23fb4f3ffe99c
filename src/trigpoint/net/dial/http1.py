"""HTTP/1.1 (RFC 9112) from a client's side, on h11: letters and order of all fields are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11

from trigpoint.net.dial.exchange import Exchange
from trigpoint.net.dial.failures import Failed

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Request

_LARGEST_HEAD = 1 << 18  # bytes; as much as Chromium takes


class Http1(Exchange):
    """One request.

    Args:
        asked: what is sent.
        target: path and query.
        most_bytes: of the body that are wanted.

    """

    def __init__(self, asked: Request, target: str, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self._asked, self._target = asked, target
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)

    def begin(self) -> bytes:
        """Give head and body of the request.

        Raises:
            h11.LocalProtocolError: the request itself is malformed.

        """
        asked = self._asked
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in asked.headers]
        sent = self._http.send(h11.Request(method=asked.method, target=self._target, headers=headers)) or b""
        if asked.body:
            sent += self._http.send(h11.Data(data=asked.body)) or b""
        return sent + (self._http.send(h11.EndOfMessage()) or b"")

    def receive(self, data: bytes) -> bytes:
        """Read on; nothing is ever sent in return."""
        self._http.receive_data(data)
        try:
            while not self.is_over and self._take(self._http.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            if data:
                raise
            failure = "eof_error"  # it ended in the middle: what came until then was well formed
            raise Failed(failure) from error
        return b""

    def _take(self, event: object) -> bool:
        """Take an event; False if there is none until more bytes come."""
        if isinstance(event, h11.Response):
            self.code = event.status_code
            self.headers = tuple(
                (name.decode("ascii"), value.decode("latin-1")) for name, value in event.headers.raw_items()
            )
        elif isinstance(event, h11.Data):
            self._add(event.data)
        elif isinstance(event, h11.EndOfMessage):
            self._end()
        return event is not h11.NEED_DATA and event is not h11.PAUSED
