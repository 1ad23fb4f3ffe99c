"""Sockets are made without waiting for anybody."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.fabrics.kernel.sockets import Wanted, open_socket

ADDRESS = st.tuples(st.one_of(st.just("127.0.0.1"), st.just("::1"), st.text(max_size=8)), st.integers(-5, 70_000))


@given(kind=st.sampled_from(["listen", "bind"]), local=ADDRESS, ttl=st.integers(-1, 300))
def test_whatever_is_wanted_is_a_socket_or_an_error_of_the_kernel(kind: str, local: tuple[str, int], ttl: int) -> None:
    try:
        made = open_socket(Wanted(kind, local, ttl=ttl))
    except OSError as error:
        assert error.errno  # noqa: PT017 - or it is a socket
    else:
        with made:
            assert made.gettimeout() == 0


def test_streams_name_their_protocol_and_datagrams_their_ttl() -> None:
    with open_socket(Wanted("listen", ("127.0.0.1", 0))) as made:
        assert made.proto == socket.IPPROTO_TCP
    with open_socket(Wanted("datagrams", ("", 0), ("127.0.0.1", 9), 3)) as made:
        assert made.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 3
    with open_socket(Wanted("datagrams", ("", 0), ("::1", 9), 3)) as made:
        assert made.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) == 3
    with pytest.raises(OSError, match="bind: illegal"):
        open_socket(Wanted("bind", ("example.org", 1)))
