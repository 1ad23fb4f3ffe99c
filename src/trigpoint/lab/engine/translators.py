"""The response of address translators, which forget flows that are idle: no filter, and it ends connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.outcome import DROPPED, NOTHING, Act, Verdict
from trigpoint.lab.engine.prints import TcpPrint, forge
from trigpoint.net.packets import RST

if TYPE_CHECKING:
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight

_RESET = TcpPrint(to="client", flags="rst")


class Forget(msgspec.Struct, frozen=True):
    """Forgets a TCP flow in which nothing happened for a while."""

    seconds: float

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Remember the flow, if its beginning was seen."""
        remembered = Remembered(self.seconds, sight.now, is_gone=sight.flow.opened_outward is None)
        return remembered.follow(sight), remembered


class Remembered(msgspec.Struct):
    """A flow of which a translator knows, or not any more."""

    seconds: float
    last: float
    """When its latest packet came."""
    is_gone: bool

    def follow(self, sight: Sight) -> Act:
        """Let it pass; or reset the client, and drop in silence what comes from outside."""
        self.is_gone = self.is_gone or sight.now - self.last > self.seconds
        self.last = sight.now
        if not self.is_gone:
            return NOTHING
        if not sight.outward or sight.packet.flags & RST:
            return DROPPED
        return Act("reset", Verdict.DROP, injections=forge(sight, _RESET, original_passes=False))
