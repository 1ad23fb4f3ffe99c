"""Responses that end a connection: resets, refusals, closing, and rewriting to resets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.lab.engine.outcome import DROPPED, NOTHING, Act, Injection, Verdict
from trigpoint.lab.engine.prints import TcpPrint, choose, forge
from trigpoint.lab.engine.response import Began, Hit, Silence
from trigpoint.net.packets import ACK, RST, SYN, TCP, IcmpError, IpFields, Segment, tcp

if TYPE_CHECKING:
    from trigpoint.lab.engine.sight import Sight

ICMP_KINDS = {
    "no_route": IcmpError.NO_ROUTE,
    "host_unreachable": IcmpError.HOST_UNREACHABLE,
    "port_unreachable": IcmpError.PORT_UNREACHABLE,
    "prohibited": IcmpError.PROHIBITED,
}
IcmpKind = Literal["no_route", "host_unreachable", "port_unreachable", "prohibited"]


class Reset(msgspec.Struct, frozen=True):
    """Sends forged segments to one end, or both."""

    looks: tuple[TcpPrint, ...]
    """Of which each flow draws one, and perhaps others beside it."""
    drops_trigger: bool = False
    """Whether the packet that triggered does not go on; only in the path."""
    silences: bool = False
    """Whether nothing of the flow passes afterwards; only in the path."""
    did: str = "reset"
    """What the log says."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Send the burst."""
        injections = forge(sight, *choose(self.looks, sight), original_passes=not self.drops_trigger)
        verdict = Verdict.DROP if self.drops_trigger else Verdict.PASS
        return Act(self.did, verdict, injections=injections, ends=not self.silences), (
            Silence() if self.silences else None
        )


class ResetEach(msgspec.Struct, frozen=True):
    """Answers packets of a flow with forged segments, each anew."""

    looks: tuple[TcpPrint, ...]
    packets: Literal["payload", "syn", "any"]
    """Which packets are answered."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Answer the first packet like any other."""
        return self.follow(sight), self

    def follow(self, sight: Sight) -> Act:
        """Answer one packet of a connection."""
        packet = sight.packet
        if packet.protocol != TCP or packet.flags & RST:
            return NOTHING
        if self.packets == "payload" and packet.end == packet.payload:
            return NOTHING
        if self.packets == "syn" and not packet.flags & SYN:
            return NOTHING
        return Act("reset", injections=forge(sight, *choose(self.looks, sight)))


class Refuse(msgspec.Struct, frozen=True):
    """Drops each packet that goes one way, and tells the sender."""

    with_: Literal["rst"] | IcmpKind
    """A reset (TCP; anything else is answered by ICMP), or which ICMP message."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Answer the first packet like any other."""
        return self.follow(sight), self

    def follow(self, sight: Sight) -> Act:
        """Answer one packet."""
        if not sight.outward:
            return DROPPED
        packet, hop = sight.packet, sight.censor.placement.hop
        if self.with_ == "rst" and packet.protocol == TCP:
            if packet.flags & RST:
                return DROPPED
            looks = TcpPrint(to="client")
            return Act("reset", Verdict.DROP, injections=forge(sight, looks, original_passes=False))
        answer = sight.icmp(ICMP_KINDS.get(self.with_, IcmpError.PORT_UNREACHABLE))
        injections = (Injection(answer, to_client=True, hop=hop),) if answer else ()
        return Act("unreachable", Verdict.DROP, injections=injections)


class RewriteToReset(msgspec.Struct, frozen=True):
    """Turns every packet of the server into a reset, once the trigger went by (TSPU SNI-I, IMC 2022)."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Let the trigger pass."""
        return Act("arm"), self

    def follow(self, sight: Sight) -> Act:
        """Rewrite one packet that comes in."""
        packet = sight.packet
        if sight.outward or packet.protocol != TCP:
            return NOTHING
        segment = Segment(packet.sequence, packet.acknowledgement, RST | ACK, packet.window)
        source, target = (packet.source, packet.source_port), (packet.target, packet.target_port)
        rewritten = tcp(source, target, segment, IpFields(packet.ttl, packet.identification))
        return Act("rewrite", packet=rewritten)


class Close(msgspec.Struct, frozen=True):
    """Closes towards the client as if the server did, perhaps with a last message, and resets the server."""

    look: TcpPrint
    """How the closing segment looks; its flags and payload."""
    in_path: bool
    """Whether the trigger is dropped and the rest of the flow silenced."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Close."""
        closing = forge(sight, self.look, original_passes=not self.in_path)
        if not self.in_path:
            return Act("close", injections=closing), None
        towards_server = forge(sight, TcpPrint(to="server", flags="rst"), original_passes=False)
        return Act("close", Verdict.DROP, injections=(*closing, *towards_server)), Silence()
