"""Whether large packets arrive: in the lab, where a line may lose them, and on the loopback."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.probe.lab import made
from tests.probe.test_sane import session
from trigpoint.net.serve.plain import Datagrams
from trigpoint.net.serve.running import Running
from trigpoint.probe.device import Device
from trigpoint.probe.nettest import Measuring
from trigpoint.probe.sizes import sizes

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(("network", "is_lost"), [("a1", False), ("a2", True)])
def test_a_line_that_loses_large_packets_is_told_from_one_that_does_not(network: str, *, is_lost: bool) -> None:
    keys = made("sanity", "flaky-network", None, network=network).keys
    assert {one["is_lost"] for one in keys["packet_sizes"]} == {is_lost}


class Losing(Datagrams):
    """Echoes what is small enough."""

    def __init__(self, largest: int) -> None:
        super().__init__(Running(), echoes=True)
        self.largest = largest

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) <= self.largest:
            super().datagram_received(data, addr)


def tried(largest: int, monkeypatch: pytest.MonkeyPatch, packets: Mapping[int, int] | None = None) -> dict[str, Any]:
    monkeypatch.setattr("trigpoint.net.dial.echo.SECONDS", 0.3)

    async def main() -> list[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: Losing(largest), ("127.0.0.1", 0))
        own = msgspec.structs.replace(session(), device=Device(packet_bytes=packets or {}))
        try:
            return await sizes(Measuring(own, None), [transport.get_extra_info("sockname")])
        finally:
            transport.close()

    (found,) = asyncio.run(main())
    return found


def test_what_comes_back_is_compared_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    both = tried(9_999, monkeypatch)
    assert (both["large_bytes"], both["large_failure"], both["small_failure"], both["is_lost"]) == (
        1500,
        None,
        None,
        False,
    )
    assert tried(1_472, monkeypatch)["is_lost"] is False, "with 28 bytes of headers it is 1500"


def test_a_device_with_small_packets_sends_no_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tried(9_999, monkeypatch, {4: 1_420})["large_bytes"] == 1_420
    least = tried(9_999, monkeypatch, {4: 1_280})
    assert (least["large_bytes"], least["is_lost"]) == (1_280, None), "nothing to compare"


def test_fragments_are_forbidden() -> None:
    from trigpoint.net.dial.echo import _forbid_fragments  # noqa: PLC0415 - one test's

    async def main() -> list[int]:
        found = []
        for address, level, option in (("127.0.0.1", socket.IPPROTO_IP, 10), ("::1", socket.IPPROTO_IPV6, 23)):
            loop = asyncio.get_running_loop()
            try:
                transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(address, 9))
            except OSError:
                continue  # a machine without IPv6
            _forbid_fragments(transport)
            found.append(transport.get_extra_info("socket").getsockopt(level, option))
            transport.close()
        return found

    assert set(asyncio.run(main())) == {2}
