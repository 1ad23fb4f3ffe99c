"""What is read of a flow's payload, once for all censors that read it in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from trigpoint.net.client_hello import NOT_TLS, ClientHello, ClientHelloReader, client_hello
from trigpoint.net.dns_message import Query, StreamReader, parse_query
from trigpoint.net.http_request import RequestHead, RequestReader, request_head
from trigpoint.net.packets import SEQUENCE_MASK, SYN
from trigpoint.net.quic_initial import CryptoReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.match import Match
    from trigpoint.lab.engine.sight import Sight
    from trigpoint.net.packets import Packet

_HALF = 1 << 31
_MOST_HELD = 16  # segments that wait for one before them
_MOST_HELD_BYTES = 24_576
_LONGEST_HELLO = 16_384  # bytes; the largest ClientHello with post-quantum keys is below 2,000
_LONGEST_HEAD = 8_192  # bytes; servers take no more
_LONGEST_QUERIES = 65_536  # bytes of queries in one connection


class Assembler:
    """Puts the segments of one direction in order."""

    __slots__ = ("_held", "_held_bytes", "_holds", "_next")

    def __init__(self, first_sequence: int | None, *, holds: bool) -> None:
        self._next = None if first_sequence is None else (first_sequence + 1) & SEQUENCE_MASK
        self._holds = holds
        self._held: dict[int, bytes] = {}
        self._held_bytes = 0

    def feed(self, packet: Packet) -> bytes:
        """Take a segment, give what is new and in order."""
        # what a SYN carries (RFC 7413) stands behind the number that the SYN itself takes
        fresh = self._fresh((packet.sequence + bool(packet.flags & SYN)) & SEQUENCE_MASK, packet.content)
        if not (fresh and self._held):
            return fresh
        parts = [fresh]
        while part := self._follower():
            parts.append(part)
        return b"".join(parts)

    def _fresh(self, sequence: int, content: bytes) -> bytes:
        if self._next is None:
            self._next = sequence
        behind = (self._next - sequence) & SEQUENCE_MASK
        if behind < _HALF:
            fresh = content[behind:]
            self._next = (self._next + len(fresh)) & SEQUENCE_MASK
            return fresh
        room = len(self._held) < _MOST_HELD and self._held_bytes + len(content) <= _MOST_HELD_BYTES
        if self._holds and room and sequence not in self._held:
            self._held[sequence] = content
            self._held_bytes += len(content)
        return b""

    def _follower(self) -> bytes:
        for sequence, content in self._held.items():
            if ((self._next or 0) - sequence) & SEQUENCE_MASK < _HALF:
                del self._held[sequence]
                self._held_bytes -= len(content)
                return self._fresh(sequence, content) or self._follower()
        return b""


class _Reader:
    """What one way of reading found at the latest packet."""

    __slots__ = ("is_over", "serial")

    def __init__(self) -> None:
        self.serial = 0
        self.is_over = False


class HelloReader(_Reader):
    """Reads the ClientHello of a TCP stream."""

    __slots__ = ("_assembler", "_reader", "_records", "found")

    def __init__(self, match: Match, first_sequence: int | None) -> None:
        super().__init__()
        self._records = match.record_reassembly
        self._assembler = _assembler(match, first_sequence)
        self._reader = ClientHelloReader(reassemble_records=self._records, max_bytes=_LONGEST_HELLO)
        self.found: ClientHello | None = None

    def take(self, sight: Sight) -> None:
        """Look at the next packet."""
        self.found = None
        if self._assembler is None:
            self.found = client_hello(sight.packet.content, reassemble_records=self._records)
        elif not self.is_over and (fresh := self._assembler.feed(sight.packet)):
            result = self._reader.feed(fresh)
            self.is_over = result is not None
            self.found = None if result is NOT_TLS else result


class HeadReader(_Reader):
    """Reads the request heads of a TCP stream."""

    __slots__ = ("_assembler", "_reader", "found")

    def __init__(self, match: Match, first_sequence: int | None) -> None:
        super().__init__()
        self._assembler = _assembler(match, first_sequence)
        self._reader = RequestReader(_LONGEST_HEAD)
        self.found: RequestHead | None = None

    def take(self, sight: Sight) -> None:
        """Look at the next packet."""
        self.found = None
        if self._assembler is None:
            self.found = request_head(sight.packet.content)
        elif fresh := self._assembler.feed(sight.packet):
            self.found = self._reader.feed(fresh)
            self.is_over = self._reader.is_over


class CryptoHelloReader(_Reader):
    """Reads the ClientHello of QUIC datagrams."""

    __slots__ = ("_how", "_reader", "found")

    def __init__(self, match: Match, _first_sequence: int | None) -> None:
        super().__init__()
        self._how = match.crypto_reassembly
        self._reader = self._new()
        self.found: ClientHello | None = None

    def _new(self) -> CryptoReader:
        return CryptoReader(reassemble_frames=self._how != "none", max_bytes=_LONGEST_HELLO)

    def take(self, sight: Sight) -> None:
        """Look at the next packet."""
        if self._how != "full":
            self._reader = self._new()
        self.found = None if self.is_over else self._reader.feed(sight.packet.content)
        self.is_over = self._how == "full" and self._reader.is_over


class QueryReader(_Reader):
    """Reads DNS queries."""

    __slots__ = ("found",)

    def __init__(self, _match: Match, _first_sequence: int | None) -> None:
        super().__init__()
        self.found: Query | None = None

    def take(self, sight: Sight) -> None:
        """Look at the next packet."""
        self.found = parse_query(sight.packet.content)


class StreamQueryReader(_Reader):
    """Reads the DNS queries of a TCP stream (RFC 7766)."""

    __slots__ = ("_assembler", "_left", "_reader", "found")

    def __init__(self, match: Match, first_sequence: int | None) -> None:
        super().__init__()
        self._assembler = _assembler(match, first_sequence)
        self._reader = StreamReader()
        self._left = _LONGEST_QUERIES
        self.found: Query | None = None

    def take(self, sight: Sight) -> None:
        """Look at the next packet: at its first whole query."""
        self.found = None
        if self.is_over:
            return
        fresh = sight.packet.content if self._assembler is None else self._assembler.feed(sight.packet)
        self._left -= len(fresh)
        self.is_over = self._left < 0
        self.found = next((query for query in map(parse_query, self._reader.feed(fresh)) if query), None)


AnyReader = TypeVar("AnyReader", HelloReader, HeadReader, CryptoHelloReader, QueryReader, StreamQueryReader)


def reading(sight: Sight, match: Match, kind: Callable[[Match, int | None], AnyReader]) -> AnyReader:
    """Give the flow's reader of a kind, after it has seen the current packet once."""
    flow = sight.flow
    tcp_reassembly = _tcp_reassembly(sight, match)
    key = (kind, sight.outward, tcp_reassembly, match.record_reassembly, match.crypto_reassembly)
    reader: AnyReader = flow.readings.get(key)  # type: ignore[assignment] # the key holds the kind
    if reader is None:
        if tcp_reassembly != match.tcp_reassembly:
            match = msgspec.structs.replace(match, tcp_reassembly=tcp_reassembly)
        reader = flow.readings[key] = kind(match, flow.first_sequences.get(sight.outward))
    if reader.serial != flow.serial:
        reader.serial = flow.serial
        reader.take(sight)
    return reader


def _tcp_reassembly(sight: Sight, match: Match) -> str:
    share = match.reassembly_share
    is_done = share >= 1.0 or sight.flow_draws("reassembly").share() < share
    return match.tcp_reassembly if is_done else "none"


def _assembler(match: Match, first_sequence: int | None) -> Assembler | None:
    if match.tcp_reassembly == "none":
        return None
    return Assembler(first_sequence, holds=match.tcp_reassembly == "full")
