"""Kernel sockets as a place has them, made where the place is and used anywhere: a socket keeps its namespace."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from errno import EINPROGRESS, EINVAL
from typing import Literal

import msgspec

from trigpoint.net.serve.running import Address

BACKLOG = 1_024
"""Connections that wait to be accepted."""
_BUFFER = 4 << 20  # of datagrams that wait; the kernel gives less to ordinary users
_NOWHERE: Address = ("", 0)
_ONLY_V6, _RECEIVE_ERRORS_V6, _HOPS_V6 = 26, 25, 16  # IPV6_V6ONLY, IPV6_RECVERR, IPV6_UNICAST_HOPS: linux/in6.h
_RECEIVE_ERRORS = 11  # IP_RECVERR: linux/in.h


class Wanted(msgspec.Struct, frozen=True):
    """A socket that somebody wants."""

    kind: Literal["listen", "bind", "connect", "datagrams"]
    """As the methods of a stack are called."""
    local: Address = _NOWHERE
    """Where it is. An empty address: the place's first of the family. Port 0: any."""
    remote: Address = _NOWHERE
    """Whom it talks to; only of ``connect`` and ``datagrams``."""
    ttl: int = 0
    """Time to live of what it sends. 0: as usual."""


def open_socket(wanted: Wanted) -> socket.socket:
    """Make a socket in the namespace of this thread, without waiting: a connection may yet be on its way.

    Raises:
        OSError: an address is none, or not here, or in use; or the kernel knows at once that there is no way.

    """
    is_v6 = ":" in (wanted.remote[0] or wanted.local[0])
    family = socket.AF_INET6 if is_v6 else socket.AF_INET
    is_stream = wanted.kind in {"listen", "connect"}
    # asyncio switches off Nagle's delay only where it sees the protocol's number.
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP) if is_stream else (socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    made = socket.socket(family, *kind)
    try:
        made.settimeout(0)
        for address, _ in (wanted.local, wanted.remote):
            if address:
                socket.inet_pton(family, address)  # a name would be looked up, and everybody would wait
        _prepare(made, wanted, is_v6=is_v6)
    except (OSError, OverflowError, ValueError) as error:
        made.close()
        if isinstance(error, OSError) and error.errno:
            raise
        raise OSError(EINVAL, f"{wanted.kind}: {error}") from error
    return made


def _prepare(made: socket.socket, wanted: Wanted, *, is_v6: bool) -> None:
    if is_v6:
        made.setsockopt(socket.IPPROTO_IPV6, _ONLY_V6, 1)
    if made.type == socket.SOCK_DGRAM:
        with suppress(OSError):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    if wanted.ttl:
        made.setsockopt(*((socket.IPPROTO_IPV6, _HOPS_V6) if is_v6 else (socket.IPPROTO_IP, socket.IP_TTL)), wanted.ttl)
    if wanted.kind == "listen":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if wanted.kind == "datagrams":
        # Without it the kernel keeps "time exceeded" and "host unreachable" to itself (ip(7)).
        made.setsockopt(
            *((socket.IPPROTO_IPV6, _RECEIVE_ERRORS_V6) if is_v6 else (socket.IPPROTO_IP, _RECEIVE_ERRORS)), 1
        )
    if wanted.local != _NOWHERE:
        made.bind((wanted.local[0] or ("::" if is_v6 else "0.0.0.0"), wanted.local[1]))  # noqa: S104 - inside the lab
    if wanted.kind == "listen":
        made.listen(BACKLOG)
    elif wanted.kind != "bind":
        code = made.connect_ex(wanted.remote)
        if code not in {0, EINPROGRESS}:
            raise OSError(code, os.strerror(code))
