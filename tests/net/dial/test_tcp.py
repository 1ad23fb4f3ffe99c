from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, NOBODY, SERVER, Lab, Straight, run
from tests.net.dial.peers import WHERES, Peer, has_loopback6, nothing, played, scripted
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.tcp import Stream, connect

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Connect, NetworkEvent
    from trigpoint.net.packets import Packet


async def _echo(peer: Peer) -> None:
    while True:
        peer.say(await peer.heard())


async def _opened(address: str, port: int) -> Stream:
    stream = await connect(Diary().trace("depth=0"), address, port)
    assert stream is not None
    return stream


def _operations(stream: Stream) -> list[tuple[str, str | None, int | None]]:
    events = stream.trace.diary.network_events
    return [(event.operation, event.failure, event.num_bytes) for event in events]


@pytest.mark.parametrize("where", WHERES)
def test_everything_is_written_down(where: str) -> None:
    if where == "loopback6" and not has_loopback6():
        pytest.skip("no IPv6 on this machine")

    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        await stream.write(b"hello")
        assert await stream.read() == b"hello"
        stream.close()
        diary = stream.trace.diary
        assert _operations(stream) == [("connect", None, None), ("write", None, 5), ("read", None, 5)]
        assert stream.endpoint == (f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
        assert {event.address for event in diary.network_events} == {stream.endpoint}
        assert {event.proto for event in diary.network_events} == {"tcp"}
        act = diary.connects[0]
        assert (act.ip, act.port, act.failure, act.transaction_id, act.tags) == (address, port, None, 1, ("depth=0",))

    played(where, _echo, act)


def test_times_are_those_of_the_network() -> None:
    async def act(address: str, port: int) -> tuple[Connect, NetworkEvent]:
        stream = await _opened(address, port)
        await stream.write(b"hello")
        await stream.read()
        stream.close()
        return stream.trace.diary.connects[0], stream.trace.diary.network_events[-1]

    opened, read = played("virtual", _echo, act)
    assert (opened.t0, opened.t) == (0, pytest.approx(0.02))  # 10 ms each way
    assert (read.t0, read.t) == (pytest.approx(0.02), pytest.approx(0.04))


def test_a_connection_waits_until_it_is_admitted() -> None:
    asked = []

    async def admit(host: str) -> None:
        asked.append(host)
        await asyncio.sleep(3)

    async def act(address: str, port: int) -> None:
        diary = Diary(admit)
        stream = await connect(diary.trace(), address, port)
        assert stream is not None
        stream.close()
        assert asked == [address]
        assert diary.connects[0].t0 == 3

    played("virtual", nothing, act)


async def _leaves(peer: Peer) -> None:
    peer.say(b"bye")
    await peer.end()


@pytest.mark.parametrize("where", ["virtual", "loopback"])
def test_an_end_is_read_again_and_again_and_does_not_end_writing(where: str) -> None:
    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        data = b""
        while len(data) < 3:
            data += await stream.read()
        assert (data, await stream.read(), await stream.read()) == (b"bye", b"", b"")
        assert _operations(stream)[-1] == ("read", "eof_error", 0)
        await stream.write(b"still there")
        stream.close()

    played(where, _leaves, act)


async def _resets(peer: Peer) -> None:
    peer.say(b"last words")
    await peer.reset()


@pytest.mark.parametrize("where", ["virtual", "loopback"])
def test_what_came_before_a_reset_is_given_first(where: str) -> None:
    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        assert await stream.read() == b"last words"
        with pytest.raises(Failed, match="connection_reset"):
            await stream.read()
        with pytest.raises(Failed, match="connection_reset"):
            await stream.write(b"anybody?")
        assert [failure for _, failure, _ in _operations(stream)] == [None, None, *2 * ["connection_reset"]]

    played(where, _resets, act)


def test_nothing_in_time_is_a_failure_of_the_read_alone() -> None:
    async def script(peer: Peer) -> None:
        await asyncio.sleep(5)
        peer.say(b"late")

    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        with pytest.raises(Failed, match="generic_timeout_error"):
            await stream.read(1)
        assert await stream.read() == b"late"
        stream.close()

    played("virtual", script, act)


def test_a_peer_that_takes_nothing_fails_the_write() -> None:
    async def deaf(peer: Peer) -> None:
        peer.deafen()
        await asyncio.sleep(1_000)

    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        with pytest.raises(Failed, match="generic_timeout_error"):
            await stream.write(bytes(4_000_000), 5)
        assert _operations(stream)[-1] == ("write", "generic_timeout_error", 0)
        stream.close()

    played("virtual", deaf, act)


def test_the_kernels_patience_in_the_middle_is_not_the_programs() -> None:
    """Whoever waits long enough hears the kernel give up what it sends again and again."""
    is_cut = False

    def change(packet: Packet) -> list[tuple[float, bytes]]:
        return [] if is_cut else [(0.0, packet.data)]

    async def main(lab: Lab) -> None:
        nonlocal is_cut
        await lab.server.listen(scripted(nothing), (SERVER, 80))
        stream = await _opened(SERVER, 80)
        is_cut = True
        await stream.write(b"anybody?")
        with pytest.raises(Failed, match="timed_out"):
            await stream.read(10_000)

    run(main, Straight(change))


def test_a_write_waits_for_a_peer_that_takes_its_time() -> None:
    size = 2_000_000

    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        await stream.write(bytes(size), 600)
        await stream.write(b"!")
        writes = stream.trace.diary.network_events[1:]
        assert [event.num_bytes for event in writes] == [size, 1]
        assert writes[0].t - writes[0].t0 > 0.05
        stream.close()

    async def takes(peer: Peer) -> None:
        while b"!" not in await peer.heard():
            pass

    played("virtual", takes, act)


def test_much_is_read_in_parts_that_fit_into_memory() -> None:
    size = 3_000_000

    async def script(peer: Peer) -> None:
        peer.say(bytes(size))

    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        await asyncio.sleep(60)
        parts = []
        while sum(parts) < size:
            parts.append(len(await stream.read()))
        assert max(parts) < 1_000_000
        stream.close()

    played("virtual", script, act)


def test_one_that_is_closed_says_so() -> None:
    async def act(address: str, port: int) -> None:
        stream = await _opened(address, port)
        stream.close()
        with pytest.raises(Failed, match="connection_already_closed"):
            await stream.read()
        with pytest.raises(Failed, match="connection_already_closed"):
            await stream.write(b"x")

    played("virtual", nothing, act)


def test_what_is_interrupted_is_written_down_and_not_hidden() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(scripted(nothing), (SERVER, 80))
        diary = Diary()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connect(diary.trace(), NOBODY, 80), 1)
        stream = await connect(diary.trace(), SERVER, 80)
        assert stream is not None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.read(), 1)
        assert [act.failure for act in diary.acts] == ["interrupted", None]
        assert [event.failure for event in diary.network_events] == ["interrupted", None, "interrupted"]
        stream.close()

    run(main)


