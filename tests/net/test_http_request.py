"""Heads of HTTP requests, held against the standard library's client and its reader of fields."""

from __future__ import annotations

import http.client
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.http_request import RequestHead, RequestReader, request_head

GET = b"GET / HTTP/1.1\r\nHost: Example.org\r\n\r\n"
OTHER = b"GET /2 HTTP/1.1\r\nHost: other.example\r\n\r\n"
tokens = st.text("ABCXYZabcxyz019-_.!~", min_size=1, max_size=12)
values = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0"), max_size=20)
targets = values.map("/".__add__)


class Sink(http.client.HTTPConnection):
    """A client whose octets go nowhere."""

    def __init__(self) -> None:
        super().__init__("Example.org:8080")
        self.sent = b""
        self.auto_open = 0

    def send(self, data: bytes) -> None:
        self.sent += data


def written(method: str, target: str, fields: list[tuple[str, str]], body: bytes = b"") -> bytes:
    client = Sink()
    client.putrequest(method, target, skip_accept_encoding=True)
    for name, value in fields:
        client.putheader(name, value.encode("latin-1"))
    client.endheaders(body)
    return client.sent


def in_pieces(reader: RequestReader, stream: bytes, cuts: list[int]) -> list[RequestHead]:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    found = []
    for start, end in pairwise(edges):
        head = reader.feed(stream[start:end])
        while head is not None:
            found.append(head)
            head = reader.feed(b"")
    return found


@given(st.sampled_from(["GET", "POST", "PROPFIND"]), st.lists(st.tuples(tokens, values), max_size=4))
def test_what_a_client_wrote_is_read(method: str, fields: list[tuple[str, str]]) -> None:
    payload = written(method, "/path?q=1", fields)
    head = request_head(payload + b"body")
    assert head is not None
    assert (head.method, head.target, head.version) == (method, "/path?q=1", "HTTP/1.1")
    assert head.hosts[0] == "Example.org:8080"
    assert (head.raw, head.is_complete) == (payload, True)
    theirs = http.client.parse_headers(io.BytesIO(payload.partition(b"\r\n")[2]))
    assert list(head.fields) == [(name, value.strip()) for name, value in theirs.items()]


@given(st.lists(st.sampled_from([GET, OTHER]), min_size=1, max_size=3), st.lists(st.integers(0, 200), max_size=8))
def test_requests_are_read_however_they_come(sent: list[bytes], cuts: list[int]) -> None:
    reader = RequestReader()
    found = in_pieces(reader, b"".join(sent), cuts)
    assert found == [request_head(one) for one in sent]
    assert not reader.is_over


@given(st.binary(max_size=60), st.lists(st.integers(0, 200), max_size=8))
def test_bodies_are_passed_over(body: bytes, cuts: list[int]) -> None:
    stream = written("POST", "/", [("Content-Length", str(len(body)))], body) + GET
    found = in_pieces(RequestReader(), stream, cuts)
    assert [head.method for head in found] == ["POST", "GET"]


@pytest.mark.parametrize(
    "fields",
    [
        [("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "chunked"), ("Content-Length", "0")],
        [("Content-Length", "1"), ("Content-Length", "2")],
        [("Content-Length", "x")],
        [("Content-Length", "\xb2")],
        [("Content-Length", "1" * 19)],
    ],
)
def test_behind_a_body_of_unknown_length_the_reader_is_over(fields: list[tuple[str, str]]) -> None:
    reader = RequestReader()
    head = reader.feed(written("POST", "/", fields))
    assert head is not None
    assert reader.is_over
    assert reader.feed(GET) is None


@pytest.mark.parametrize(
    ("payload", "hosts"),
    [
        (b"GET / HTTP/1.1\nHost: a.example\n\n", ("a.example",)),
        (b"\r\n\n\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", ("a.example",)),
        (b"  GET   /   HTTP/1.1  \r\nHost: a.example\r\n\r\n", ("a.example",)),
        (b"GET\t/\tHTTP/1.1\r\nHost:\ta.example\t\r\n\r\n", ("a.example",)),
        (b"GET / HTTP/1.1\r\nhOST : A.Example \r\n\r\n", ("A.Example",)),
        (b"GET / HTTP/1.1\r\n Host: a.example\r\n\r\n", ("a.example",)),
        (b"GET / HTTP/1.1\r\nX: y\r\n Host: a.example\r\n\r\n", ()),
        (b"GET / HTTP/1.1\r\nHost:\r\n a.example\r\n\r\n", ("a.example",)),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\t.example\r\n\r\n", ("a .example",)),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", ("a.example", "b.example")),
        (b"GET / HTTP/1.1\r\nXHost: a.example\r\nHosts: b\r\n\r\n", ()),
        (b"GET / HTTP/1.1\r\nno colon\r\nHost: a.example\r\n\r\n", ("a.example",)),
        (b"GET / HTTP/1.1\r\nHost: \xe9.example\r\n\r\n", ("\xe9.example",)),
        (b"GET / HTTP/1.1\r\n\r\nHost: body.example\r\n\r\n", ()),
        (b"get / http/1.1\r\nHost:a.example\r\n\r\n", ("a.example",)),
    ],
)
def test_what_a_server_would_refuse_is_read_all_the_same(payload: bytes, hosts: tuple[str, ...]) -> None:
    head = request_head(payload)
    assert head is not None
    assert (head.target, head.hosts, head.is_complete) == ("/", hosts, True)
    assert RequestReader().feed(payload) == head


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (b"GET /", ("GET", "/", "")),
        (b"GET /a b HTTP/1.1", ("GET", "/a b", "HTTP/1.1")),
        (b"GET / HTTP/9.9x", ("GET", "/", "HTTP/9.9x")),
        (b"GET / HTTQ/1.1", ("GET", "/ HTTQ/1.1", "")),
        (b"FETCH / HTTP/1.1", ("FETCH", "/", "HTTP/1.1")),
        (b"GET HTTP/1.1", ("GET", "", "HTTP/1.1")),
        (b"CONNECT a.example:443 HTTP/1.1", ("CONNECT", "a.example:443", "HTTP/1.1")),
        (b"GET http://a.example/ HTTP/1.1", ("GET", "http://a.example/", "HTTP/1.1")),
    ],
)
def test_a_request_line_has_three_parts(line: bytes, parts: tuple[str, str, str]) -> None:
    head = request_head(line + b"\r\n")
    assert head is not None
    assert (head.method, head.target, head.version) == parts
    assert not head.is_complete


