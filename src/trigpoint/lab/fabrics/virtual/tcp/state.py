"""States of a connection (RFC 9293, section 3.3.2)."""

from __future__ import annotations

from enum import Enum


class State(Enum):
    """Where a connection is. A listener is no connection, so LISTEN is missing."""

    CLOSED = "closed"
    SYN_SENT = "syn-sent"
    SYN_RECEIVED = "syn-received"
    ESTABLISHED = "established"
    FIN_WAIT_1 = "fin-wait-1"
    FIN_WAIT_2 = "fin-wait-2"
    CLOSE_WAIT = "close-wait"
    CLOSING = "closing"
    LAST_ACK = "last-ack"
    TIME_WAIT = "time-wait"


OPENING = frozenset({State.SYN_SENT, State.SYN_RECEIVED})
"""The handshake is not over."""
RECEIVING = frozenset({State.ESTABLISHED, State.FIN_WAIT_1, State.FIN_WAIT_2})
"""The peer has not ended its stream."""
AFTER_OUR_END = {State.ESTABLISHED: State.FIN_WAIT_1, State.CLOSE_WAIT: State.LAST_ACK}
"""What follows when our stream ends."""
AFTER_PEERS_END = {
    State.ESTABLISHED: State.CLOSE_WAIT,
    State.FIN_WAIT_1: State.CLOSING,
    State.FIN_WAIT_2: State.TIME_WAIT,
}
"""What follows when the peer's stream ended."""
AFTER_ACKNOWLEDGED_END = {
    State.FIN_WAIT_1: State.FIN_WAIT_2,
    State.CLOSING: State.TIME_WAIT,
    State.LAST_ACK: State.CLOSED,
}
"""What follows when the end of our stream is acknowledged."""
