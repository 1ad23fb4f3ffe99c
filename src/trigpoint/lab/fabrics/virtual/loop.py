"""The asyncio loop of the virtual fabric: its connections and datagrams go through hosts in memory.

Programs that use asyncio's transports and streams run on it as they are. What asyncio builds on connections is kept:
this overrides the points at which :class:`asyncio.BaseEventLoop` reaches for the kernel (``_connect_sock``,
``_make_socket_transport`` and ``_make_ssl_transport``, the same from CPython 3.11 to 3.14), so that arguments, order
of attempts and errors are asyncio's own. Sockets of the kernel that a program brings along stay real, with one
exception: UDP sockets, which aioquic makes by itself, only say which family and port it wants.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import sslproto
from typing import TYPE_CHECKING, Any, cast

from trigpoint.lab.fabrics.virtual.datagram_socket import DatagramSocket
from trigpoint.lab.fabrics.virtual.datagram_transport import DatagramTransport
from trigpoint.lab.fabrics.virtual.dial import dial
from trigpoint.lab.fabrics.virtual.endpoints import ANY4, ANY6, endpoint
from trigpoint.lab.fabrics.virtual.host import FIRST_PORT
from trigpoint.lab.fabrics.virtual.internet import Carrier, Internet
from trigpoint.lab.fabrics.virtual.lookup import Lookup
from trigpoint.lab.fabrics.virtual.name_service import AddressInfo, NameService
from trigpoint.lab.fabrics.virtual.server import Server
from trigpoint.lab.fabrics.virtual.sockets import TTL_OPTIONS
from trigpoint.lab.fabrics.virtual.stream_socket import StreamSocket
from trigpoint.lab.fabrics.virtual.stream_transport import StreamTransport
from trigpoint.lab.fabrics.virtual.timeless import TimelessLoop

if TYPE_CHECKING:
    import ssl as tls
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress
    from trigpoint.lab.stack import Anything
    from trigpoint.net.packets import Endpoint

_ANY = {socket.AF_INET: ANY4, socket.AF_INET6: ANY6}
_TLS_OPTIONS = {"server_side", "server_hostname", "ssl_handshake_timeout", "ssl_shutdown_timeout"}
_LAST_TURNS = 3  # of the loop, in which transports that were left open say goodbye: TLS, its program, and one more


class VirtualLoop(TimelessLoop):
    """A loop over an Internet in memory.

    Args:
        carrier: who knows the ways between hosts.
        place: where programs are that were not placed elsewhere.
        resolvers: which address each place asks for names.
        seed: of all numbers that hosts draw.

    """

    def __init__(self, carrier: Carrier, place: str, resolvers: Mapping[str, str], seed: int = 0) -> None:
        super().__init__()
        self.internet = Internet(self, carrier, place, seed)
        """All hosts."""
        self._name_service = NameService(self.internet, Lookup(self, resolvers, seed))

    async def getaddrinfo(  # type: ignore[override]  # of addresses of IP only
        self,
        host: str | bytes | None,
        port: str | bytes | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's name
        proto: int = 0,
        flags: int = 0,
    ) -> list[AddressInfo]:
        """Find the addresses of a host, by asking the place's resolver."""
        return await self._name_service.getaddrinfo(host, port, (family, type, proto), flags)

    async def getnameinfo(self, sockaddr: SocketAddress, flags: int = 0) -> tuple[str, str]:
        """Give host and service of an address, as numbers."""
        return self._name_service.getnameinfo(sockaddr, flags)

    async def _connect_sock(
        self,
        exceptions: list[list[OSError]],
        addr_info: AddressInfo,
        local_addr_infos: Sequence[AddressInfo] | None = None,
    ) -> StreamSocket:
        failures: list[OSError] = []
        exceptions.append(failures)
        try:
            local = None
            if local_addr_infos is not None:
                local = _of_family(local_addr_infos, addr_info[0])
            return await dial(self.internet.host, endpoint(addr_info[4]), local)
        except OSError as error:
            failures.append(error)
            raise

    def _make_socket_transport(
        self,
        sock: StreamSocket | socket.socket,
        protocol: asyncio.BaseProtocol,
        waiter: asyncio.Future[None] | None = None,
        **rest: Any,  # noqa: ANN401 - `extra` and `server`, and from 3.14 on more
    ) -> asyncio.Transport:
        if isinstance(sock, StreamSocket):
            return StreamTransport(self, sock, protocol, waiter)
        made = super()._make_socket_transport(sock, protocol, waiter, **rest)  # type: ignore[misc]  # not public
        return cast("asyncio.Transport", made)

    def _make_ssl_transport(
        self,
        rawsock: StreamSocket | socket.socket,
        protocol: asyncio.BaseProtocol,
        sslcontext: tls.SSLContext,
        waiter: asyncio.Future[None] | None = None,
        **rest: Any,  # noqa: ANN401 - sides, names and timeouts, for `SSLProtocol`
    ) -> asyncio.Transport:
        if not isinstance(rawsock, StreamSocket):
            made = super()._make_ssl_transport(rawsock, protocol, sslcontext, waiter, **rest)  # type: ignore[misc]
            return cast("asyncio.Transport", made)
        options = {key: value for key, value in rest.items() if key in _TLS_OPTIONS}
        inner = sslproto.SSLProtocol(self, protocol, sslcontext, waiter, **options)  # type: ignore[arg-type]
        StreamTransport(self, rawsock, inner)
        return cast("asyncio.Transport", inner._app_transport)  # noqa: SLF001 - as asyncio does it

    async def create_server(  # type: ignore[override]  # noqa: PLR0913 - asyncio's arguments
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: str | Iterable[str] | None = None,
        port: int | None = None,
        *,
        family: int = socket.AF_UNSPEC,
        flags: int = socket.AI_PASSIVE,
        sock: socket.socket | None = None,
        ssl: tls.SSLContext | None = None,
        start_serving: bool = True,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
        **rest: Any,  # noqa: ANN401 - backlog, reuse and keep-alive, which mean nothing here
    ) -> asyncio.AbstractServer:
        """Accept TCP connections at the place where the program is: see :meth:`asyncio.loop.create_server`."""
        timeouts: dict[str, Any] = {
            "ssl_handshake_timeout": ssl_handshake_timeout,
            "ssl_shutdown_timeout": ssl_shutdown_timeout,
        }
        if sock is not None:
            options = {**rest, "ssl": ssl, "start_serving": start_serving, "sock": sock} | (timeouts if ssl else {})
            return await super().create_server(protocol_factory, **options)

        def attach(accepted: StreamSocket) -> None:
            protocol = protocol_factory()
            if ssl:
                self._make_ssl_transport(accepted, protocol, ssl, server_side=True, **timeouts)
            else:
                StreamTransport(self, accepted, protocol)

        local = self.internet.host
        ends = await self._endpoints(host, port, family, flags)
        if not port:
            number = local.free_port(lambda number: not any((end[0], number) in local.listeners for end in ends))
            ends = [(address, number) for address, _ in ends]
        server = Server(self, local, ends, attach)
        if start_serving:
            server.listen()
        return server

    async def _endpoints(
        self, host: str | Iterable[str] | None, port: int | None, family: int, flags: int
    ) -> list[Endpoint]:
        names = [host] if host is None or isinstance(host, str) else list(host)
        infos = [
            info
            for name in names
            for info in await self.getaddrinfo(name, port, family=family, type=socket.SOCK_STREAM, flags=flags)
        ]
        return list(dict.fromkeys(endpoint(info[4]) for info in infos))

    async def create_datagram_endpoint(  # type: ignore[override]  # noqa: PLR0913 - asyncio's arguments
        self,
        protocol_factory: Callable[[], Anything],
        local_addr: tuple[str, int] | None = None,
        remote_addr: tuple[str, int] | None = None,
        *,
        family: int = 0,
        proto: int = 0,
        flags: int = 0,
        sock: socket.socket | None = None,
        **_: Any,  # noqa: ANN401 - reuse and broadcast, which mean nothing here
    ) -> tuple[DatagramTransport, Anything]:
        """Open a UDP port at the place where the program is: see :meth:`asyncio.loop.create_datagram_endpoint`."""
        if sock is not None:
            opened = self._in_place_of(sock)
        else:
            remote = await self._info(remote_addr, family, proto, flags)
            local = await self._info(local_addr, remote[0] if remote else family, proto, flags)
            opened = self._open_datagrams(family, local, remote)
        waiter = self.create_future()
        protocol = protocol_factory()
        transport = DatagramTransport(self, opened, cast("asyncio.DatagramProtocol", protocol), waiter)
        try:
            await waiter
        except BaseException:
            transport.close()
            raise
        return transport, protocol

    async def _info(self, address: tuple[str, int] | None, family: int, proto: int, flags: int) -> AddressInfo | None:
        if address is None:
            return None
        found = await self.getaddrinfo(*address[:2], family=family, type=socket.SOCK_DGRAM, proto=proto, flags=flags)
        return found[0]

    def _open_datagrams(self, family: int, local: AddressInfo | None, remote: AddressInfo | None) -> DatagramSocket:
        host = self.internet.host
        chosen = next((info[0] for info in (remote, local) if info), family)
        if chosen not in _ANY:
            message = "unexpected address family"
            raise ValueError(message)
        bound = endpoint(local[4]) if local else (_ANY[socket.AddressFamily(chosen)], 0)
        if remote is None:
            return DatagramSocket(host, chosen, bound)
        peer = endpoint(remote[4])
        if bound[0] in {ANY4, ANY6}:
            bound = host.source_for(peer[0]), bound[1]
        opened = DatagramSocket(host, chosen, bound)
        opened.connect(peer)
        return opened

    def _in_place_of(self, given: socket.socket) -> DatagramSocket:
        """Open a port like that of a kernel's socket, which is closed. Its port counts only if a program chose it."""
        with given:
            address, port = endpoint(given.getsockname()) if given.family in _ANY else (b"", 0)
            if given.type != socket.SOCK_DGRAM or not address:
                message = f"A UDP Socket was expected, got {given!r}"
                raise ValueError(message)
            opened = DatagramSocket(self.internet.host, given.family, (address, port if port < FIRST_PORT else 0))
            option = TTL_OPTIONS[given.family]
            opened.setsockopt(*option, given.getsockopt(*option))
        return opened

    def close(self) -> None:
        """Close it; connections that are still open are reset, and their protocols told."""
        # Within another loop no turn can be had: nobody hears the resets of one that is thrown away there.
        if not self.is_closed() and asyncio._get_running_loop() is None:  # noqa: SLF001 - the public one raises
            self.internet.reset()
            for _ in range(_LAST_TURNS):
                self.call_soon(self.stop)
                self.run_forever()
        super().close()


def _of_family(infos: Sequence[AddressInfo], family: int) -> Endpoint:
    for info in infos:
        if info[0] == family:
            return endpoint(info[4])
    message = f"no matching local address with {family=} found"
    raise OSError(message)
