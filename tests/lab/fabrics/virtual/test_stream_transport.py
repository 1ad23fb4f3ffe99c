from __future__ import annotations

import asyncio
import errno
import socket
import struct
from typing import Any

import pytest

from tests.lab.fabrics.virtual.carriers import SERVER, Lab, run
from trigpoint.lab.fabrics.virtual.stream_socket import SEND_BUFFER
from trigpoint.lab.fabrics.virtual.stream_transport import StreamTransport
from trigpoint.net.packets import ACK, RST


class Diary(asyncio.Protocol):
    """Writes down what happens to it."""

    keeps_open = False

    def __init__(self) -> None:
        self.seen: list[object] = []
        self.data = b""
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.seen.append("made")

    def data_received(self, data: bytes) -> None:
        self.data += data

    def eof_received(self) -> bool:
        self.seen.append("eof")
        return self.keeps_open

    def pause_writing(self) -> None:
        self.seen.append("pause")

    def resume_writing(self) -> None:
        self.seen.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.seen.append("lost")
        self.lost.set_result(exc)


class Buffered(asyncio.BufferedProtocol):
    """Takes what comes in small pieces."""

    def __init__(self, size: int = 3) -> None:
        self.buffer = bytearray(size)
        self.data = b""

    def get_buffer(self, _: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.data += self.buffer[:nbytes]


async def pair(lab: Lab, here: Any = Diary, there: Any = Diary) -> tuple[Any, Any]:
    """Open a connection; give the client's protocol and the server's."""
    made = []

    def factory() -> object:
        made.append(there())
        return made[0]

    await lab.server.listen(factory, (SERVER, 80))
    transport, protocol = await lab.loop.create_connection(here, SERVER, 80)
    assert isinstance(transport, StreamTransport)
    await asyncio.sleep(1)
    return protocol, made[0]


def test_data_goes_both_ways_and_a_close_is_seen() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab)
        here.transport.writelines([b"he", bytearray(b"ll"), memoryview(b"o")])
        there.transport.write(b"hi")
        there.transport.write(b"")
        await asyncio.sleep(1)
        assert (here.data, there.data) == (b"hi", b"hello")
        here.transport.close()
        here.transport.close()
        here.transport.write(b"too late")
        assert here.transport.is_closing()
        assert await here.lost is None
        assert await there.lost is None
        assert here.seen == ["made", "lost"]
        assert there.seen == ["made", "eof", "lost"]
        assert there.data == b"hello"

    run(main)


def test_half_a_connection_can_be_closed() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab)
        there.keeps_open = True
        assert here.transport.can_write_eof()
        here.transport.write(b"ask")
        here.transport.write_eof()
        here.transport.write_eof()
        with pytest.raises(RuntimeError, match="after write_eof"):
            here.transport.write(b"x")
        await asyncio.sleep(1)
        assert there.seen == ["made", "eof"]
        there.transport.write(b"answer")
        await asyncio.sleep(1)
        assert here.data == b"answer"
        there.transport.close()
        await here.lost

    run(main)


