"""The engine of one path: packets in, verdicts and packets out, and a log of all that was done.

It has no clock, no socket and no chance of its own: time and seed are arguments. Each packet is read once; a flow in
which no censor has an interest any more costs two look-ups.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.lab.engine.censor import Censor, Watch
from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.event import Event
from trigpoint.lab.engine.flow import MOST_FLOWS, Flow, FlowTable, note
from trigpoint.lab.engine.outcome import NOTHING, PASSED, Act, Injection, Outcome, Verdict
from trigpoint.lab.engine.residual import MOST_RESIDUALS, Residual, ResidualTable
from trigpoint.lab.engine.response import Hit, Response
from trigpoint.lab.engine.sight import Scene, Sight
from trigpoint.net.packets import ICMP, ICMPV6, TCP, UDP, Packet, address_text, parse

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_EVENTS = 100_000
"""Events kept, where nobody else takes them; the oldest go first."""

_PROTOCOL_NAMES: dict[int, Literal["tcp", "udp", "icmp"]] = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmp"}


class Path(msgspec.Struct, frozen=True):
    """What the engine is told of the path on which its censors stand."""

    hops: int = 0
    """Routers between client and server. 0: not known, and then a packet reaches every censor whatever its TTL."""
    routers: Mapping[int, Sequence[str]] = {}
    """Addresses of the routers by hop, from 1 on, one of each family: ICMP messages come from them."""
    time_scale: float = 1.0
    """By which the times of residual blocking are multiplied."""
    most_flows: int = MOST_FLOWS
    most_residuals: int = MOST_RESIDUALS


class Engine:
    """All censors of one path between a client network and the rest.

    Args:
        censors: in any order; a packet meets them in the order of their hops.
        seed: of every draw.
        path: what is known of the path.
        log: takes each event. Missing: :attr:`events` keeps the latest 100,000.

    """

    def __init__(
        self,
        censors: Sequence[Censor],
        *,
        seed: int = 0,
        path: Path | None = None,
        log: Callable[[Event], None] | None = None,
    ) -> None:
        path = path or Path()
        self.events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._log = log or self.events.append
        self._censors = sorted(censors, key=lambda censor: censor.placement.hop)
        self._with_residual = [
            (censor, censor.residual, censor.residual_response)
            for censor in self._censors
            if censor.residual and censor.residual_response
        ]
        self._scene = Scene(seed, path.hops, path.routers)
        self._flows = FlowTable(path.most_flows)
        self._residuals = ResidualTable(path.time_scale, path.most_residuals)

    @property
    def flows(self) -> int:
        """How many flows are remembered."""
        return len(self._flows)

    @property
    def residuals(self) -> int:
        """How many tuples are blocked, or were and are not yet forgotten."""
        return len(self._residuals)

    def handle(self, data: bytes, now: float, *, outward: bool) -> Outcome:
        """Show one packet to the censors.

        Args:
            data: the packet as it enters the path: from the client's first router, or from the server's last.
            now: seconds of lab time; it never runs backwards.
            outward: whether it goes from the client's network outwards.

        Returns:
            What becomes of it. Packets that are none, and packets in which nobody has an interest, pass.

        """
        packet = parse(data)
        if packet is None:
            return PASSED
        flow = self._flows.find(packet, now, self._begin, outward=outward)
        if not (flow.watches or self._residuals):
            return PASSED
        return self._inspect(flow, packet, now, outward=outward)

    def _begin(self, flow: Flow) -> None:
        for censor in self._censors:
            if not censor.flows.holds(flow):
                continue
            miss = censor.placement.flow_hash_miss
            if miss and Draws(self._scene.seed, censor.id, "path", *flow.key[:3]).share() < miss:
                continue
            flow.watches.append(Watch(censor))

    def _inspect(self, flow: Flow, packet: Packet, now: float, *, outward: bool) -> Outcome:
        note(flow, packet, outward=outward)
        censors = flow.watches if outward else flow.watches[::-1]
        first = censors[0].censor if censors else self._with_residual[0][0]
        sight = Sight(packet, flow, outward, now, self._scene, first)
        tally = _Tally()
        if self._residuals:
            self._apply_residuals(sight, tally)
        for watch in tuple(censors):
            if tally.verdict is Verdict.DROP:
                break
            sight.censor = watch.censor
            if watch.censor.schedule.is_active(now) and self._is_reached(sight):
                self._watch(watch, sight, tally)
        return tally.outcome()

    def _is_reached(self, sight: Sight) -> bool:
        return not self._scene.hops or sight.ttl > 0

    def _watch(self, watch: Watch, sight: Sight, tally: _Tally) -> None:
        if watch.ongoing is not None:
            act = watch.ongoing.follow(sight)
            self._note(act, sight, tally, watch)
        else:
            act = self._look(watch, sight, tally)
        if act.ends and watch in sight.flow.watches:
            sight.flow.watches.remove(watch)
            if not sight.flow.watches:
                sight.flow.readings.clear()

    def _look(self, watch: Watch, sight: Sight, tally: _Tally) -> Act:
        censor = watch.censor
        if not (censor.trigger.is_blind or sight.goes(censor.placement.direction)):
            return NOTHING
        hit = censor.trigger.look(sight)
        if not isinstance(hit, Hit):
            return NOTHING if hit else _GIVEN_UP
        if not self._fires(sight):
            return NOTHING
        act, watch.ongoing = censor.response.begin(hit, sight)
        watch.rule, watch.name = hit.rule, hit.name
        if censor.residual:
            self._residuals.arm(censor.id, censor.residual, sight.flow, sight.now)
        self._note(act, sight, tally, watch)
        return act

    def _fires(self, sight: Sight) -> bool:
        censor = sight.censor
        probability = censor.placement.fire_probability * censor.schedule.share(sight.now)
        return probability >= 1.0 or sight.draws("fire").share() < probability

    def _apply_residuals(self, sight: Sight, tally: _Tally) -> None:
        acting = {watch.censor.id for watch in sight.flow.watches if watch.ongoing is not None}
        for censor, residual, response in self._with_residual if sight.outward else self._with_residual[::-1]:
            if tally.verdict is Verdict.DROP:
                break
            sight.censor = censor
            entry = self._residuals.active(censor.id, residual, sight.flow, sight.now)
            if entry is None:
                sight.flow.residuals.pop(censor.id, None)
            elif censor.id not in acting and self._is_reached(sight) and self._is_affected(sight, residual):
                cause = "" if entry.origin == sight.flow.key else "self.residual"
                act = self._continue(sight, response)
                self._note(act, sight, tally, Watch(censor, rule="residual"), cause)

    def _continue(self, sight: Sight, response: Response) -> Act:
        residuals, identifier = sight.flow.residuals, sight.censor.id
        ongoing = residuals.get(identifier)
        if ongoing is not None:
            return ongoing.follow(sight)
        act, ongoing = response.begin(Hit("residual"), sight)
        if ongoing is not None:
            residuals[identifier] = ongoing
        return act

    def _is_affected(self, sight: Sight, residual: Residual) -> bool:
        return residual.probability >= 1.0 or sight.flow_draws("residual").share() < residual.probability

    def _note(self, act: Act, sight: Sight, tally: _Tally, watch: Watch, cause: str = "") -> None:
        is_in_path = sight.censor.path == "in"
        tally.add(act, is_in_path=is_in_path)
        if act.did and (is_in_path or act.injections):
            self._log(_event(act, sight, watch, cause or act.cause or sight.censor.cause))


class _Tally:
    """Collects what the censors of a path do to one packet."""

    __slots__ = ("delay", "injections", "packet", "to", "verdict")

    def __init__(self) -> None:
        self.verdict = Verdict.PASS
        self.delay = 0.0
        self.packet: bytes | None = None
        self.injections: tuple[Injection, ...] = ()
        self.to = ""

    def add(self, act: Act, *, is_in_path: bool) -> None:
        """Add an act; who only sees a copy can do nothing but inject."""
        if act is NOTHING:
            return
        self.injections += act.injections
        if not is_in_path:
            return
        self.delay += act.delay
        self.packet = act.packet or self.packet
        if act.verdict is not Verdict.PASS:
            self.verdict = act.verdict
            self.to = act.to

    def outcome(self) -> Outcome:
        """Make the outcome."""
        if self.verdict is Verdict.PASS and not (self.delay or self.packet or self.injections):
            return PASSED
        return Outcome(self.verdict, self.delay, self.packet, self.injections, self.to)


_GIVEN_UP = Act(ends=True)


def _event(act: Act, sight: Sight, watch: Watch, cause: str) -> Event:
    flow, packet = sight.flow, sight.packet
    return Event(
        sight.now,
        sight.censor.id,
        sight.censor.behaviour,
        act.did,
        cause,
        act.rule or watch.rule,
        act.name or watch.name,
        _PROTOCOL_NAMES.get(flow.protocol, "other"),
        address_text(flow.client),
        flow.client_port,
        address_text(flow.server),
        flow.server_port,
        sight.outward,
        blake2b(packet.data, digest_size=8).hexdigest(),
        len(packet.data),
        len(act.injections),
    )
