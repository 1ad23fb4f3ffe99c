"""What every response to a trigger has: a first act, and perhaps a state that goes on acting on the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.outcome import DROPPED, NOTHING, Act
from trigpoint.net.dns_message import Query

if TYPE_CHECKING:
    from trigpoint.lab.engine.sight import Sight


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A trigger was met."""

    rule: str
    """Which entry, for the log."""
    name: str = ""
    """The name that met it."""
    query: Query | None = None
    """The DNS query, where it was one."""
    cause: str = ""
    """Instead of the censor's own."""


class Ongoing(Protocol):
    """What a response remembers of one flow. It lives in the flow, and is gone with it."""

    def follow(self, sight: Sight) -> Act:
        """Act on a later packet of the flow."""


Began = tuple[Act, "Ongoing | None"]
"""What is done to the packet that triggered, and what remains for later ones."""


class Response(Protocol):
    """What a censor does when its trigger is met."""

    def begin(self, hit: Hit, sight: Sight) -> Began:
        """Act on the packet that triggered."""


class Silence(msgspec.Struct):
    """Drops what goes one way, or both."""

    way: Way = "both"
    from_time: float = 0.0
    """Before which everything passes."""
    packets_left: int = 0
    """Packets of either direction that still pass."""
    only_payload: bool = False
    """Whether packets without payload pass."""

    def follow(self, sight: Sight) -> Act:
        """Drop, or not yet."""
        if sight.now < self.from_time:
            return NOTHING
        if self.packets_left > 0:
            self.packets_left -= 1
            return NOTHING
        if self.only_payload and sight.packet.end == sight.packet.payload:
            return NOTHING
        return DROPPED if sight.goes(self.way) else NOTHING
