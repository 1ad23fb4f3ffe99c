"""How a connection is opened: a port is chosen, and the handshake waited for."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.virtual.endpoints import ANY4, ANY6, socket_address
from trigpoint.lab.fabrics.virtual.notices import finish
from trigpoint.lab.fabrics.virtual.stream_socket import StreamSocket

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.virtual.host import Host
    from trigpoint.net.packets import Endpoint


async def dial(host: Host, remote: Endpoint, local: Endpoint | None = None) -> StreamSocket:
    """Open a connection.

    Args:
        host: from where.
        remote: where to.
        local: the address to come from, and the port, 0 for any. None: as the host likes.

    Raises:
        OSError: the kernel's reasons: refused, unreachable, timed out, no such address, no free port.

    """
    loop = asyncio.get_running_loop()
    opened = StreamSocket(loop, host, host.ends(_local(host, remote, local), remote))
    waiter: asyncio.Future[None] = loop.create_future()

    def look() -> None:
        connection = opened.connection
        if connection.error and not waiter.done():
            address = socket_address(remote, opened.family)
            waiter.set_exception(OSError(connection.error, f"Connect call failed {address}"))
        elif connection.is_open:
            finish(waiter)

    opened.watcher = look
    opened.open()
    try:
        await waiter
    except BaseException:
        opened.close()
        raise
    opened.watcher = None
    return opened


def _local(host: Host, remote: Endpoint, local: Endpoint | None) -> Endpoint:
    address, port = local or (ANY4, 0)
    if address in {ANY4, ANY6}:
        address = host.source_for(remote[0])
    host.check_local(address)
    if not port:
        return address, host.free_port(
            lambda number: (
                ((address, number), remote) not in host.connections and (address, number) not in host.listeners
            )
        )
    if ((address, port), remote) in host.connections:
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    return address, port
