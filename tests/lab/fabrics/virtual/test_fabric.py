from __future__ import annotations

import asyncio
import errno
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pytest

from tests.lab.fabrics.virtual.pki import NAME, client_context, server_context
from tests.lab.fabrics.virtual.test_server import Greeting
from tests.lab.fabrics.worlds import CLIENT, CONTROL, HOSTS, RESOLVER, WEB, WEB6, world
from trigpoint.errors import InputError
from trigpoint.lab.fabrics.virtual.fabric import VirtualFabric, resolvers

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from trigpoint.lab.engine.event import Event

Anything = TypeVar("Anything")
RESET = {"behaviour": "tls_reset", "match": {"suffix": ["blocked.example"]}}
FD = Path("/proc/self/fd")


async def seen(name: str, address: str = WEB) -> str:
    """Open a TLS connection; say what became of it."""
    context = client_context()
    context.check_hostname = False
    try:
        reader, writer = await asyncio.open_connection(address, 443, ssl=context, server_hostname=name)
        greeting = await reader.readexactly(5)
        writer.close()
        await writer.wait_closed()
    except OSError as error:
        return type(error).__name__
    return greeting.decode()


def visits(count: int, seed: int = 1) -> tuple[list[str], list[tuple[str, Event]]]:
    """Visit many at once, each fourth of them blocked."""
    events: list[tuple[str, Event]] = []
    fabric = VirtualFabric(world(RESET), seed=seed, log=lambda network, event: events.append((network, event)))

    async def main() -> list[str]:
        for address in (WEB, WEB6):
            await fabric.stack("outside").listen(Greeting, (address, 443), tls=server_context())
        names = ("blocked.example", NAME, NAME, NAME)
        return await asyncio.gather(*(seen(names[n % 4], (WEB, WEB6)[n % 2]) for n in range(count)))

    with asyncio.Runner(loop_factory=fabric.loop) as runner:
        return runner.run(main()), events


def test_a_censor_resets_what_it_blocks_and_nothing_else() -> None:
    results, events = visits(40)
    assert results == ["ConnectionResetError", "hello", "hello", "hello"] * 10
    assert len(events) == 10
    assert {(network, event.name) for network, event in events} == {("a1", "blocked.example")}


def test_two_runs_with_one_seed_tell_the_same_story() -> None:
    stories = [[(network, event.story) for network, event in visits(20)[1]] for _ in range(2)]
    assert stories[0] == stories[1]
    assert stories[0] != [(network, event.story) for network, event in visits(20, seed=2)[1]]


def test_three_hundred_connections_take_a_few_seconds() -> None:
    start = time.process_time()
    results, _ = visits(300)
    assert results.count("hello") == 225
    assert time.process_time() - start < 10


@pytest.mark.skipif(not FD.is_dir(), reason="descriptors are counted in /proc")
def test_a_fabric_that_nobody_runs_opens_nothing() -> None:
    before = len(list(FD.iterdir()))
    fabric = VirtualFabric(world())
    assert len(list(FD.iterdir())) == before
    fabric.close()


@pytest.mark.skipif(not FD.is_dir(), reason="descriptors are counted in /proc")
def test_fifty_fabrics_leave_nothing_open() -> None:
    visits(2)
    before = len(list(FD.iterdir()))
    for _ in range(50):
        visits(2)
    assert len(list(FD.iterdir())) == before


def test_the_client_of_each_network_asks_its_resolver() -> None:
    made = world()
    assert resolvers(made) == {"a1/client": RESOLVER, "a1": RESOLVER, "a2/client": RESOLVER, "a2": RESOLVER}
    public: dict[str, Any] = {"name": "public", "addresses": ["203.0.113.8"], "resolver": {}}
    assert resolvers(world(host=(*HOSTS, public)))["outside"] == "203.0.113.8"
    six = msgspec.structs.replace(made.networks[0], client=("2001:db8:a1::2",))
    assert resolvers(msgspec.structs.replace(made, networks=(six,)))["a1/client"] == "2001:db8:a1::53"


