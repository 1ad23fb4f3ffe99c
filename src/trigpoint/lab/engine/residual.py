"""Residual blocking: what stays blocked for a while after the trigger has gone."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec

from trigpoint.lab.engine.flow import FlowKey
from trigpoint.lab.engine.group import Group, Seconds, Share

if TYPE_CHECKING:
    from trigpoint.lab.engine.flow import Flow

MOST_RESIDUALS = 1_024
"""Tuples that are blocked at one time, of all censors of a path; the one set longest ago is forgotten first. As many
are counted for escalation."""
FOR_ALL = frozenset({"port", "address"})
"""Tuples without a client in them."""

ResidualKey = tuple[object, ...]
Kept = TypeVar("Kept")
Blocked = Annotated[float, msgspec.Meta(gt=0, le=1_000_000_000)]
"""A time for which something is blocked, in seconds."""


class Escalation(Group, frozen=True):
    """From the port to the whole address, as was seen in China in October 2022."""

    hits: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 2
    """Hits, of whichever client, after which the server's whole address is blocked for everybody."""
    counts: Literal["port", "address"] = "port"
    """Whether the hits on each port of an address are counted by themselves, or all together."""
    within_seconds: Blocked = 600.0
    """Time in which the hits must come, in lab time; ``time_scale`` shortens it."""
    seconds: Blocked = 3_600.0
    """How long the address is blocked, in lab time; ``time_scale`` shortens it."""
    action: Literal["drop-out", "drop-in", "drop-both"] = "drop-both"
    """What is done to its packets."""

    @property
    def residual(self) -> Residual:
        """The block that it leads to."""
        return Residual(seconds=self.seconds, tuple="address", action=self.action)


class Residual(Group, frozen=True):
    """What stays blocked after a hit, and for how long."""

    seconds: Blocked = 90.0
    """How long, in lab time; the lab's ``time_scale`` shortens it."""
    tuple: Literal["3", "4", "host", "port", "address"] = "3"
    """``3``: client, server and its port; ``4``: the client's port as well; ``host``: client and server; ``port``:
    server and its port, for every client; ``address``: server, for every client."""
    action: Literal["same", "reset", "drop-out", "drop-in", "drop-both"] = "same"
    """What is done to the packets of the tuple. ``same``: what was done at the hit."""
    packets: Literal["payload", "syn", "any"] = "payload"
    """Which packets are answered with a reset."""
    probability: Share = 1.0
    """Share of later connections that are affected."""
    refresh: bool = False
    """Whether each packet of the tuple starts the time anew."""
    starts_after_seconds: Seconds = 0.0
    """Time between the hit and the begin."""
    escalation: Escalation | None = None
    """When the whole address is blocked. Missing: never."""


class Entry(msgspec.Struct, gc=False):
    """One blocked tuple."""

    start: float
    end: float
    origin: FlowKey
    """The flow that caused it."""
    name: str = ""
    """The name that did. Empty: none was read."""


class ResidualTable:
    """The blocked tuples of all censors of a path.

    Args:
        time_scale: by which every time is multiplied.
        most: tuples at one time.

    """

    __slots__ = ("_entries", "_hits", "_most", "_scale")

    def __init__(self, time_scale: float = 1.0, most: int = MOST_RESIDUALS) -> None:
        self._entries: OrderedDict[ResidualKey, Entry] = OrderedDict()
        self._hits: OrderedDict[ResidualKey, list[float]] = OrderedDict()
        self._scale = time_scale
        self._most = most

    def __len__(self) -> int:
        return len(self._entries)

    def arm(self, censor: str, residual: Residual, flow: Flow, now: float, name: str = "") -> None:
        """Block the tuple of a flow, in which a name was met; what is blocked already stays so for longer."""
        key = _key(censor, residual.tuple, flow)
        old = self._entries.get(key)
        start = now + residual.starts_after_seconds * self._scale
        end = start + residual.seconds * self._scale
        if old and now < old.end:
            start = min(start, old.start)
        _put(self._entries, key, Entry(start, end, flow.key, name), self._most)
        if residual.escalation and self._is_often(censor, residual.escalation, flow, now):
            self.arm(censor, residual.escalation.residual, flow, now, name)

    def _is_often(self, censor: str, escalation: Escalation, flow: Flow, now: float) -> bool:
        key = _key(censor, escalation.counts, flow)
        since = now - escalation.within_seconds * self._scale
        times = [time for time in self._hits.get(key, ()) if time > since] + [now]
        _put(self._hits, key, times[-escalation.hits :], self._most)
        return len(times) >= escalation.hits

    def active(self, censor: str, residual: Residual, flow: Flow, now: float) -> Entry | None:
        """Give the entry that blocks a flow now."""
        key = _key(censor, residual.tuple, flow)
        entry = self._entries.get(key)
        if entry is None or now < entry.start:
            return None
        if now >= entry.end:
            del self._entries[key]
            return None
        return entry

    def meet(self, entry: Entry, residual: Residual, now: float) -> None:
        """Start the time of an entry anew, where each packet that comes past does so."""
        if residual.refresh:
            entry.end = now + residual.seconds * self._scale

    def forget(self, client: bytes) -> None:
        """Unblock every tuple that has a client's address in it: what holds for everybody stays."""
        for key in [key for key in self._entries if client in key]:
            del self._entries[key]


def _put(table: OrderedDict[ResidualKey, Kept], key: ResidualKey, value: Kept, most: int) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > most:
        table.popitem(last=False)


def _key(censor: str, width: str, flow: Flow) -> ResidualKey:
    client, _, server, _, protocol = flow.key
    keys: dict[str, ResidualKey] = {
        "3": (client, server, flow.asked_port, protocol),
        "4": flow.key,
        "host": (client, server),
        "port": (server, flow.asked_port, protocol),
        "address": (server,),
    }
    return (censor, *keys[width])
