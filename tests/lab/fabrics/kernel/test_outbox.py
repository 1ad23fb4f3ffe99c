"""What is sent arrives in order, however slowly the other side reads."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from trigpoint.lab.fabrics.kernel.outbox import Outbox


def test_what_finds_no_room_is_sent_later_with_its_descriptors() -> None:
    async def run() -> None:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with near, far:
            outbox = Outbox(near, asyncio.get_running_loop())
            reading, writing = os.pipe()
            for number in range(2_000):
                outbox.send(b"%d" % number, [writing] if number == 1_999 else [])
            os.close(writing)
            assert outbox
            far.settimeout(0)
            for number in range(2_000):
                while True:
                    try:
                        data, descriptors, _, _ = socket.recv_fds(far, 100, 1)
                        break
                    except BlockingIOError:
                        await asyncio.sleep(0)
                assert data == b"%d" % number
            assert not outbox
            os.write(descriptors[0], b"x")
            os.close(descriptors[0])
            assert os.read(reading, 2) == b"x"
            assert os.read(reading, 2) == b""
            os.close(reading)

    asyncio.run(run())


def test_nothing_waits_for_a_side_that_has_gone() -> None:
    async def run() -> None:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with near:
            outbox = Outbox(near, asyncio.get_running_loop())
            while not outbox:
                outbox.send(b"x", [0])
            far.close()
            for _ in range(10):
                await asyncio.sleep(0)
            assert not outbox
            with pytest.raises(BrokenPipeError):
                outbox.send(b"x")

    asyncio.run(run())
