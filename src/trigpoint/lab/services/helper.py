"""The control server of a host of role ``control``: what a probe in the lab asks for comparison."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from trigpoint.control.helper import Helper
from trigpoint.control.limits import Limits
from trigpoint.lab.services.dialer import StackDialer
from trigpoint.lab.world.reserved import is_public_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.control.protocol import ControlRequest, ControlResponse
    from trigpoint.control.setting import Setting
    from trigpoint.lab.services.pki import Pki
    from trigpoint.lab.stack import Stack
    from trigpoint.lab.world.world import World
    from trigpoint.net.serve.exchange import Request, Response

_MOST_AT_ONCE = 10_000  # one machine runs who asks and who answers


class LabHelper:
    """Answers as :class:`trigpoint.control.helper.Helper` does, from its host, and asks the world's own name server.

    Args:
        world: where it is.
        stack: the sockets of its host.
        pki: the authorities that it trusts.
        clock: what its clock shows, in seconds since 1970-01-01 UTC.

    """

    def __init__(self, world: World, stack: Stack, pki: Pki, clock: Callable[[], float]) -> None:
        self._world = world
        self._stack = stack
        self._pki = pki
        self._clock = clock
        self._helper = Helper(self._measure, Limits(0, asyncio.get_running_loop().time), _MOST_AT_ONCE)

    async def respond(self, request: Request) -> Response:
        """Answer a request."""
        return await self._helper.respond(request)

    async def _measure(self, asked: ControlRequest) -> ControlResponse:
        from trigpoint.control.measure import measure  # noqa: PLC0415 - 100 ms, for which labs that ask nothing need not wait

        return await measure(asked, self._setting)

    @cached_property
    def _setting(self) -> Setting:
        from trigpoint.control.setting import Setting  # noqa: PLC0415 - as above
        from trigpoint.net.dial.dns import Resolver  # noqa: PLC0415 - as above
        from trigpoint.net.dial.trust import Trust  # noqa: PLC0415 - as above
        from trigpoint.reference.addresses import is_bogon  # noqa: PLC0415 - as above

        world = self._world
        server = next(address for host in world.hosts if host.authority for address in host.addresses)
        trust = Trust(self._pki.bundle(), "lab", self._clock())
        numbers = {address: host.asn for host in world.hosts for address in host.addresses}
        return Setting(
            resolver=Resolver("udp", server, 53),
            trust=lambda: trust,
            asn=lambda address: numbers.get(address, 0),
            refuses=lambda address: is_bogon(address) is not False and not is_public_here(address),
            dialer=StackDialer(self._stack),
        )
