"""The trigger of what judges a flow by its first payload alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from trigpoint.lab.engine.triggers import Look, may_inspect

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.match import Match
    from trigpoint.lab.engine.response import Hit
    from trigpoint.lab.engine.sight import Sight


class OnOpening:
    """Hits at the first packet with payload, if it looks as it should; nobody looks at later ones.

    Args:
        match: conditions.
        judge: gives the hit of a packet, None where it is none.

    """

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = True

    def __init__(self, match: Match, judge: Callable[[Sight], Hit | None]) -> None:
        self._match = match
        self._judge = judge

    def look(self, sight: Sight) -> Look:
        """Look at one packet."""
        if sight.flow.payloads[sight.outward] > 1:
            return False
        allowed = may_inspect(sight, self._match)
        if not allowed:
            return allowed is not None
        return self._judge(sight) or False
