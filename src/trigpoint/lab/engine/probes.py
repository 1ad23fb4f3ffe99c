"""The response of active probing: connections that the censor itself opens to the server, some time later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.outcome import Act, Injection
from trigpoint.lab.engine.prints import IpPrint, ip_fields
from trigpoint.net.packets import SYN, Segment, tcp

if TYPE_CHECKING:
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight

_MSS_1400 = b"\x02\x04\x05\x78"  # RFC 9293, section 3.7.1; the probers of China were seen with it (IMC 2015, Ensafi)
_WINDOW = 65_535
_LOWEST_PORT, _HIGHEST_PORT = 32_768, 60_999


class Probe(msgspec.Struct, frozen=True):
    """Sends SYNs to the server of a flow, each from a drawn address at a drawn moment."""

    pool: tuple[bytes, ...]
    """Addresses of probers, of both families."""
    count: int
    """Probes for each hit; none where no prober has an address of the flow's family."""
    delay: tuple[float, float]
    """Shortest and longest time between hit and probe, in seconds."""
    look: IpPrint
    """How the IP header looks."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Send the probes."""
        return Act("probe", injections=tuple(self._probes(sight)), ends=True), None

    def _probes(self, sight: Sight) -> list[Injection]:
        flow, draws = sight.flow, sight.draws("probes")
        pool = [address for address in self.pool if len(address) == len(flow.server)]
        if not pool:
            return []
        found = []
        for header in ip_fields(sight, self.look, draws, self.count, to_client=False):
            source = (draws.one_of(pool), draws.between(_LOWEST_PORT, _HIGHEST_PORT))
            segment = Segment(draws.between(0, 0xFFFFFFFF), 0, SYN, _WINDOW, options=_MSS_1400)
            packet = tcp(source, (flow.server, flow.server_port), segment, header)
            delay = draws.seconds(*self.delay) * sight.scene.time_scale
            found.append(Injection(packet, to_client=False, hop=sight.censor.placement.hop, delay=delay))
        return found
