"""Residual blocking: what stays blocked for a while after the trigger has gone."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.engine.flow import FlowKey
from trigpoint.lab.engine.group import Count, Group, Seconds, Share

if TYPE_CHECKING:
    from trigpoint.lab.engine.flow import Flow

MOST_RESIDUALS = 1_024
"""Tuples that are blocked at one time, of all censors of a path; the one set longest ago is forgotten first."""

ResidualKey = tuple[object, ...]


class Residual(Group, frozen=True):
    """What stays blocked after a hit, and for how long."""

    seconds: Annotated[float, msgspec.Meta(gt=0, le=1_000_000_000)] = 90.0
    """How long, in lab time; the lab's ``time_scale`` shortens it."""
    tuple: Literal["3", "4", "host"] = "3"
    """``3``: client, server and its port; ``4``: the client's port as well; ``host``: client and server."""
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
    escalate_after: Count = 0
    """Hits of one tuple after which the whole server is blocked for the client. 0: never."""


class Entry(msgspec.Struct, gc=False):
    """One blocked tuple."""

    start: float
    end: float
    origin: FlowKey
    """The flow that caused it."""
    hits: int = 1


class ResidualTable:
    """The blocked tuples of all censors of a path.

    Args:
        time_scale: by which every time is multiplied.
        most: tuples at one time.

    """

    __slots__ = ("_entries", "_most", "_scale")

    def __init__(self, time_scale: float = 1.0, most: int = MOST_RESIDUALS) -> None:
        self._entries: OrderedDict[ResidualKey, Entry] = OrderedDict()
        self._scale = time_scale
        self._most = most

    def __len__(self) -> int:
        return len(self._entries)

    def arm(self, censor: str, residual: Residual, flow: Flow, now: float) -> None:
        """Block the tuple of a flow."""
        key = _key(censor, residual.tuple, flow)
        old = self._entries.pop(key, None)
        hits = old.hits + 1 if old and old.end > now else 1
        start = now + residual.starts_after_seconds * self._scale
        entry = Entry(start, start + residual.seconds * self._scale, flow.key, hits)
        if residual.escalate_after and hits >= residual.escalate_after:
            key = _key(censor, "host", flow)
        self._entries[key] = entry
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def active(self, censor: str, residual: Residual, flow: Flow, now: float) -> Entry | None:
        """Give the entry that blocks a flow now; its time starts anew where it is so."""
        for width in {residual.tuple, "host"} if residual.escalate_after else (residual.tuple,):
            key = _key(censor, width, flow)
            entry = self._entries.get(key)
            if entry is None or now < entry.start:
                continue
            if now >= entry.end:
                del self._entries[key]
                continue
            if residual.refresh:
                entry.end = now + residual.seconds * self._scale
            return entry
        return None


def _key(censor: str, width: str, flow: Flow) -> ResidualKey:
    client, _, server, server_port, protocol = flow.key
    if width == "3":
        return (censor, client, server, server_port, protocol)
    return (censor, client, server) if width == "host" else (censor, *flow.key)
