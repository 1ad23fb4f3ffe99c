"""The response that hands a flow to a host on the way: interceptors, transparent resolvers, portals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.outcome import NOTHING, Act, Verdict
from trigpoint.lab.engine.response import Began, Hit
from trigpoint.lab.engine.triggers import Trigger

if TYPE_CHECKING:
    from trigpoint.lab.engine.sight import Sight


class Divert(msgspec.Struct, frozen=True):
    """Hands every packet of the flow to a host, which answers in the server's name.

    A host can only take over a connection from its beginning, so the flow is diverted before any name is seen. What
    the host then does to it is its own affair; the log speaks of the packets that meet ``tells``.
    """

    to: str
    """The host's name in the world."""
    tells: Trigger | None = None
    """What is logged as interference. Missing: the beginning of every flow."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Divert the first packet."""
        act = Act("divert" if self.tells is None else "", Verdict.DIVERT, to=self.to)
        return (act if self.tells is None else self.follow(sight)), self

    def follow(self, sight: Sight) -> Act:
        """Divert one more packet of whoever began the flow."""
        if sight.outward != sight.flow.begun_outward:
            return NOTHING
        found = self.tells.look(sight) if self.tells else False
        if isinstance(found, Hit):
            return Act("divert", Verdict.DIVERT, to=self.to, rule=found.rule, name=found.name)
        return Act(verdict=Verdict.DIVERT, to=self.to)
