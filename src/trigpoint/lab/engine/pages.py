"""Responses that speak HTTP in the server's name: block pages and redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.outcome import Act, Injection, Verdict
from trigpoint.lab.engine.prints import TcpPrint, face, forge, ip_fields
from trigpoint.lab.engine.response import Began, Hit, Silence
from trigpoint.net.packets import ACK, FIN, PSH, Segment, tcp

if TYPE_CHECKING:
    from trigpoint.lab.engine.sight import Sight

_SEGMENT = 1_360  # bytes; fits every path with its headers


class Page(msgspec.Struct, frozen=True):
    """Answers a request in the server's name, and ends the connection."""

    answer: bytes
    """Status line, fields and body."""
    did: str
    """What the log says: ``page`` or ``redirect``."""
    look: TcpPrint
    """How its packets look; flags, count and payload do not matter."""
    after: tuple[TcpPrint, ...]
    """Bursts that follow it."""
    closes: bool
    """Whether its last segment has the FIN flag."""
    in_path: bool
    """Whether the request is dropped, the server reset (once, if no burst goes to it), and the rest of the flow
    silenced; else it is a race."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Answer."""
        injections = [*self._segments(sight)]
        for burst in self.after:
            injections += forge(sight, burst, original_passes=not self.in_path)
        if not self.in_path:
            return Act(self.did, injections=tuple(injections)), None
        if all(burst.to == "client" for burst in self.after):
            injections += forge(sight, TcpPrint(to="server", flags="rst"), original_passes=False)
        return Act(self.did, Verdict.DROP, injections=tuple(injections)), Silence()

    def _segments(self, sight: Sight) -> list[Injection]:
        to_client = sight.flow.begun_outward  # the client of a connection from outside is outside
        ends = face(sight, to_client=to_client)
        pieces = [self.answer[start : start + _SEGMENT] for start in range(0, len(self.answer), _SEGMENT)]
        headers = ip_fields(sight, self.look, sight.draws("page"), len(pieces), to_client=to_client)
        found, sequence = [], ends.sequence
        for index, (piece, header) in enumerate(zip(pieces, headers, strict=True)):
            flags = PSH | ACK | (FIN if self.closes and index == len(pieces) - 1 else 0)
            packet = tcp(
                ends.source, ends.target, Segment(sequence, ends.acknowledgement, flags, payload=piece), header
            )
            found.append(Injection(packet, to_client, sight.censor.placement.hop, self.look.delay_seconds))
            sequence += len(piece)
        return found


def http_answer(status: str, fields: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    """Write an HTTP/1.1 response that closes the connection (RFC 9112)."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields)]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + body
