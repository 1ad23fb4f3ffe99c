"""One end of a TCP connection, as faithful to Linux as censors can tell: calls, packets and the time in, packets out.

Whoever owns it calls a method, sends what :meth:`Connection.take` gives, reads what there is to read, looks at
:attr:`Connection.state` and :attr:`Connection.error`, and calls :meth:`Connection.expire` at
:attr:`Connection.deadline`. Sources: RFC 9293; RFC 5961, which says which forged segments are believed.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.virtual.tcp.core import FIN_WAIT_SECONDS, HEADERS, TIME_WAIT_SECONDS, Core
from trigpoint.lab.fabrics.virtual.tcp.options import read
from trigpoint.lab.fabrics.virtual.tcp.reassembly import Reassembly
from trigpoint.lab.fabrics.virtual.tcp.sender import Sender
from trigpoint.lab.fabrics.virtual.tcp.sequence import unwrap
from trigpoint.lab.fabrics.virtual.tcp.state import AFTER_ACKNOWLEDGED_END, AFTER_PEERS_END, OPENING, RECEIVING, State
from trigpoint.net.packets import ACK, FIN, RST, SYN, IpFields, Segment, tcp

if TYPE_CHECKING:
    from trigpoint.net.packets import Packet

_ACKNOWLEDGE_SECONDS = 0.04  # how long the first of two full segments waits for its acknowledgement
_SMALLEST_MTU = {4: 552, 16: 1280}  # what Linux believes at least (ip_rt_min_pmtu); RFC 8200, section 5
_FIXED_HEADER = 20  # bytes of a TCP header without options


class Connection(Core):
    """One end of a connection."""

    def accept(self, syn: Packet, now: float) -> None:
        """Answer the SYN of a peer."""
        self.state = State.SYN_RECEIVED
        self._learn(syn)
        self._send_syn(now)

    def receive(self, packet: Packet, now: float) -> None:
        """Take a segment of the peer, or of somebody who claims to be it."""
        if self.state is State.SYN_SENT:
            self._receive_answer(packet, now)
        elif packet.flags & SYN and not packet.flags & RST:
            self._receive_syn(packet, now)
        elif self.state is not State.CLOSED:
            self._receive_segment(packet, now)

    def unreachable(self, error: int, sequence: int, now: float, *, mtu: int = 0) -> None:
        """Take an ICMP error.

        It ends our handshake; of an open connection it says only why it fails, should it time out, and how large
        segments may be (Linux, ``tcp_v4_err``).

        Args:
            error: an ``errno``.
            sequence: sequence number of the segment that did not arrive, as on the wire.
            now: seconds.
            mtu: with ``EMSGSIZE``, bytes of the largest packet that would have arrived.

        """
        first = self.ends.sequence if self.state in OPENING else self.sender.una
        if not first <= unwrap(sequence, first) <= self.sender.sent:
            return
        if error == errno.EMSGSIZE:
            self._shrink(mtu, now)
        elif self.state is State.SYN_SENT:
            self._finish(error)
        else:
            self._soft_error = error

    def _shrink(self, mtu: int, now: float) -> None:
        size = len(self.ends.local[0])
        segment = max(mtu, _SMALLEST_MTU[size]) - HEADERS[size]
        if segment < self.sender.congestion.segment:
            self.sender.shrink(segment)
            self._push(now)

    def _receive_answer(self, packet: Packet, now: float) -> None:
        """Take an answer to our SYN (RFC 9293, section 3.10.7.3)."""
        flags = packet.flags
        if flags & ACK and unwrap(packet.acknowledgement, self.sender.una) != self.sender.una:
            if not flags & RST:
                self._outgoing.append(reset(packet, self.ttl))
        elif flags & RST:
            if flags & ACK:
                self._finish(errno.ECONNREFUSED)
        elif flags & SYN:
            self._learn(packet)
            if flags & ACK:
                self._establish(packet.window)
                self._acknowledge()
            else:  # both began at once (RFC 9293, figure 7)
                self.state = State.SYN_RECEIVED
                self._send_syn(now)

    def _learn(self, syn: Packet) -> None:
        offer = read(syn.data[syn.transport + _FIXED_HEADER : syn.payload])
        self.incoming = Reassembly(syn.sequence + 1)
        if offer.shift is None:
            self._offered_shift = None
        else:
            self._shift, self._peers_shift = self._offered_shift or 0, offer.shift
        self.sender = Sender(self.ends.sequence + 1, min(self._segment, offer.segment), syn.window)

    def _establish(self, window: int) -> None:
        self.state = State.ESTABLISHED
        self._expiry = None
        self.sender.window = window

    def _receive_syn(self, packet: Packet, now: float) -> None:
        """Take a SYN where none is due: the peer's again, or a forged one (RFC 5961, section 4.2)."""
        is_again = self.state is State.SYN_RECEIVED and not packet.flags & ACK
        if is_again and unwrap(packet.sequence, self.incoming.next) == self.incoming.next - 1:
            self._send_syn(now)
        elif self.state is not State.CLOSED:
            self._object(now)

    def _receive_segment(self, packet: Packet, now: float) -> None:
        """Take a segment of a connection that both know (RFC 9293, section 3.10.7.4)."""
        start = unwrap(packet.sequence, self.incoming.next)
        size = packet.end - packet.payload + (packet.flags & FIN)
        if not self._is_in_window(start, size):
            if not packet.flags & RST:
                self._object(now, must=size > 0)
        elif packet.flags & RST:
            if start == self.incoming.next:
                self._finish(errno.EPIPE if self.state is State.CLOSE_WAIT else errno.ECONNRESET)
            else:
                self._object(now)
        elif packet.flags & ACK:
            self._receive_acknowledgement(packet, start, size, now)

    def _is_in_window(self, start: int, size: int) -> bool:
        """Tell whether a segment has something to say. The far edge itself counts, as it does in Linux."""
        first = self.incoming.next
        return first - size + (size > 0) <= start <= first + self.incoming.window

    def _receive_acknowledgement(self, packet: Packet, start: int, size: int, now: float) -> None:
        sender = self.sender
        una = unwrap(packet.acknowledgement, sender.una)
        window = packet.window << self._peers_shift
        if self.state is State.SYN_RECEIVED:
            if una != sender.una:
                self._outgoing.append(reset(packet, self.ttl))
                return
            self._establish(window)
        if not sender.oldest_valid <= una <= sender.sent:
            self._object(now)
            return
        if sender.acknowledged(una, window, now, is_bare=not size):
            self._send_piece(sender.again())
        if sender.is_done:
            self._enter(AFTER_ACKNOWLEDGED_END.get(self.state, self.state), now)
        if size and self.state is not State.CLOSED:
            self._receive_stream(packet, start, now)
        if self.state is not State.CLOSED:
            self._push(now)

    def _receive_stream(self, packet: Packet, start: int, now: float) -> None:
        incoming, data = self.incoming, packet.content
        before = incoming.next
        if self.is_orphan and start + len(data) > before:  # nobody will read it (Linux, tcp_rcv_state_process)
            self.abort()
            return
        if self.state in RECEIVING:
            incoming.accept(start, data, is_last=bool(packet.flags & FIN))
            if incoming.is_complete:
                self._enter(AFTER_PEERS_END[self.state], now)
        is_plain = incoming.next > before and not (incoming.is_complete or incoming.has_gap)
        if is_plain and self._owed_at is None and len(data) >= self.sender.congestion.segment:
            self._owed_at = now + _ACKNOWLEDGE_SECONDS
        else:
            self._acknowledge()

    def _enter(self, state: State, now: float) -> None:
        if state is self.state:
            return
        self.state = state
        if state is State.CLOSED:
            self._finish(0)
        elif state is State.TIME_WAIT:
            self._expiry = now + TIME_WAIT_SECONDS
        elif state is State.FIN_WAIT_2 and self.is_orphan:
            self._expiry = now + FIN_WAIT_SECONDS


def reset(packet: Packet, ttl: int = 64) -> bytes:
    """Build the reset that answers a segment of no connection (RFC 9293, section 3.10.7.1); never answer a reset."""
    source, target = (packet.target, packet.target_port), (packet.source, packet.source_port)
    if packet.flags & ACK:
        segment = Segment(packet.acknowledgement, 0, RST, 0)
    else:
        size = packet.end - packet.payload + bool(packet.flags & SYN) + (packet.flags & FIN)
        segment = Segment(0, packet.sequence + size, RST | ACK, 0)
    return tcp(source, target, segment, IpFields(ttl))