@pytest.mark.parametrize(
    "payload",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"EHLO mail.example\r\n",
        b"GET\r\n",
        b"GET \r\n",
        b"GET/ HTTP/1.1\r\n",
        b"G\x00T / HTTP/1.1\r\n",
        b"X" * 25 + b" / HTTP/1.1\r\n",
        b"HTTP/1.1 200 OK\r\n",
    ],
)
def test_what_is_no_request_is_none_and_ends_the_reader(payload: bytes) -> None:
    assert request_head(payload) is None
    reader = RequestReader()
    assert reader.feed(payload) is None
    assert reader.is_over
    assert reader.feed(GET) is None


@pytest.mark.parametrize("payload", [b"", b"\r\n", b"G", b"GET", b"GET ", b"GET /index.html HTTP/1.1"])
def test_the_begin_of_a_request_is_waited_for(payload: bytes) -> None:
    assert request_head(payload) is None
    reader = RequestReader()
    assert reader.feed(payload) is None
    assert not reader.is_over


@given(st.integers(0, len(GET)))
def test_of_a_segment_that_is_cut_off_only_whole_lines_count(cut: int) -> None:
    head = request_head(GET[:cut])
    if cut <= GET.index(b"\n"):
        assert head is None
        return
    assert head is not None
    assert head.raw == GET[:cut]
    assert head.hosts == (("Example.org",) if GET[:cut].count(b"\n") > 1 else ())
    assert head.is_complete is (cut == len(GET))


def test_a_head_that_is_too_long_is_given_as_far_as_it_was_read() -> None:
    reader = RequestReader(max_bytes=100)
    assert reader.feed(GET[:-2] + b"X: " + b"y" * 60) is None
    head = reader.feed(b"y" * 60)
    assert head is not None
    assert (head.hosts, head.is_complete, reader.is_over) == (("Example.org",), False, True)
    endless = RequestReader(max_bytes=100)
    assert endless.feed(b"GET /" + b"y" * 100) is None
    assert endless.is_over


def test_what_follows_a_request_and_is_none_ends_the_reader() -> None:
    reader = RequestReader()
    assert reader.feed(GET + b"\x00") is not None
    assert reader.feed(b"") is None
    assert reader.is_over


@given(st.integers(0, len(GET)), st.binary(max_size=80), st.lists(st.integers(0, 200), max_size=8))
def test_any_octets_are_a_request_or_none(cut: int, noise: bytes, cuts: list[int]) -> None:
    stream = GET[:cut] + noise
    whole = request_head(stream)
    first = next(iter(in_pieces(RequestReader(), stream, cuts)), None)
    assert first == (whole if whole is not None and whole.is_complete else None)


@pytest.mark.parametrize("filler", [b" ", b"\t", b"\r", b"\n", b"G", b"GET / HTTP/1.1\n:", b"\n \n"])
def test_a_long_stream_of_one_thing_is_survived(filler: bytes) -> None:
    for payload in (filler * 20_000, b"GET " + filler * 20_000, GET[:-2] + filler * 20_000):
        request_head(payload)
        in_pieces(RequestReader(), payload, [17, 4_000, 20_000])
