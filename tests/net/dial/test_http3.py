"""HTTP/3 requests: what came is kept, and every way in which it broke off has its name."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from aioquic.h3.connection import ErrorCode

from tests.net.dial.quic_server import NAME, Authorities, Site, server
from tests.net.dial.scripted import PORT, THERE, in_lab
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import request
from trigpoint.net.dial.http3 import fetch3
from trigpoint.net.dial.quic import quic
from trigpoint.net.dial.trust import trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.lab import Lab
    from trigpoint.net.dial.acts import Request, RoundTrip

URL = f"https://{NAME}:{PORT}/a b?c=d#e"
OK = [(b":status", b"200"), (b"content-type", b"text/html"), (b"x-odd", b"\xff")]


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    return Authorities(tmp_path_factory.mktemp("pki"))


def fetched(
    authorities: Authorities,
    answer: Callable[[Site, int], object] | None,
    asked: Request | None = None,
    **how: Any,
) -> tuple[RoundTrip, Diary]:
    """Ask a server of the test in the lab."""

    async def main(lab: Lab) -> Diary:
        await lab.stack("outside").bind(lambda: server(authorities.identity(), answer=answer), (THERE, PORT))
        diary = Diary()
        trace = diary.trace("depth=0")
        stream = await quic(trace, THERE, PORT, NAME, trust=authorities.trust)
        assert stream
        act = await fetch3(trace, stream, asked or request(URL), **how)
        assert act is diary.round_trips[0]
        stream.close()
        return diary

    diary = in_lab(main)
    return diary.round_trips[0], diary


def whole(site: Site, stream_id: int) -> None:
    assert site.http
    site.http.send_headers(stream_id, OK)
    site.http.send_data(stream_id, b"one", end_stream=False)
    site.later(0.2, lambda: site.http.send_data(stream_id, b"two", end_stream=True))


def head(site: Site, stream_id: int, *more: tuple[bytes, bytes], status: bytes = b"200") -> None:
    assert site.http
    site.http.send_headers(stream_id, [(b":status", status), *more])


def test_a_response_is_written_down(authorities: Authorities) -> None:
    act, diary = fetched(authorities, whole)
    assert (act.failure, act.network, act.alpn, act.address) == (None, "udp", "h3", f"{THERE}:{PORT}")
    assert act.response
    assert (act.response.code, act.response.body, act.response.body_is_truncated) == (200, b"onetwo", False)
    assert act.response.headers == (("content-type", "text/html"), ("x-odd", "\xff"))
    operations = [event.operation for event in diary.network_events]
    assert operations.index("http_transaction_start") < operations.index("http_transaction_done")
    assert act.transaction_id == diary.handshakes[0].transaction_id


def test_the_head_is_what_browsers_send(authorities: Authorities) -> None:
    seen: list[Any] = []

    def answer(site: Site, stream_id: int) -> None:
        seen.append((site.heads, site.body))
        whole(site, stream_id)

    asked = request(URL, method="POST", headers=(("X-Odd", "\xff"), ("Connection", "close")), body=b"abc")
    fetched(authorities, answer, asked)
    (fields, body) = seen[0]
    assert [name for name, _ in fields] == [
        b":method",
        b":authority",
        b":scheme",
        b":path",
        b"x-odd",
        b"content-length",
    ]
    assert dict(fields)[b":authority"] == f"{NAME}:{PORT}".encode()
    assert dict(fields)[b":path"] == b"/a%20b?c=d"
    assert (dict(fields)[b"x-odd"], body) == (b"\xff", b"abc")


def test_another_host_can_be_asked_for(authorities: Authorities) -> None:
    seen: list[bytes] = []

    def answer(site: Site, stream_id: int) -> None:
        seen.append(dict(site.heads)[b":authority"])
        whole(site, stream_id)

    fetched(authorities, answer, request(URL, host="other.example"))
    assert seen == [b"other.example"]


def steps(*acts: Callable[[Site, int], object]) -> Callable[[Site, int], None]:
    """Do one thing after the other."""

    def answer(site: Site, stream_id: int) -> None:
        for number, act in enumerate(acts):
            site.later(0.1 * number, lambda act=act: act(site, stream_id))

    return answer


FIN = lambda site, stream_id: site.raw(stream_id, b"", is_end=True)  # noqa: E731 - one word in the table
TEN = (b"content-length", b"10")
BREACH = "unknown_failure: malformed HTTP/3: "


@pytest.mark.parametrize(
    ("answer", "failure", "code", "body"),
    [
        (steps(), "generic_timeout_error", None, b""),
        (steps(head), "generic_timeout_error", 200, b""),
        (steps(head, lambda site, at: site.http.send_data(at, b"abc", False)), "generic_timeout_error", 200, b"abc"),
        (steps(lambda site, at: head(site, at, status=b"103")), "generic_timeout_error", None, b""),
        (
            steps(lambda site, at: site.reset(at, ErrorCode.H3_REQUEST_REJECTED)),
            "unknown_failure: http3: stream error: H3_REQUEST_REJECTED; received from peer",
            None,
            b"",
        ),
        (
            steps(head, lambda site, at: site.reset(at, 0x999)),
            "unknown_failure: http3: stream error: 0x999; received from peer",
            200,
            b"",
        ),
        (steps(lambda site, _: site.end(ErrorCode.H3_NO_ERROR)), "eof_error", None, b""),
        (steps(lambda site, _: site.end(0, 0)), "eof_error", None, b""),
        (
            steps(head, lambda site, _: site.end(ErrorCode.H3_INTERNAL_ERROR)),
            "unknown_failure: quic: application error 0x102 (remote)",
            200,
            b"",
        ),
        (steps(FIN), "eof_error", None, b""),
        (
            steps(lambda site, at: head(site, at, TEN), lambda site, at: site.http.send_data(at, b"abc", True)),
            BREACH + "content-length does not match data size",
            200,
            b"",
        ),
        (steps(lambda site, at: site.raw(at, b"HTTP/1.1 200 OK\r\n\r\n", is_end=True)), BREACH, None, b""),
        (steps(lambda site, at: site.raw(at, b"\x01\x02\xff\xff", is_end=True)), BREACH, None, b""),
        (steps(lambda site, at: head(site, at, status=b"abc")), BREACH, None, b""),
        (steps(lambda site, at: site.http.send_headers(at, [(b"x", b"y")])), BREACH, None, b""),
    ],
)
def test_what_breaks_off_has_a_name(
    answer: Callable[[Site, int], None], failure: str, code: int | None, body: bytes, authorities: Authorities
) -> None:
    act, _ = fetched(authorities, answer, timeout=5.0)
    assert act.failure
    assert act.failure.startswith(failure)
    response = act.response
    assert (response.code if response else None, response.body if response else b"") == (code, body)
    assert response is None or response.body_is_truncated
    if failure == BREACH:
        assert kind(act.failure) is Kind.HTTP_OTHER


def test_a_foretaste_is_no_response_and_trailers_are_no_head(authorities: Authorities) -> None:
    answer = steps(
        lambda site, at: head(site, at, (b"link", b"x"), status=b"103"),
        head,
        lambda site, at: site.http.send_data(at, b"abc", end_stream=False),
        lambda site, at: site.http.send_headers(at, [(b"x", b"y")], end_stream=True),
    )
    act, _ = fetched(authorities, answer)
    assert act.failure is None
    assert act.response
    assert (act.response.code, act.response.headers, act.response.body) == (200, (), b"abc")


def test_a_large_body_is_cut_off(authorities: Authorities) -> None:
    def answer(site: Site, stream_id: int) -> None:
        head(site, stream_id)
        site.http.send_data(stream_id, b"x" * 400_000, end_stream=True)

    act, _ = fetched(authorities, answer)
    assert act.response
    assert (len(act.response.body), act.response.body_is_truncated) == (400_000, False)
    cut, _ = fetched(authorities, answer, most_bytes=1000)
    assert cut.response
    assert (cut.failure, len(cut.response.body), cut.response.body_is_truncated) == (None, 1000, True)


def test_a_header_that_http_cannot_carry_is_a_failure(authorities: Authorities) -> None:
    act, _ = fetched(authorities, whole, request(URL, headers=(("X", "\u0100"),)))
    assert (act.failure, act.response) == ("invalid_argument", None)


def test_a_cancelled_request_is_written_down(authorities: Authorities) -> None:
    async def main(lab: Lab) -> str | None:
        await lab.stack("outside").bind(lambda: server(authorities.identity()), (THERE, PORT))
        diary = Diary()
        stream = await quic(diary.trace(), THERE, PORT, NAME, trust=authorities.trust)
        assert stream
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fetch3(diary.trace(), stream, request(URL)), 0.5)
        stream.close()
        stream.close()
        return diary.round_trips[0].failure

    assert in_lab(main) == "interrupted"


def test_sites_of_the_lab_speak_it() -> None:
    async def main(lab: Lab) -> RoundTrip:
        trace = Diary().trace()
        stream = await quic(trace, "203.0.113.10", 443, NAME, trust=trust(lab.bundle(), now=time.time()))
        assert stream
        return await fetch3(trace, stream, request(f"https://{NAME}/"))

    act = in_lab(main)
    assert act.failure is None
    assert act.response.code == 200
    assert NAME.encode() in act.response.body
