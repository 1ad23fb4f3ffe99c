"""The response of DNS injectors: answers that come before the true one, or in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from trigpoint.lab.engine.group import Seconds, Share
from trigpoint.lab.engine.lies import Lie, told
from trigpoint.lab.engine.names import NameList, Names
from trigpoint.lab.engine.outcome import NOTHING, Act, Injection, Verdict
from trigpoint.lab.engine.prints import IpPrint, ip_fields
from trigpoint.net.packets import udp

if TYPE_CHECKING:
    from trigpoint.lab.engine.draws import Draws
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight
    from trigpoint.net.dns_message import Query


class Injector(IpPrint, frozen=True):
    """One of the injectors that see a query; each answers by itself."""

    lie: Lie = Lie()
    """What its answers say."""
    names: Names = Names()
    """Which of the names that trigger it answers. No list: all."""
    answers: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    """Answers to one query."""
    delay_seconds: Seconds = 0.0
    """Shortest time between query and answer."""
    delay_seconds_up_to: Seconds = 0.0
    """Longest; below the other: as that."""
    probability: Share = 1.0
    """Share of queries that it answers."""


class Forge(msgspec.Struct, frozen=True):
    """Answers queries in the resolver's name."""

    injectors: tuple[Injector, ...]
    lists: tuple[NameList, ...]
    """The names of each injector."""
    suppresses: bool
    """Whether the query does not go on; only in the path."""

    def begin(self, hit: Hit, sight: Sight) -> Began:
        """Answer one query. The trigger stays, for the next query of the flow."""
        if hit.query is None:
            return NOTHING, None
        injections: list[Injection] = []
        causes = []
        turn = sight.scene.tally(sight.censor.id, hit.name)
        for index, injector in enumerate(self.injectors):
            draws = sight.draws(f"injector {index}")
            if self.lists[index].find(hit.name) and draws.share() < injector.probability:
                injections += _forged(sight, injector, hit.query, turn, draws)
                causes.append(injector.lie.cause)
        verdict = Verdict.DROP if self.suppresses else Verdict.PASS
        if not injections:
            return NOTHING, None
        return Act("inject", verdict, injections=tuple(injections), cause=causes[0]), None


def _forged(sight: Sight, injector: Injector, query: Query, turn: int, draws: Draws) -> list[Injection]:
    packet, hop = sight.packet, sight.censor.placement.hop
    source, target = (packet.target, packet.target_port), (packet.source, packet.source_port)
    headers = ip_fields(sight, injector, draws, injector.answers, to_client=sight.outward)
    latest = max(injector.delay_seconds, injector.delay_seconds_up_to)
    found = []
    for index, header in enumerate(headers):
        payload = told(injector.lie, packet.content, query, turn * injector.answers + index, draws)
        delay = draws.seconds(injector.delay_seconds, latest)
        found.append(Injection(udp(source, target, payload, header), sight.outward, hop, delay))
    return found
