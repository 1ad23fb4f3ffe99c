"""A censor: where it stands, what triggers it, what it does. A frozen value; its memory is in the flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.lab.engine.match import FlowFilter
from trigpoint.lab.engine.outcome import NOTHING
from trigpoint.lab.engine.pages import Page
from trigpoint.lab.engine.placement import Placement, Schedule
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Close, Reset, ResetEach
from trigpoint.lab.engine.residual import Residual
from trigpoint.lab.engine.response import Began, Hit, Ongoing, Response
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Trigger

if TYPE_CHECKING:
    from trigpoint.lab.engine.group import Way
    from trigpoint.lab.engine.sight import Sight


class Censor(msgspec.Struct, frozen=True):
    """One censor at one place."""

    id: str
    """Its name in the world."""
    behaviour: str
    """Its kind: a module of ``lab/censors``."""
    path: Literal["on", "in"]
    """Whether it sees a copy, or stands in the way."""
    placement: Placement
    schedule: Schedule
    flows: FlowFilter
    """Which flows it looks at."""
    trigger: Trigger
    response: Response
    cause: str
    """Node of the vocabulary of mechanisms, or of explanations."""
    residual: Residual | None = None
    """What stays blocked after a hit."""
    blocks: tuple[tuple[Residual, Response], ...] = ()
    """That, and what it may escalate to, each with what is done to its packets."""
    is_local: bool = False
    """Whether its cause is why it is no censor, which holds for everything that it does."""


class Watch(msgspec.Struct):
    """What one censor remembers of one flow."""

    censor: Censor
    ongoing: Ongoing | None = None
    """What it does to the flow. Missing: it waits for its trigger."""
    rule: str = ""
    """Which entry was met."""
    name: str = ""
    """The name that met it."""
    cause: str = ""
    """Instead of the censor's own."""


_WAYS: dict[str, Way] = {"drop-out": "out", "drop-in": "in", "drop-both": "both"}


def blocks(residual: Residual | None, response: Response) -> tuple[tuple[Residual, Response], ...]:
    """Give every block that a hit may lead to, with what is done to its packets."""
    if residual is None:
        return ()
    escalated = (residual.escalation.residual,) if residual.escalation else ()
    return tuple((each, residual_response(each, response)) for each in (residual, *escalated))


def residual_response(residual: Residual, response: Response) -> Response:
    """Say what is done to the packets of a tuple that stays blocked."""
    if residual.action == "reset" or (residual.action == "same" and isinstance(response, Reset)):
        looks = response.looks if isinstance(response, Reset) else (TcpPrint(),)
        return ResetEach(looks, residual.packets)
    if residual.action != "same":
        return Drop(_WAYS[residual.action])
    return AtPayload(response) if isinstance(response, (Page, Close)) else response


class AtPayload(msgspec.Struct, frozen=True):
    """Waits for the client's first payload: what speaks in the server's name answers a request, not a handshake."""

    response: Response

    def begin(self, hit: Hit, sight: Sight) -> Began:
        """Wait, unless this is it."""
        if sight.outward and sight.packet.end > sight.packet.payload:
            return self.response.begin(hit, sight)
        return NOTHING, None
