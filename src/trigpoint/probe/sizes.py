"""Do large packets arrive: datagrams of two sizes that may not be cut, to an echo server (RFC 8899 has the idea).

Where large ones vanish without a word (RFC 2923, section 2.1), handshakes and pages stall that have nothing to do
with a filter. A router that says so, or the device itself, is no fault: then packets are made smaller, and all is well.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from trigpoint.net.dial.echo import echo_udp
from trigpoint.probe.arms import places

if TYPE_CHECKING:
    from trigpoint.probe.arms import Place, Servers
    from trigpoint.probe.nettest import Measuring

LARGE, SMALL = 1_500, 1_280
"""Bytes of a packet: what Ethernet takes, and what IPv6 promises (RFC 8200, section 5)."""
_HEADERS = {4: 28, 6: 48}  # of IP and UDP
_SILENCE = "generic_timeout_error"


async def sizes(measuring: Measuring, echoes: Servers) -> list[dict[str, Any]]:
    """Try both sizes at an echo server of each version of IP.

    Returns:
        For each server: its version of IP, ``large_bytes`` of the larger packet, the failure of each size, and
        ``is_lost``: whether the small one came back and the large one vanished; None where that cannot be told.

    """
    found = places(measuring.session, echoes)
    return list(await asyncio.gather(*(_tried(measuring, place) for place in found)))


async def _tried(measuring: Measuring, place: Place) -> dict[str, Any]:
    version = 6 if ":" in place.address else 4
    large = min(measuring.session.device.packet_bytes.get(version, LARGE), LARGE)
    small_failure = await _echoed(measuring, place, SMALL - _HEADERS[version])
    large_failure = await _echoed(measuring, place, large - _HEADERS[version])
    known = small_failure is None and large > SMALL
    return {
        "version": version,
        "large_bytes": large,
        "large_failure": large_failure,
        "small_failure": small_failure,
        "is_lost": large_failure == _SILENCE if known else None,
    }


async def _echoed(measuring: Measuring, place: Place, size: int) -> str | None:
    trace = measuring.diary.trace()
    return (await echo_udp(trace, place.address, place.port, bytes(max(size, 1)), is_whole=True)).failure