def test_address_and_port_to_come_from_can_be_chosen() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(scripted(nothing), (SERVER, 80))
        stream = await connect(Diary().trace(), SERVER, 80, local=(CLIENT, 4_321))
        assert stream is not None
        assert lab.carrier.sent[0].packet.source_port == 4_321
        stream.close()
        diary = Diary()
        assert await connect(diary.trace(), SERVER, 80, local=("192.0.2.99", 0)) is None
        assert diary.connects[0].failure == "address_not_available"

    run(main)


def test_the_time_to_live_is_set_after_the_handshake() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(scripted(nothing), (SERVER, 80))
        stream = await connect(Diary().trace(), SERVER, 80, ttl=3)
        assert stream is not None
        await stream.write(b"trigger")
        ttls = [sent.packet.data[8] for sent in lab.carrier.sent if sent.packet.data[12:16] == socket.inet_aton(CLIENT)]
        assert ttls == [64, 64, 3]
        stream.close()

    run(main)


@pytest.mark.parametrize("where", ["loopback", "loopback6"])
def test_the_time_to_live_can_be_set_on_sockets_of_the_kernel(where: str) -> None:
    if where == "loopback6" and not has_loopback6():
        pytest.skip("no IPv6 on this machine")

    async def act(address: str, port: int) -> None:
        stream = await connect(Diary().trace(), address, port, ttl=3)
        assert stream is not None
        await stream.write(b"hello")
        assert await stream.read() == b"hello"
        stream.close()

    played(where, _echo, act)
