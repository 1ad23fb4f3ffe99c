"""The authoritative name server of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dns_message import AA, Message, reply_to

if TYPE_CHECKING:
    from trigpoint.lab.services.acts import Acts
    from trigpoint.lab.services.zone import Zone
    from trigpoint.net.serve.dns import Asked


class Authority:
    """Answers for all names of a world; it knows nothing else, and asks nobody.

    Args:
        zone: the names.
        acts: where it is noted that it tells somebody of a site's fault, or refuses them.

    """

    def __init__(self, zone: Zone, acts: Acts) -> None:
        self._zone = zone
        self._acts = acts

    async def answer(self, asked: Asked) -> Message:
        """Answer a query by the place of who asks."""
        client = asked.client
        told = self._zone.ask(asked.name, asked.qtype, client[0], self._acts.network_of(client[0]))
        if told.cause:
            self._acts.note(
                "authority", "serve", told.cause, client, asked.local, name=told.site, protocol=asked.carrier
            )
        return reply_to(asked.query, told.answers, rcode=told.rcode, flags=AA, authority=told.authority)