def test_programs_run_in_the_network_that_is_asked_for() -> None:
    for network, address in (("", CLIENT), ("a1", CLIENT), ("a2", "192.0.2.130")):
        fabric = VirtualFabric(world(), network=network)
        assert fabric.loop() is fabric.loop()
        assert fabric.loop().internet.place == f"{network or 'a1'}/client"
        with fabric.loop().internet.at(f"{network or 'a1'}/client"):
            assert fabric.loop().internet.host.check_local(bytes(map(int, address.split(".")))) is None
        fabric.close()
        fabric.close()
    with pytest.raises(InputError, match="no network"):
        VirtualFabric(world(), network="a9")


def test_packets_at_the_clients_edge_are_captured() -> None:
    taken: list[tuple[str, float, bytes]] = []
    fabric = VirtualFabric(world(), capture=lambda *packet: taken.append(packet))

    async def main() -> None:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(WEB, 80)

    with asyncio.Runner(loop_factory=fabric.loop) as runner:
        runner.run(main())
    assert [(network, round(at - 1000, 3)) for network, at, _ in taken] == [("a1", 0.0), ("a1", 0.08)]


def run(fabric: VirtualFabric, main: Callable[[], Coroutine[None, None, Anything]]) -> Anything:
    with asyncio.Runner(loop_factory=fabric.loop) as runner:
        return runner.run(main())


@pytest.mark.parametrize(("address", "level", "option"), [(WEB, 0, socket.IP_TTL), (WEB6, 41, 16)])
def test_a_client_hello_with_few_hops_shows_where_the_censor_stands(address: str, level: int, option: int) -> None:
    """The censor stands at router 4: whoever sends no further is not reset."""

    async def outcome(ttl: int) -> str:
        _, writer = await asyncio.open_connection(address, 443)
        writer.get_extra_info("socket").setsockopt(level, option, ttl)
        context = client_context()
        try:
            async with asyncio.timeout(3):
                await writer.start_tls(context, server_hostname="blocked.example")
        except OSError as error:
            return type(error).__name__
        finally:
            writer.close()
        return "open"

    async def main() -> list[str]:
        await fabric.stack("outside").listen(Greeting, (address, 443), tls=server_context())
        return [await outcome(ttl) for ttl in (1, 3, 4, 8)]

    fabric = VirtualFabric(world({**RESET, "placement": {"hop": 4}}))
    assert run(fabric, main) == ["TimeoutError"] * 3 + ["ConnectionResetError"]


def test_routers_tell_who_they_are_when_a_datagram_dies() -> None:
    class Errors(asyncio.DatagramProtocol):
        def __init__(self) -> None:
            self.error: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def error_received(self, exc: Exception) -> None:
            self.error.set_result(exc)

    async def probe(ttl: int) -> tuple[float, int]:
        start = asyncio.get_running_loop().time()
        transport, errors = await fabric.stack("a1/client").datagrams(Errors, (WEB, 33434), ttl=ttl)
        transport.sendto(b"x")
        number = (await errors.error).errno
        transport.close()
        return asyncio.get_running_loop().time() - start, number

    async def main() -> list[tuple[float, int]]:
        return [await probe(ttl) for ttl in (1, 5, 64)]

    fabric = VirtualFabric(world())
    near, border, far = run(fabric, main)
    assert near < border < far
    assert [number for _, number in (near, border, far)] == [errno.EHOSTUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED]


def test_a_bad_line_loses_time_and_no_data() -> None:
    page = bytes(range(256)) * 2000

    class Page(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            transport.write(page)
            transport.close()

    async def main() -> bytes:
        await fabric.stack("outside").listen(Page, (WEB, 80))
        reader, writer = await asyncio.open_connection(WEB, 80)
        found = await reader.read(-1)
        writer.close()
        return found

    link = {"delay_ms": 20, "jitter_ms": 20, "loss": 0.05, "reorder": 0.1, "rate_mbit": 8}
    fabric = VirtualFabric(world(network={"link": link}))
    assert run(fabric, main) == page


def test_what_begins_at_a_place_belongs_to_it() -> None:
    async def main() -> str:
        await fabric.stack("outside").listen(Greeting, (WEB, 80))
        with fabric.at("control"):
            _, writer = await asyncio.open_connection(WEB, 80)
        writer.close()
        return str(writer.get_extra_info("sockname")[0])

    fabric = VirtualFabric(world())
    assert run(fabric, main) == CONTROL
