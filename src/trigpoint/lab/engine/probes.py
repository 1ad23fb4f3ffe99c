"""The response of active probing: connections that the censor itself opens to the server, some time later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.outcome import NOTHING, Act, Injection
from trigpoint.lab.engine.prints import IpPrint, ip_fields
from trigpoint.lab.engine.replays import ProbeKind, said
from trigpoint.net.packets import ACK, FIN, PSH, RST, SYN, TCP, IpFields, Segment, tcp

if TYPE_CHECKING:
    from trigpoint.lab.engine.censor import Censor  # noqa: TC004 - a visit is never decoded, and censors need responses
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight

_MSS_1400 = b"\x02\x04\x05\x78"  # RFC 9293, section 3.7.1; the probers of China were seen with it (IMC 2015, Ensafi)
_WINDOW = 65_535
_LOWEST_PORT, _HIGHEST_PORT = 32_768, 60_999


class Probe(msgspec.Struct, frozen=True):
    """Sends probers to the server of a flow, each from a drawn address at a drawn moment."""

    pool: tuple[bytes, ...]
    """Addresses of probers, of both families."""
    count: int
    """Probes for each hit; none where no prober has an address of the flow's family."""
    delay: tuple[float, float]
    """Shortest and longest time between hit and probe, in seconds."""
    look: IpPrint
    """How the IP header looks."""
    kinds: tuple[ProbeKind, ...] = ("R1",)
    """What they say, one after the other, and then from the beginning."""
    then: tuple[ProbeKind, ...] = ()
    """What those say who come once the server has answered one of the first."""
    patience: float = 10.0
    """Seconds after which a prober closes, if the server says nothing."""

    def begin(self, hit: Hit, sight: Sight) -> Began:
        """Send the first ones."""
        kinds = [self.kinds[index % len(self.kinds)] for index in range(self.count)]
        suspicion = Suspicion(self, hit.name, sight.packet.content, list(self.then))
        return Act("probe", injections=tuple(suspicion.probers(kinds, sight)), ends=True), None


class Suspicion(msgspec.Struct):
    """What all probers of one hit know."""

    probe: Probe
    name: str
    """The name that met the trigger."""
    payload: bytes
    """What the client said in the packet that did."""
    later: list[ProbeKind]
    """Who comes once the server has answered; then nobody."""

    def probers(self, kinds: list[ProbeKind], sight: Sight) -> list[Injection]:
        """Send probers to the server of a flow."""
        probe, flow, draws = self.probe, sight.flow, sight.draws("probes")
        pool = [address for address in probe.pool if len(address) == len(flow.server)]
        if not pool:
            return []
        found = []
        headers = ip_fields(sight, probe.look, draws, len(kinds), to_client=False)
        for kind, header in zip(kinds, headers, strict=True):
            source = (draws.one_of(pool), draws.between(_LOWEST_PORT, _HIGHEST_PORT))
            sequence = draws.between(0, 0xFFFFFFFF)
            visit = Visit(sight.censor, self, kind, said(kind, self.payload, draws), sequence + 1, header)
            sight.scene.expect((*source, flow.server, flow.server_port, TCP), visit)
            segment = Segment(sequence, 0, SYN, _WINDOW, options=_MSS_1400)
            packet = tcp(source, (flow.server, flow.server_port), segment, header)
            delay = draws.seconds(*probe.delay) * sight.scene.time_scale
            found.append(Injection(packet, to_client=False, hop=sight.censor.placement.hop, delay=delay))
        return found


class Visit(msgspec.Struct):
    """One prober at a server: as much of TCP as it takes to say one thing, and to see whether there is an answer."""

    censor: Censor
    """Whose."""
    suspicion: Suspicion
    kind: ProbeKind
    payload: bytes
    """What it says."""
    sequence: int
    """Of the first byte of that."""
    header: IpFields
    """How its IP header looks."""
    has_spoken: bool = False

    def follow(self, sight: Sight) -> Act:
        """Act on a packet of the server."""
        flags, has_payload = sight.packet.flags, sight.packet.end > sight.packet.payload
        if flags & RST:
            sight.scene.forget(sight.flow.key)
            return NOTHING
        if flags & SYN:
            return self._speak(sight)
        return self._leave(sight, has_answer=has_payload) if has_payload or flags & FIN else NOTHING

    def _speak(self, sight: Sight) -> Act:
        """Say it, along with the last part of the handshake; again where the server has not heard that."""
        acknowledgement = sight.packet.sequence + 1
        patience = self.suspicion.probe.patience * sight.scene.time_scale
        first = Segment(self.sequence, acknowledgement, ACK | (PSH if self.payload else 0), _WINDOW, self.payload)
        last = Segment(self.sequence + len(self.payload), acknowledgement, FIN | ACK, _WINDOW)
        did, self.has_spoken = "" if self.has_spoken else "probe", True
        injections = (self._sent(first, sight), self._sent(last, sight, patience))
        return Act(did, injections=injections, rule=self.kind)

    def _leave(self, sight: Sight, *, has_answer: bool) -> Act:
        sight.scene.forget(sight.flow.key)
        packet = sight.packet
        end = packet.sequence + packet.end - packet.payload + bool(packet.flags & FIN)
        reset = self._sent(Segment(packet.acknowledgement, end, RST | ACK), sight)
        if not has_answer:
            return Act(injections=(reset,))
        kinds, self.suspicion.later = self.suspicion.later, []
        others = self.suspicion.probers(kinds, sight)
        return Act("probe", injections=(reset, *others), rule=f"{self.kind} answered")

    def _sent(self, segment: Segment, sight: Sight, delay: float = 0.0) -> Injection:
        flow = sight.flow
        ends = (flow.client, flow.client_port), (flow.server, flow.server_port)
        packet = tcp(*ends, segment, self.header)
        return Injection(packet, to_client=False, hop=self.censor.placement.hop, delay=delay)
