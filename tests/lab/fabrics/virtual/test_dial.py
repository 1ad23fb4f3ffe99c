from __future__ import annotations

import asyncio
import errno
import re

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, CLIENT6, NOBODY, SERVER, SERVER6, Lab, Straight, run
from trigpoint.lab.fabrics.virtual.dial import dial
from trigpoint.lab.fabrics.virtual.endpoints import endpoint
from trigpoint.net.packets import SYN, IcmpError, Packet, address_bytes, icmp_error

HOP = address_bytes("198.51.100.1")


async def opened(lab: Lab, remote: str = SERVER, local: tuple[str, int] | None = None) -> tuple[object, object]:
    made = await dial(lab.loop.internet.host, endpoint((remote, 80)), endpoint(local) if local else None)
    made.close()
    return made.getsockname(), made.getpeername()


def test_a_connection_comes_from_the_first_address_of_the_family() -> None:
    async def main(lab: Lab) -> None:
        for address in (SERVER, SERVER6):
            await lab.server.listen(asyncio.Protocol, (address, 80))
        local, remote = await opened(lab)
        assert (local[0], remote) == (CLIENT, (SERVER, 80))
        local, remote = await opened(lab, SERVER6)
        assert (local[0], remote) == (CLIENT6, (SERVER6, 80, 0, 0))

    run(main)


def test_address_and_port_may_be_chosen() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(asyncio.Protocol, (SERVER, 80))
        assert (await opened(lab, local=(CLIENT, 4000)))[0] == (CLIENT, 4000)
        with pytest.raises(OSError, match="in use"):  # it is in TIME-WAIT
            await opened(lab, local=("0.0.0.0", 4000))  # noqa: S104 - in memory
        with pytest.raises(OSError, match="assign"):
            await opened(lab, local=(SERVER, 0))

    run(main)


@pytest.mark.parametrize(
    ("remote", "error", "seconds"),
    [(SERVER, ConnectionRefusedError, 0.02), (NOBODY, TimeoutError, 127.0), (SERVER6, ConnectionRefusedError, 0.02)],
)
def test_a_failure_is_what_a_kernel_says(remote: str, error: type[OSError], seconds: float) -> None:
    async def main(lab: Lab) -> None:
        start = lab.loop.time()
        with pytest.raises(error, match=re.escape(f"Connect call failed ('{remote}', 80")):
            await opened(lab, remote)
        assert lab.loop.time() - start == pytest.approx(seconds)

    run(main)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (IcmpError.HOST_UNREACHABLE, errno.EHOSTUNREACH),
        (IcmpError.NO_ROUTE, errno.ENETUNREACH),
        (IcmpError.PORT_UNREACHABLE, errno.ECONNREFUSED),
        (IcmpError.TIME_EXCEEDED, errno.EHOSTUNREACH),
    ],
)
def test_icmp_ends_the_attempt(kind: IcmpError, number: int) -> None:
    def change(packet: Packet) -> list[tuple[float, bytes]]:
        answer = icmp_error(HOP, packet.data, kind)
        return [(0.0, answer)] if answer else []

    async def main(lab: Lab) -> None:
        with pytest.raises(OSError, match="Connect call failed") as caught:
            await opened(lab)
        assert caught.value.errno == number

    run(main, Straight(change))


def test_an_attempt_that_is_cancelled_leaves_nothing() -> None:
    async def main(lab: Lab) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(opened(lab, NOBODY), 2)
        assert not lab.loop.internet.host.connections
        await asyncio.sleep(200)
        assert [sent.packet.flags for sent in lab.carrier.sent] == [SYN, SYN]

    run(main)


def test_who_has_no_address_of_the_family_has_no_way() -> None:
    async def main(lab: Lab) -> None:
        with lab.loop.internet.at("resolver"), pytest.raises(OSError, match="unreachable"):
            await opened(lab, SERVER6)

    run(main)
