from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, NOBODY, SECOND, SERVER, SERVER6, Lab, Straight, run
from tests.lab.fabrics.virtual.pki import NAME, client_context, server_context
from tests.lab.fabrics.virtual.resolvers import serve_names
from tests.lab.fabrics.virtual.test_datagram_transport import Diary, Echo
from tests.lab.fabrics.virtual.test_server import Greeting
from tests.lab.fabrics.worlds import world
from trigpoint.lab.fabrics.virtual.fabric import VirtualFabric

ZONE = {(NAME, 1): [NOBODY, SERVER], (NAME, 28): []}


def test_addresses_of_a_name_are_tried_in_turn() -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, ZONE)
        await lab.server.listen(Greeting, (SERVER, 80))
        start = lab.loop.time()
        _, writer = await asyncio.open_connection(NAME, 80)
        assert writer.get_extra_info("peername") == (SERVER, 80)
        assert lab.loop.time() - start > 127
        writer.close()

    run(main)


def test_addresses_of_a_name_are_tried_at_once_when_that_is_wanted() -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, ZONE)
        await lab.server.listen(Greeting, (SERVER, 80))
        start = lab.loop.time()
        _, writer = await asyncio.open_connection(NAME, 80, happy_eyeballs_delay=0.25)
        assert writer.get_extra_info("peername") == (SERVER, 80)
        assert lab.loop.time() - start < 1
        writer.close()

    run(main)


def test_all_errors_can_be_had() -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, {(NAME, 1): [SERVER, SECOND], (NAME, 28): []})
        with pytest.raises(OSError, match=r"Multiple exceptions: .*Connect call failed"):
            await lab.loop.create_connection(Greeting, NAME, 80)

    run(main)


def test_a_local_address_must_be_of_the_family() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(Greeting, (SERVER, 80))
        transport, _ = await lab.loop.create_connection(Greeting, SERVER, 80, local_addr=(CLIENT, 4000))
        assert transport.get_extra_info("sockname") == (CLIENT, 4000)
        transport.close()
        with pytest.raises(OSError, match="no matching local address"):
            await lab.loop.create_connection(Greeting, SERVER, 80, local_addr=("::1", 0))

    run(main)


def test_tls_that_never_answers_times_out() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(asyncio.Protocol, (SERVER, 443))
        with pytest.raises(ConnectionAbortedError, match="SSL handshake is taking longer than 7"):
            await lab.loop.create_connection(
                asyncio.Protocol, SERVER, 443, ssl=client_context(), server_hostname=NAME, ssl_handshake_timeout=7
            )

    run(main)


def test_a_reset_in_the_handshake_is_a_reset() -> None:
    class Resetting(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, _: bytes) -> None:
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()

    async def main(lab: Lab) -> None:
        await lab.server.listen(Resetting, (SERVER, 443))
        with pytest.raises(ConnectionResetError) as caught:
            await asyncio.open_connection(SERVER, 443, ssl=client_context(), server_hostname=NAME)
        assert caught.value.errno is not None

    run(main)


def test_a_server_at_any_port_has_one() -> None:
    async def main(lab: Lab) -> None:
        with lab.loop.internet.at("server"):
            server = await lab.loop.create_server(Greeting, [SERVER, SERVER6])
        ports = {sock.getsockname()[1] for sock in server.sockets}
        assert len(ports) == 1
        _, writer = await asyncio.open_connection(SERVER6, ports.pop())
        writer.close()

    run(main)


def test_datagrams_go_to_names_and_from_anywhere() -> None:
    async def main(lab: Lab) -> None:
        await serve_names(lab.resolver, {(NAME, 1): [SERVER]})
        await lab.server.bind(Echo, (SERVER, 7))
        transport, diary = await lab.loop.create_datagram_endpoint(
            Diary,
            local_addr=("0.0.0.0", 4000),  # noqa: S104 - in memory
            remote_addr=(NAME, 7),
        )
        transport.sendto(b"x")
        await asyncio.sleep(1)
        assert diary.seen == ["made", (b"x", SERVER)]
        assert transport.get_extra_info("sockname") == (CLIENT, 4000)
        transport.close()
        other, _ = await lab.loop.create_datagram_endpoint(Diary, family=socket.AF_INET6)
        assert other.get_extra_info("sockname")[0] == "::"
        other.close()
        with pytest.raises(ValueError, match="unexpected address family"):
            await lab.loop.create_datagram_endpoint(Diary)

    run(main)


