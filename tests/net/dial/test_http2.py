from __future__ import annotations

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RemoteSettingsChanged, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.http import request
from trigpoint.net.dial.http2 import Http2

OK = [(":status", "200"), ("x-b", "2"), ("x-a", "ä"), ("set-cookie", "1"), ("set-cookie", "2")]


def _server() -> H2Connection:
    server = H2Connection(H2Configuration(client_side=False))
    server.initiate_connection()
    return server


def _begun(most_bytes: int = 1_000, body: bytes = b"") -> tuple[Http2, H2Connection, list]:
    """Give both ends, and what the server heard."""
    headers = (("User-Agent", "x"), ("Connection", "close"), ("aCCept", "*/*"))
    exchange = Http2(request("https://example.org/p?q", headers=headers, body=body), "/p?q", most_bytes)
    server = _server()
    return exchange, server, server.receive_data(exchange.begin())


def test_a_request_looks_like_a_browsers() -> None:
    _, _, heard = _begun()
    asked = next(event for event in heard if isinstance(event, RequestReceived))
    assert [tuple(field) for field in asked.headers or ()] == [
        (b":method", b"GET"),
        (b":authority", b"example.org"),
        (b":scheme", b"https"),
        (b":path", b"/p?q"),
        (b"user-agent", b"x"),
        (b"accept", b"*/*"),
    ]
    assert any(isinstance(event, StreamEnded) for event in heard)
    settings = next(event for event in heard if isinstance(event, RemoteSettingsChanged)).changed_settings
    assert settings[SettingCodes.ENABLE_PUSH].new_value == 0
    assert settings[SettingCodes.INITIAL_WINDOW_SIZE].new_value == 6_291_456


def test_order_and_octets_are_kept_as_received() -> None:
    exchange, server, _ = _begun()
    server.send_headers(1, OK)
    server.send_data(1, b"abc", end_stream=True)
    assert exchange.receive(server.data_to_send())
    assert (exchange.code, exchange.body, exchange.is_whole) == (200, b"abc", True)
    assert exchange.headers[0] == ("x-b", "2")
    assert [value for name, value in exchange.headers if name == "set-cookie"] == ["1", "2"]


def test_hints_before_the_response_are_not_it() -> None:
    exchange, server, _ = _begun()
    server.send_headers(1, [(":status", "103"), ("link", "x")])
    server.send_headers(1, [(":status", "204")], end_stream=True)
    exchange.receive(server.data_to_send())
    assert (exchange.code, exchange.is_whole) == (204, True)


def test_a_large_table_and_a_large_head_are_taken() -> None:
    """A server may use as much of both as the settings allow."""
    exchange, server, _ = _begun()
    server.receive_data(exchange.receive(server.data_to_send()))
    server.send_headers(
        1, [(":status", "200"), *((f"x-{number}", "v" * 2_000) for number in range(100))], end_stream=True
    )
    exchange.receive(server.data_to_send())
    assert (len(exchange.headers), exchange.is_whole) == (100, True)


def test_windows_are_opened_again() -> None:
    exchange, server, _ = _begun(most_bytes=100_000_000)
    server.send_headers(1, OK)
    left = total = 20_000_000
    while left:
        room = min(left, server.local_flow_control_window(1), 16_384)
        assert room, "the server must wait for ever"
        left -= room
        server.send_data(1, bytes(room), end_stream=not left)
        server.receive_data(exchange.receive(server.data_to_send()))
    assert (len(exchange.body), exchange.is_whole) == (total, True)


def test_a_large_body_is_sent_as_the_server_has_room() -> None:
    exchange, server, heard = _begun(body=bytes(200_000))
    count = 0
    for _ in range(100):
        for event in heard:
            if isinstance(event, DataReceived):
                count += len(event.data or b"")
                server.acknowledge_received_data(event.flow_controlled_length or 0, 1)
        heard = server.receive_data(exchange.receive(server.data_to_send() or b"\0\0\0\4\1\0\0\0\0"))
        if any(isinstance(event, StreamEnded) for event in heard):
            break
    count += sum(len(event.data or b"") for event in heard if isinstance(event, DataReceived))
    assert count == 200_000


def test_a_body_that_is_cut_off_is_not_whole() -> None:
    exchange, server, _ = _begun(most_bytes=2)
    server.send_headers(1, OK)
    server.send_data(1, b"abc", end_stream=True)
    exchange.receive(server.data_to_send())
    assert (exchange.is_over, exchange.is_whole, exchange.body) == (True, False, b"ab")


def test_a_frame_may_come_in_pieces() -> None:
    exchange, server, _ = _begun()
    server.send_headers(1, OK)
    server.send_data(1, b"abc", end_stream=True)
    for byte in server.data_to_send():
        exchange.receive(bytes([byte]))
    assert (exchange.body, exchange.is_whole) == (b"abc", True)


def test_what_breaks_off_is_an_end() -> None:
    exchange, _, _ = _begun()
    with pytest.raises(Failed, match="eof_error"):
        exchange.receive(b"")


@given(st.binary(max_size=80), st.integers(0, 200))
def test_whatever_is_said_ends_in_a_response_or_a_failure(noise: bytes, cut: int) -> None:
    exchange, server, _ = _begun()
    server.send_headers(1, OK)
    server.send_data(1, b"abc", end_stream=True)
    said = server.data_to_send()[:cut] + noise
    try:
        if said:
            exchange.receive(said)
        if not exchange.is_over:
            exchange.receive(b"")
    except (Failed, ProtocolError):
        assert not exchange.is_whole
    else:
        assert exchange.is_over