def reset_at_once(transport: Any) -> None:
    """End a connection with a reset, as SO_LINGER of no seconds has it."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def test_an_abort_says_goodbye_as_a_kernel_does() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab)
        there.transport.abort()
        assert await here.lost is None
        assert [sent for sent in lab.carrier.sent if sent.packet.flags & RST] == []

    run(main)


def test_an_abort_without_lingering_is_a_reset_and_says_which() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab)
        there.transport.write(b"last words")
        reset_at_once(there.transport)
        there.transport.abort()
        error = await here.lost
        assert isinstance(error, ConnectionResetError)
        assert (error.errno, here.data) == (errno.ECONNRESET, b"last words")
        assert await there.lost is None
        assert [sent.packet.flags for sent in lab.carrier.sent if sent.packet.flags & RST] == [RST | ACK]

    run(main)


def test_who_writes_more_than_there_is_room_for_is_paused_and_resumed() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab)
        there.transport.pause_reading()
        assert not there.transport.is_reading()
        here.transport.write(bytes(SEND_BUFFER))
        assert here.transport.get_write_buffer_size() == 0
        here.transport.write(bytes(1 << 20))
        assert here.seen == ["made", "pause"]
        assert here.transport.get_write_buffer_size() == 1 << 20
        await asyncio.sleep(60)
        assert here.seen == ["made", "pause"]
        here.transport.close()
        await asyncio.sleep(60)
        assert "lost" not in here.seen  # what was written leaves first
        there.transport.resume_reading()
        await asyncio.sleep(60)
        assert there.data == bytes(SEND_BUFFER + (1 << 20))
        assert here.seen == ["made", "pause", "lost"]

    run(main)


def test_a_paused_writer_is_resumed_when_there_is_room() -> None:
    async def main(lab: Lab) -> None:
        here, _ = await pair(lab)
        here.transport.write(bytes(1 << 20))
        await asyncio.sleep(60)
        assert here.seen == ["made", "pause", "resume"]

    run(main)


def test_a_reset_while_paused_is_heard_when_reading_or_writing() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab)
        here.transport.pause_reading()
        reset_at_once(there.transport)
        await asyncio.sleep(1)
        assert here.seen == ["made"]
        here.transport.write(b"x")
        assert isinstance(await here.lost, ConnectionResetError)

    run(main)


def test_buffered_protocols_are_filled_piece_by_piece() -> None:
    async def main(lab: Lab) -> None:
        here, there = await pair(lab, there=Buffered)
        here.transport.write(b"hello world")
        await asyncio.sleep(1)
        assert there.data == b"hello world"

    run(main)


def test_a_protocol_that_fails_loses_its_connection_only() -> None:
    class Broken(Diary):
        def data_received(self, _: bytes) -> None:
            message = "broken"
            raise ValueError(message)

    async def main(lab: Lab) -> None:
        told: list[dict[str, Any]] = []
        lab.loop.set_exception_handler(lambda _, context: told.append(context))
        here, there = await pair(lab, there=Broken)
        here.transport.write(b"x")
        assert isinstance(await there.lost, ValueError)
        assert str(told[0]["exception"]) == "broken"
        await here.lost
        other, empty = await pair_again(lab)
        other.transport.write(b"x")
        await other.lost
        assert "empty buffer" in str(told[1]["exception"])
        assert empty.data == b""

    async def pair_again(lab: Lab) -> tuple[Any, Any]:
        made = []

        def factory() -> Buffered:
            made.append(Buffered(0))
            return made[0]

        await lab.server.listen(factory, (SERVER, 81))
        _, protocol = await lab.loop.create_connection(Diary, SERVER, 81)
        await asyncio.sleep(1)
        return protocol, made[0]

    run(main)


def test_marks_of_the_buffer_are_asyncios() -> None:
    async def main(lab: Lab) -> None:
        here, _ = await pair(lab)
        transport = here.transport
        assert transport.get_write_buffer_limits() == (1 << 14, 1 << 16)
        transport.set_write_buffer_limits(low=10)
        assert transport.get_write_buffer_limits() == (10, 40)
        transport.set_write_buffer_limits(high=100)
        assert transport.get_write_buffer_limits() == (25, 100)
        with pytest.raises(ValueError, match="must be >= low"):
            transport.set_write_buffer_limits(high=1, low=2)
        with pytest.raises(TypeError):
            transport.write("text")
        assert transport.get_protocol() is here
        assert transport.is_reading()

    run(main)


def test_what_a_protocol_does_in_its_first_moment_counts() -> None:
    class Shy(Diary):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            transport.close()

    class Pausing(Diary):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            transport.write(b"x")
            transport.pause_reading()
            transport.resume_reading()

    async def main(lab: Lab) -> None:
        here, there = await pair(lab, here=Shy, there=Pausing)
        assert here.seen == ["made", "lost"]
        assert here.data == b""
        await there.lost

    run(main)
