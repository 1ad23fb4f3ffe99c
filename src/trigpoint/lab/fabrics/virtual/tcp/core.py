"""What one end of a TCP connection sends: the program's calls, and the timers. :mod:`.connection` is what it takes.

Numbers are those of Linux, from ``Documentation/networking/ip-sysctl.rst`` and ``include/net/tcp.h``.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.fabrics.virtual.tcp.options import Offer, written
from trigpoint.lab.fabrics.virtual.tcp.reassembly import Reassembly
from trigpoint.lab.fabrics.virtual.tcp.round_trip import FIRST_SECONDS
from trigpoint.lab.fabrics.virtual.tcp.sender import Sender
from trigpoint.lab.fabrics.virtual.tcp.state import AFTER_OUR_END, OPENING, RECEIVING, State
from trigpoint.net.packets import ACK, FIN, PSH, RST, SYN, Endpoint, IpFields, Segment, tcp

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.virtual.tcp.sender import Piece

SYN_RETRIES = 6
"""SYN segments that are sent again before the connection fails, after 1, 2, 4 ... seconds (tcp_syn_retries)."""
SYN_ACK_RETRIES = 5
"""The same for who answers (tcp_synack_retries)."""
RETRIES = 15
"""Timeouts before an open connection fails (tcp_retries2)."""
ORPHAN_RETRIES = 8
"""The same once the program has closed it (tcp_orphan_retries)."""
TIME_WAIT_SECONDS = 2.0
"""How long a closed connection still answers. Linux takes 60, which here would only fill tables."""
FIN_WAIT_SECONDS = 60.0
"""How long the peer may take to close once the program has closed (tcp_fin_timeout)."""
HEADERS = {4: 40, 16: 60}
"""Bytes of the headers of IP and TCP, by bytes of an address."""
_INVALID_SECONDS = 0.5  # between two answers to segments that cannot be right (tcp_invalid_ratelimit)
_SHIFT = 7  # our window scale
_LOW_WINDOW = 1 << 15  # bytes; a peer with more than that has no need to be told of a wider window
_LARGEST_WINDOW = 0xFFFF  # of a header without scale
_MTU = 1500  # bytes; Ethernet


class Ends(msgspec.Struct, frozen=True):
    """Who talks, and with which numbers it begins."""

    local: Endpoint
    remote: Endpoint
    sequence: int
    """Initial sequence number, of 32 bits."""
    identification: int = 0
    """First IPv4 identification."""


class Core:
    """State, sending half and timers of a connection."""

    def __init__(self, ends: Ends, ttl: int = 64) -> None:
        self.state = State.CLOSED
        self.error = 0
        """Why it failed, as an ``errno``; 0 while it did not."""
        self.ttl = ttl
        """Time to live of what is sent from now on."""
        self.is_orphan = False
        """Whether the program has closed it."""
        self.incoming = Reassembly(0)
        self.ends = ends
        self._segment = _MTU - HEADERS[len(ends.local[0])]
        self.sender = Sender(ends.sequence + 1, self._segment, _LARGEST_WINDOW)
        self._outgoing: list[bytes] = []
        self._identification = ends.identification
        self._offered_shift: int | None = _SHIFT
        self._shift = self._peers_shift = 0
        self._expiry: float | None = None  # of the handshake, of FIN-WAIT-2, of TIME-WAIT
        self._syn_seconds = FIRST_SECONDS
        self._syn_retries = 0
        self._owed_at: float | None = None  # when an acknowledgement is due
        self._announced = 0  # behind the last byte that the peer knows it may send
        self._objected_at = float("-inf")
        self._soft_error = 0

    @property
    def deadline(self) -> float | None:
        """When :meth:`expire` is to be called; None: never."""
        return min((at for at in (self._expiry, self._owed_at, self.sender.deadline) if at is not None), default=None)

    @property
    def is_open(self) -> bool:
        """Whether the handshake is over, and the connection not."""
        return self.state is not State.CLOSED and self.state not in OPENING

    def take(self) -> list[bytes]:
        """Give the packets that are to be sent, and forget them."""
        packets, self._outgoing = self._outgoing, []
        return packets

    def open(self, now: float) -> None:
        """Begin the handshake."""
        self.state = State.SYN_SENT
        self._send_syn(now)

    def write(self, data: bytes | bytearray | memoryview, now: float) -> None:
        """Send bytes, after those before; none, once the connection is over or our stream ended."""
        if self.state in AFTER_OUR_END:
            self.sender.write(data)
            self._push(now)

    def end(self, now: float) -> None:
        """End our stream behind what was written (``shutdown``)."""
        if self.state in AFTER_OUR_END:
            self.state = AFTER_OUR_END[self.state]
            self.sender.close()
            self._push(now)

    def read(self) -> bytes:
        """Take all bytes that came, in order."""
        data = bytes(self.incoming.ready)
        self.incoming.ready.clear()
        left = self._announced - self.incoming.next
        # A window that was nearly closed and is twice as wide now is worth a segment (RFC 9293, section 3.8.6.2.2).
        if self.state in RECEIVING and left < _LOW_WINDOW and self.incoming.window >= 2 * left:
            self._acknowledge()
        return data

    def close(self, now: float) -> None:
        """Leave it to itself: it sends what was written and ends; it resets what is unread, or not open yet."""
        self.is_orphan = True
        if self.incoming.ready or self.state in OPENING:
            self.abort()
        self.end(now)
        if self.state is State.FIN_WAIT_2:
            self._expiry = now + FIN_WAIT_SECONDS

    def abort(self) -> None:
        """Reset it."""
        self.is_orphan = True
        if self.state not in {State.CLOSED, State.SYN_SENT, State.TIME_WAIT}:
            self._send(self.sender.sent, RST | ACK)
        self._finish(0)

    def expire(self, now: float) -> None:
        """Do what is due."""
        if self._owed_at is not None and now >= self._owed_at:
            self._acknowledge()
        if self._expiry is not None and now >= self._expiry:
            self._expire_state(now)
        if self.sender.deadline is not None and now >= self.sender.deadline:
            self._expire_sender(now)

    def _expire_state(self, now: float) -> None:
        if self.state not in OPENING:
            self._finish(0)
            return
        if self._syn_retries == (SYN_RETRIES if self.state is State.SYN_SENT else SYN_ACK_RETRIES):
            self._finish(self._soft_error or errno.ETIMEDOUT)
            return
        self._syn_retries += 1
        self._syn_seconds *= 2
        self._send_syn(now)

    def _expire_sender(self, now: float) -> None:
        if self.sender.retries == (ORPHAN_RETRIES if self.is_orphan else RETRIES):
            self._finish(self._soft_error or errno.ETIMEDOUT)
            return
        is_lost = self.sender.expire(now)
        if not (is_lost and self._push(now)):
            self._send(self.sender.una - 1, ACK)  # an acknowledged byte: the peer says what it expects, and its window

    def _finish(self, error: int) -> None:
        self.state = State.CLOSED
        self.error = error
        self._expiry = self._owed_at = self.sender.deadline = None

    def _send_syn(self, now: float) -> None:
        flags = SYN | ACK if self.state is State.SYN_RECEIVED else SYN
        self._send(self.ends.sequence, flags, options=written(Offer(self._segment, self._offered_shift)))
        self._expiry = now + self._syn_seconds

    def _push(self, now: float) -> int:
        """Send what may be sent, and say how many segments that were."""
        count = 0
        while (piece := self.sender.take(now)) is not None:
            self._send_piece(piece)
            count += 1
        self.sender.watch(now)
        return count

    def _send_piece(self, piece: Piece) -> None:
        flags = ACK | (PSH if piece.data and self.sender.is_all_sent else 0) | (FIN if piece.is_last else 0)
        self._send(piece.sequence, flags, data=piece.data)

    def _acknowledge(self) -> None:
        self._send(self.sender.sent, ACK)

    def _object(self, now: float, *, must: bool = False) -> None:
        """Tell what we expect, to somebody who seems not to know it (RFC 5961: challenge ACK), but not too often."""
        if must or now - self._objected_at >= _INVALID_SECONDS:
            self._objected_at = now
            self._acknowledge()

    def _send(self, sequence: int, flags: int, *, data: bytes = b"", options: bytes = b"") -> None:
        shift = 0 if flags & SYN else self._shift
        window = min(self.incoming.window >> shift, _LARGEST_WINDOW)
        self._announced = self.incoming.next + (window << shift)
        acknowledgement = self.incoming.next if flags & ACK else 0
        segment = Segment(sequence, acknowledgement, flags, window, data, options)
        fields = IpFields(self.ttl, self._identification)
        self._identification = (self._identification + 1) & 0xFFFF
        self._owed_at = None
        self._outgoing.append(tcp(self.ends.local, self.ends.remote, segment, fields))