@pytest.mark.parametrize(("port", "is_kept"), [(0, False), (4321, True)])
def test_a_udp_socket_of_the_kernel_says_what_is_wanted(port: int, *, is_kept: bool) -> None:
    async def main(lab: Lab) -> None:
        await lab.server.bind(Echo, (SERVER, 7))
        given = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        given.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        given.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 9)
        given.bind(("::", port))
        transport, diary = await lab.loop.create_datagram_endpoint(Diary, sock=given)
        assert given.fileno() == -1
        assert (transport.get_extra_info("sockname")[1] == port) is is_kept
        transport.sendto(b"x", (f"::ffff:{SERVER}", 7, 0, 0))
        await asyncio.sleep(1)
        assert diary.seen == ["made", (b"x", f"::ffff:{SERVER}")]
        transport.sendto(b"x", (SERVER6, 7, 0, 0))
        assert lab.carrier.sent[-1].packet.ttl == 9
        transport.close()

    run(main)


def test_other_sockets_are_no_datagrams() -> None:
    async def main(lab: Lab) -> None:
        here, there = socket.socketpair()
        for given in (here, there, socket.socket()):
            with pytest.raises(ValueError, match="UDP Socket was expected"):
                await lab.loop.create_datagram_endpoint(Diary, sock=given)

    run(main)


def test_sockets_of_the_kernel_that_a_program_brings_stay_real() -> None:
    async def main(lab: Lab) -> None:
        here, there = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=here)
        there.send(b"hello")
        assert await asyncio.wait_for(reader.readexactly(5), 1) == b"hello"
        writer.close()
        await writer.wait_closed()
        there.close()
        ours, theirs = socket.socketpair()
        job = asyncio.to_thread(_greet_over_tls, theirs)
        _, (_, writer) = await asyncio.gather(
            job, asyncio.open_connection(sock=ours, ssl=client_context(), server_hostname=NAME)
        )
        writer.close()
        listening = socket.create_server(("127.0.0.1", 0))
        server = await lab.loop.create_server(Greeting, sock=listening)
        server.close()
        await server.wait_closed()

    run(main)


def _greet_over_tls(sock: socket.socket) -> None:
    with server_context().wrap_socket(sock, server_side=True) as wrapped:
        wrapped.send(b"hello")


def test_what_is_open_at_the_end_is_told_and_nothing_warns() -> None:
    lost: list[object] = []

    class Waiting(asyncio.Protocol):
        def connection_lost(self, exc: Exception | None) -> None:
            lost.append(exc)

    async def main(lab: Lab) -> None:
        await lab.server.listen(Waiting, (SERVER, 443), tls=server_context())
        await lab.client.connect(Waiting, (SERVER, 443), tls=client_context(), server_name=NAME)
        await lab.client.datagrams(Waiting, (SERVER, 53))
        await asyncio.sleep(1)

    run(main)
    assert len(lost) == 3


def test_an_open_port_or_attempt_that_is_cancelled_is_freed() -> None:
    async def main(lab: Lab) -> None:
        task = asyncio.ensure_future(lab.loop.create_datagram_endpoint(Diary, remote_addr=(SERVER, 7)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not lab.loop.internet.host.datagrams

    run(main)


def test_a_loop_may_be_closed_unused_and_twice() -> None:
    lab = Lab(Straight(), 0)
    lab.loop.close()
    lab.loop.close()
    assert lab.loop.is_closed()


def test_two_runs_with_one_seed_send_the_same_packets() -> None:
    def packets(seed: int) -> list[bytes]:
        async def main(lab: Lab) -> list[bytes]:
            await serve_names(lab.resolver, ZONE)
            await lab.server.listen(Greeting, (SERVER, 80))
            reader, writer = await asyncio.open_connection(NAME, 80, happy_eyeballs_delay=0.25)
            await reader.readexactly(5)
            writer.close()
            await asyncio.sleep(1)
            return [sent.packet.data for sent in lab.carrier.sent]

        return run(main, seed=seed)

    assert packets(1) == packets(1) != packets(2)


def test_a_loop_is_closed_within_another_one() -> None:
    loop = VirtualFabric(world()).loop()

    async def elsewhere() -> None:
        loop.close()

    asyncio.run(elsewhere())
    assert loop.is_closed()
