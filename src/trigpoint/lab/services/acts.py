"""What services write into the log of ground truth."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.event import Event
from trigpoint.lab.world.world import OUTSIDE
from trigpoint.net.names import canonical_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.net.serve.running import Address

    Log = Callable[[str, Event], None]

Service = Literal["resolver", "interceptor", "authority", "site"]
"""What acted."""


class Acts:
    """The acts of one host.

    Args:
        host: its name in the world.
        places: access network by address, for those that are in one.
        log: takes the network of the client (``outside`` if in none) and the event.

    """

    def __init__(self, host: str, places: Mapping[str, str], log: Log) -> None:
        self.host = host
        self._places = places
        self._log = log

    def network_of(self, address: str) -> str:
        """Say in which access network an address is; ``outside`` for all others."""
        return self._places.get(canonical_address(address) or address, OUTSIDE)

    def note(  # noqa: PLR0913 - an event has as many parts, and all differ
        self,
        service: Service,
        act: str,
        cause: str,
        client: Address,
        server: Address,
        *,
        rule: str = "",
        name: str = "",
        protocol: Literal["tcp", "udp"] = "tcp",
    ) -> None:
        """Write an act into the log of the client's network."""
        event = Event(
            asyncio.get_running_loop().time(),
            self.host,
            service,
            act,
            cause,
            rule,
            name,
            protocol,
            *client,
            *server,
            outward=False,
            packet="",
            packet_bytes=0,
        )
        self._log(self.network_of(client[0]), event)
