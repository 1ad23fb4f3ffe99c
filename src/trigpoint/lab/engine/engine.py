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
from trigpoint.lab.engine.flow import MOST_FLOWS, Flow, FlowTable, flow_of, key_of, note
from trigpoint.lab.engine.outcome import NOTHING, PASSED, Act, Injection, Outcome, Verdict
from trigpoint.lab.engine.residual import FOR_ALL, MOST_RESIDUALS, Residual, ResidualTable
from trigpoint.lab.engine.response import Hit, Response
from trigpoint.lab.engine.sight import Scene, Sight
from trigpoint.lab.engine.tally import Tally
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
    """By which the times of residual blocking, and of probes before it, are multiplied."""
    most_flows: int = MOST_FLOWS
    most_residuals: int = MOST_RESIDUALS
    logins: set[str] = set()
    """Ids of the captive portals at which the client has logged in; the stretches of a network share them."""


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
        self._blocks = [(censor, *block) for censor in self._censors for block in censor.blocks]
        self._scene = Scene(seed, path.hops, path.routers, path.time_scale, path.logins)
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

    def forget(self, client: bytes) -> None:
        """Forget what is held against the address of a client; what is blocked for everybody stays so."""
        self._residuals.forget(client)

    def receive(self, data: bytes, now: float) -> tuple[Injection, ...]:
        """Show a packet of a server to the probers of the path's censors.

        Args:
            data: the packet, whoever it is for.
            now: seconds of lab time.

        Returns:
            What they send because of it; nothing where it is for none of them.

        """
        packet = parse(data)
        visit = self._scene.visit(key_of(packet, outward=False)) if packet else None
        if packet is None or visit is None:
            return ()
        flow, tally = flow_of(packet, now, outward=False), Tally()
        sight = Sight(packet, flow, False, now, self._scene, visit.censor)  # noqa: FBT003 - a field of a record
        self._note(visit.follow(sight), sight, tally, Watch(visit.censor, name=visit.suspicion.name))
        return tally.injections

    def _begin(self, flow: Flow) -> None:
        for censor in self._censors:
            if not censor.flows.holds(flow):
                continue
            if not self._is_missed(censor, flow):
                flow.watches.append(Watch(censor))

    def _is_missed(self, censor: Censor, flow: Flow) -> bool:
        placement, seed = censor.placement, self._scene.seed
        of_flow, of_address = placement.flow_hash_miss, placement.address_miss
        if of_flow and Draws(seed, censor.id, "path", flow.client, flow.asking_port, flow.server).share() < of_flow:
            return True
        return bool(of_address) and Draws(seed, censor.id, "address", flow.server).share() < of_address

    def _inspect(self, flow: Flow, packet: Packet, now: float, *, outward: bool) -> Outcome:
        note(flow, packet, outward=outward)
        censors = flow.watches if outward else flow.watches[::-1]
        first = censors[0].censor if censors else self._blocks[0][0]
        sight = Sight(packet, flow, outward, now, self._scene, first)
        tally = Tally()
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

    def _watch(self, watch: Watch, sight: Sight, tally: Tally) -> None:
        if watch.ongoing is not None:
            act = watch.ongoing.follow(sight)
            self._note(act, sight, tally, watch)
        else:
            act = self._look(watch, sight, tally)
        if act.ends and watch in sight.flow.watches:
            sight.flow.watches.remove(watch)
            if not sight.flow.watches:
                sight.flow.readings.clear()

    def _look(self, watch: Watch, sight: Sight, tally: Tally) -> Act:
        censor = watch.censor
        if not (censor.trigger.is_blind or sight.goes(censor.placement.direction)):
            return NOTHING
        hit = censor.trigger.look(sight)
        if not isinstance(hit, Hit):
            return NOTHING if hit else _GIVEN_UP
        if not self._fires(sight):
            return _GIVEN_UP if censor.trigger.is_final else NOTHING
        act, watch.ongoing = censor.response.begin(hit, sight)
        watch.rule, watch.name, watch.cause = hit.rule, hit.name, hit.cause
        if censor.residual:
            self._residuals.arm(censor.id, censor.residual, sight.flow, sight.now, hit.name)
        self._note(act, sight, tally, watch)
        return act

    def _fires(self, sight: Sight) -> bool:
        censor = sight.censor
        probability = censor.placement.fire_probability * censor.schedule.share(sight.now)
        return probability >= 1.0 or sight.draws("fire").share() < probability

    def _apply_residuals(self, sight: Sight, tally: Tally) -> None:
        acting = {watch.censor.id for watch in sight.flow.watches if watch.ongoing is not None}
        for censor, residual, response in self._blocks if sight.outward else self._blocks[::-1]:
            if tally.verdict is Verdict.DROP:
                break
            sight.censor = censor
            entry = self._residuals.active(censor.id, residual, sight.flow, sight.now)
            if entry is None:
                sight.flow.residuals.pop((censor.id, residual.tuple), None)
                continue
            if not self._is_reached(sight) or self._is_missed(censor, sight.flow):
                continue
            self._residuals.meet(entry, residual, sight.now)
            if censor.id not in acting and self._is_affected(sight, residual):
                act = self._continue(sight, (censor.id, residual.tuple), response)
                is_own = entry.origin == sight.flow.key
                watch = Watch(censor, rule="residual", name=entry.name if is_own else "")
                self._note(act, sight, tally, watch, _residual_cause(residual, act, is_own=is_own))

    def _continue(self, sight: Sight, key: tuple[str, str], response: Response) -> Act:
        residuals = sight.flow.residuals
        ongoing = residuals.get(key)
        if ongoing is not None:
            return ongoing.follow(sight)
        act, ongoing = response.begin(Hit("residual"), sight)
        if ongoing is not None:
            residuals[key] = ongoing
        return act

    def _is_affected(self, sight: Sight, residual: Residual) -> bool:
        return residual.probability >= 1.0 or sight.flow_draws("residual").share() < residual.probability

    def _note(self, act: Act, sight: Sight, tally: Tally, watch: Watch, cause: str = "") -> None:
        is_in_path = sight.censor.path == "in"
        tally.add(act, is_in_path=is_in_path)
        if act.did and (is_in_path or act.injections):
            own = "" if sight.censor.is_local else cause or act.cause or watch.cause
            self._log(_event(act, sight, watch, own or sight.censor.cause))


_GIVEN_UP = Act(ends=True)


def _residual_cause(residual: Residual, act: Act, *, is_own: bool) -> str:
    """Say why a packet meets a residue; empty for the censor's own reason.

    What is blocked for everybody is blocked by address, whoever caused it.
    """
    if residual.tuple in FOR_ALL and act.verdict is Verdict.DROP:
        return "tcp.timeout"
    return "" if is_own else "self.residual"


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
