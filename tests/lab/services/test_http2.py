from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import h2.config
import h2.connection
import h2.events
import h2.settings
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.net.serve.settling import comes_to
from tests.net.serve.test_http1 import respond
from tests.net.serve.test_tls import Memory
from trigpoint.lab.services.http2 import Http2
from trigpoint.net.serve.exchange import LARGEST_REQUEST, Fields, Request, Response
from trigpoint.net.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = [(":method", "GET"), (":scheme", "https"), (":authority", "x.example"), (":path", "/a")]


class Talk:
    """A client and a server that hand each other octets."""

    def __init__(self) -> None:
        self.running = Running()
        self.server = Http2(self.running, respond)
        self.pipe = Memory()
        self.server.connection_made(self.pipe)
        self.client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.client.initiate_connection()
        self.events: list[h2.events.Event] = []
        self.acknowledges = True

    async def go_on(self, turns: int = 30) -> None:
        for _ in range(turns):
            if (data := self.client.data_to_send()) and not self.pipe.is_closing():
                self.server.data_received(data)
            await asyncio.sleep(0)
            data, self.pipe.written = bytes(self.pipe.written), bytearray()
            for event in self.client.receive_data(data) if data else ():
                self.events.append(event)
                if isinstance(event, h2.events.DataReceived) and self.acknowledges:
                    self.client.acknowledge_received_data(event.flow_controlled_length, event.stream_id)

    def request(self, path: str = "/a", method: str = "GET", body: bytes | None = None) -> int:
        stream = self.client.get_next_available_stream_id()
        fields = [*FIELDS[1:3], (":method", method), (":path", path)]
        self.client.send_headers(stream, fields, end_stream=body is None)
        if body is not None:
            self.client.send_data(stream, body, end_stream=True)
        return stream

    def body(self, stream: int) -> bytes:
        return b"".join(
            event.data
            for event in self.events
            if isinstance(event, h2.events.DataReceived) and event.stream_id == stream
        )

    def has(self, kind: type) -> bool:
        return any(isinstance(event, kind) for event in self.events)

    async def end(self) -> None:
        self.server.connection_lost(None)
        await self.running.close()


def within(run: Callable[[Talk], object]) -> None:
    async def whole() -> None:
        talk = Talk()
        await run(talk)  # type: ignore[misc]
        await talk.end()

    asyncio.run(whole())


def test_many_requests_at_once_are_all_answered() -> None:
    async def run(talk: Talk) -> None:
        streams = [talk.request(f"/{number}") for number in range(20)]
        streams.append(talk.request("/post", "POST", b"xyz"))
        await talk.go_on()
        assert talk.body(streams[7]) == b"GET x.example /7 0"
        assert talk.body(streams[-1]) == b"POST x.example /post 3"

    within(run)


def test_a_head_has_no_body() -> None:
    async def run(talk: Talk) -> None:
        stream = talk.request(method="HEAD")
        await talk.go_on()
        assert talk.body(stream) == b""
        assert talk.has(h2.events.StreamEnded)

    within(run)


def test_a_large_response_waits_for_the_clients_window() -> None:
    async def run(talk: Talk) -> None:
        talk.acknowledges = False
        stream = talk.request("/big")
        await talk.go_on(60)
        assert len(talk.body(stream)) == 65_535
        talk.acknowledges = True
        talk.client.acknowledge_received_data(65_535, stream)
        await talk.go_on(1_500)
        assert len(talk.body(stream)) == 3_000_000
        assert talk.has(h2.events.StreamEnded)

    within(run)


def test_no_answer_is_the_end_of_the_stream() -> None:
    async def run(talk: Talk) -> None:
        talk.request("/none")
        await talk.go_on()
        assert talk.has(h2.events.StreamReset)

    within(run)


def test_a_client_that_changes_its_mind_is_not_answered() -> None:
    async def run(talk: Talk) -> None:
        stream = talk.request("/big")
        await talk.go_on(4)
        talk.client.reset_stream(stream)
        await talk.go_on()
        got = len(talk.body(stream))
        await talk.go_on()
        assert len(talk.body(stream)) == got
        talk.client.close_connection()
        await talk.go_on()
        assert talk.pipe.is_closed

    within(run)


def test_a_request_that_is_too_large_is_cut_off() -> None:
    async def run(talk: Talk) -> None:
        stream = talk.client.get_next_available_stream_id()
        talk.client.send_headers(stream, [*FIELDS[1:], (":method", "POST")])
        sent = 0
        while sent <= LARGEST_REQUEST and not talk.has(h2.events.StreamReset):
            room = min(talk.client.local_flow_control_window(stream), 16_384)
            if room:
                talk.client.send_data(stream, b"x" * room)
                sent += room
            await talk.go_on(1)
        await talk.go_on()
        assert talk.has(h2.events.StreamReset)

    within(run)


def test_what_comes_of_a_request_after_its_answer_was_given_up_is_forgotten() -> None:
    async def run(talk: Talk) -> None:
        stream = talk.client.get_next_available_stream_id()
        talk.client.send_headers(stream, [*FIELDS[1:], (":method", "POST")])
        await talk.go_on(2)
        talk.server._drop(stream)
        talk.client.send_data(stream, b"x", end_stream=True)
        await talk.go_on()
        assert not talk.body(stream)

    within(run)


def test_who_breaks_the_protocol_is_cut_off() -> None:
    async def run(talk: Talk) -> None:
        await talk.go_on()
        talk.server.data_received(b"\x00\x00\x04\x03\x00\x00\x00\x00\x00oops")
        assert talk.pipe.is_closed

    within(run)


def test_a_client_that_leaves_ends_its_answers() -> None:
    async def run(talk: Talk) -> None:
        talk.acknowledges = False
        for _ in range(3):
            talk.request("/big")
        await talk.go_on(60)
        assert await comes_to(talk.running, 1, 3), "each waits for the client's window"
        talk.server.connection_lost(ConnectionResetError())
        assert await comes_to(talk.running, 0, 0)

    within(run)


BEGIN = bytes.fromhex("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a") + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"


@settings(max_examples=60)
@given(st.integers(0, len(BEGIN)), st.lists(st.binary(max_size=60), max_size=4))
def test_any_octets_are_answered_or_end_the_connection(cut: int, rest: list[bytes]) -> None:
    async def run() -> None:
        talk = Talk()
        for piece in (BEGIN[:cut], *rest):
            if not talk.pipe.is_closing():
                talk.server.data_received(piece)
        assert talk.pipe.written[3:4] == b"\x04", "its settings come first: RFC 9113, section 3.4"
        await talk.end()
        assert not talk.running._tasks

    asyncio.run(run())


def test_the_size_of_an_answer_does_not_depend_on_its_date() -> None:
    sizes = []
    for date in ("Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 30 Sep 2099 23:59:59 GMT"):

        async def dated(_: Request, fields: Fields = (("date", date),)) -> Response:
            return Response(200, fields)

        async def run(talk: Talk) -> None:
            talk.server._respond = dated
            await talk.go_on()
            talk.request()
            talk.server.data_received(talk.client.data_to_send())
            for _ in range(5):
                await asyncio.sleep(0)
            sizes.append(len(talk.pipe.written))

        within(run)
    assert sizes[0] == sizes[1] > 29
