"""ClientHellos, of the ``ssl`` module and put together by hand."""

from __future__ import annotations

import ssl
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.client_hello import (
    ALPN,
    ENCRYPTED_CLIENT_HELLO,
    ENCRYPTED_SERVER_NAME,
    NOT_TLS,
    SERVER_NAME,
    SUPPORTED_VERSIONS,
    TLS_1_2,
    TLS_1_3,
    ClientHello,
    ClientHelloReader,
    client_hello,
    parse_client_hello,
)


@cache
def real_hello(name: str | None = "www.Example.org", alpn: tuple[str, ...] = ("h2",), newest: str = "TLSv1_3") -> bytes:
    """What OpenSSL sends first: one record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # the default is the distribution's own
    context.maximum_version = ssl.TLSVersion[newest]
    if alpn:
        context.set_alpn_protocols(list(alpn))
    outgoing = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def records(message: bytes, sizes: list[int]) -> bytes:
    """Cut a message into records of these sizes, the rest into a last one."""
    out = b""
    for size in [*sizes, 16_384]:
        piece, message = message[:size], message[size:]
        if piece:
            out += b"\x16\x03\x01" + len(piece).to_bytes(2, "big") + piece
    return out


def hello(
    extensions: list[tuple[int, bytes]] | None, suites: tuple[int, ...] = (0x1301,), session: bytes = b""
) -> bytes:
    """Put a message together; without extensions as TLS 1.2 allows it."""
    body = b"\x03\x03" + bytes(range(32)) + bytes([len(session)]) + session
    body += (2 * len(suites)).to_bytes(2, "big") + b"".join(suite.to_bytes(2, "big") for suite in suites) + b"\x01\x00"
    if extensions is not None:
        block = b"".join(kind.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data for kind, data in extensions)
        body += len(block).to_bytes(2, "big") + block
    return b"\x01" + len(body).to_bytes(3, "big") + body


def named(name: bytes) -> tuple[int, bytes]:
    size = len(name)
    return SERVER_NAME, (size + 3).to_bytes(2, "big") + b"\x00" + size.to_bytes(2, "big") + name


def fed(reader: ClientHelloReader, stream: bytes, cuts: list[int]) -> object:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    answer: object = None
    for start, end in pairwise(edges):
        answer = reader.feed(stream[start:end])
    return answer


labels = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?", fullmatch=True).filter(
    lambda label: not label.lower().startswith("xn--")
)
hosts = st.lists(labels, min_size=2, max_size=4).map(lambda parts: ".".join([*parts, "example"]))
protocols = st.lists(st.text("abhtp/123.", min_size=1, max_size=12), max_size=4).map(tuple)
cuts_of_streams = st.lists(st.integers(0, 2_000), max_size=6)


@given(hosts, protocols)
def test_a_real_client_hello_is_read(name: str, alpn: tuple[str, ...]) -> None:
    payload = real_hello(name, alpn)
    found = client_hello(payload)
    assert found is not None
    assert (found.server_name, found.server_name_sent) == (name.lower(), name.encode())
    assert (found.alpn, found.versions) == (alpn, (TLS_1_3, TLS_1_2))
    assert (found.length, found.is_complete) == (len(payload) - 5, True)
    assert found.random in payload
    assert len(found.random) == len(found.session_id) == 32
    assert 0x1301 in found.cipher_suites
    assert SERVER_NAME in found.extensions
    assert (found.has_ech, found.has_esni) == (False, False)
    assert parse_client_hello(payload[5:]) == found


def test_a_client_hello_without_name_or_of_an_old_version_is_read() -> None:
    nameless = client_hello(real_hello(None, ()))
    old = client_hello(real_hello(newest="TLSv1_2"))
    assert nameless is not None
    assert old is not None
    assert (nameless.server_name, nameless.server_name_sent, nameless.alpn) == (None, None, ())
    assert (old.versions, old.server_name) == ((TLS_1_2,), "www.example.org")


@given(cuts_of_streams, st.lists(st.integers(1, 300), max_size=8))
def test_segments_and_records_are_put_together(cuts: list[int], sizes: list[int]) -> None:
    message = real_hello()[5:]
    stream = records(message, sizes) + b"\x14\x03\x03\x00\x01\x01"
    expected = parse_client_hello(message)
    assert expected is not None
    reader = ClientHelloReader()
    assert fed(reader, stream, cuts) == expected
    assert reader.feed(b"more") == expected
    assert client_hello(stream, reassemble_records=True) == expected


@given(cuts_of_streams, st.integers(1, 300))
def test_who_does_not_put_records_together_sees_no_client_hello(cuts: list[int], size: int) -> None:
    message = real_hello()[5:]
    assert fed(ClientHelloReader(reassemble_records=False), records(message, [size]), cuts) is NOT_TLS
    assert fed(ClientHelloReader(reassemble_records=False), records(message, []), cuts) == parse_client_hello(message)
    assert client_hello(records(message, [size])) is None


def test_the_begin_of_a_client_hello_is_waited_for() -> None:
    payload = real_hello()
    for cut in range(len(payload)):
        assert ClientHelloReader().feed(payload[:cut]) is None
        assert client_hello(payload[:cut]) is None
        assert client_hello(payload[:cut], reassemble_records=True) is None


@given(st.integers(0, 2_000), st.lists(st.integers(1, 300), max_size=3))
def test_of_a_cut_client_hello_the_extensions_before_the_cut_count(cut: int, sizes: list[int]) -> None:
    message = real_hello()[5:]
    whole = parse_client_hello(message)
    assert whole is not None
    stream = records(message, sizes)[:cut]
    found = client_hello(stream, reassemble_records=True, may_be_cut=True)
    if found is None:
        assert cut < 160  # the random, the session, the cipher suites
        return
    assert found.extensions == whole.extensions[: len(found.extensions)]
    assert found.is_complete is (len(found.extensions) == len(whole.extensions))
    assert found.server_name == (whole.server_name if SERVER_NAME in found.extensions else None)


def test_of_the_first_record_alone_the_extensions_before_its_end_count() -> None:
    message = real_hello()[5:]
    found = client_hello(records(message, [200]), may_be_cut=True)
    assert found is not None
    assert (found.server_name, found.is_complete) == ("www.example.org", False)


@given(
    st.lists(st.tuples(st.integers(44, 65_535), st.binary(max_size=20)), max_size=6, unique_by=lambda one: one[0]),
    st.lists(st.integers(0, 65_535), max_size=9).map(tuple),
    st.binary(max_size=32),
)
def test_what_was_put_together_is_read(
    extensions: list[tuple[int, bytes]], suites: tuple[int, ...], session: bytes
) -> None:
    found = parse_client_hello(hello([*extensions, named(b"a.example")], suites, session) + b"behind")
    assert found is not None
    assert found.extensions == (*(kind for kind, _ in extensions), SERVER_NAME)
    assert (found.cipher_suites, found.session_id, found.random) == (suites, session, bytes(range(32)))
    assert (found.server_name, found.versions) == ("a.example", (TLS_1_2,))


def test_encrypted_names_are_noticed() -> None:
    ech = parse_client_hello(hello([(ENCRYPTED_CLIENT_HELLO, b"\x00"), named(b"cover.example")]))
    esni = parse_client_hello(hello([(ENCRYPTED_SERVER_NAME, b"")]))
    assert ech is not None
    assert esni is not None
    assert (ech.has_ech, ech.has_esni, ech.server_name) == (True, False, "cover.example")
    assert (esni.has_ech, esni.has_esni, esni.server_name) == (False, True, None)


def test_a_message_without_extensions_is_read() -> None:
    for message in (hello(None), hello([])):
        found = parse_client_hello(message)
        assert found is not None
        assert (found.extensions, found.server_name, found.versions) == ((), None, (TLS_1_2,))


def test_a_name_outside_of_ascii_keeps_its_octets() -> None:
    found = parse_client_hello(hello([named(b"B\xc3\xbccher")]))
    assert found is not None
    assert (found.server_name, found.server_name_sent) == ("b\\xc3\\xbccher", b"B\xc3\xbccher")


def test_of_extensions_sent_twice_the_first_counts() -> None:
    found = parse_client_hello(hello([named(b"a"), named(b"b")]))
    assert found is not None
    assert (found.server_name, found.extensions) == ("a", (SERVER_NAME,))


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x04", b"\x00\x04\x01\x00\x01a", b"\x00\x04\x00\x00\x02a", b"\x00\x03\x00\x00\x00"]
)
def test_a_malformed_name_is_missing(data: bytes) -> None:
    found = parse_client_hello(hello([(SERVER_NAME, data), (ALPN, b"\x00\x03\x02h2")]))
    assert found is not None
    assert (found.server_name, found.server_name_sent, found.alpn) == (None, None, ("h2",))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ()),
        (b"\x00", ()),
        (b"\x00\x03\x02h2", ("h2",)),
        (b"\x00\x05\x02h2\x05h", ("h2",)),
        (b"\x00\x02\x01\xfa", ("\\xfa",)),
    ],
)
def test_protocols_are_read_as_far_as_they_are_whole(data: bytes, expected: tuple[str, ...]) -> None:
    found = parse_client_hello(hello([(ALPN, data), (0xFFFF, b"\x07" * 9)]))
    assert found is not None
    assert found.alpn == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"", (TLS_1_2,)), (b"\x00", (TLS_1_2,)), (b"\x02\x03\x04", (TLS_1_3,)), (b"\x06\x03\x04\x03", (TLS_1_3,))],
)
def test_versions_are_read_as_far_as_they_are_whole(data: bytes, expected: tuple[int, ...]) -> None:
    found = parse_client_hello(hello([(SUPPORTED_VERSIONS, data), (0xFFFF, b"\x07" * 9)]))
    assert found is not None
    assert found.versions == expected


def lengthened(message: bytes, rest: bytes) -> bytes:
    return b"\x01" + (len(message) - 4 + len(rest)).to_bytes(3, "big") + message[4:] + rest


@pytest.mark.parametrize(
    "message",
    [
        b"",
        hello([])[:38],
        b"\x02" + hello([])[1:],
        hello([named(b"a")])[:-1],
        lengthened(hello([named(b"a")]), b"\x00"),
        lengthened(hello(None), b"\x00"),
        lengthened(hello(None), b"\x00\x09\x00"),
        lengthened(hello(None), b"\x00\x03\xff\xff\x00\x00"),
        hello(None)[:38] + b"\xff" + hello(None)[39:],
        b"\x01\x00\x00\x28" + bytes(34) + b"\x00\x00\x40\x00\x00\x00",
        b"\x01\x00\x00\x28" + bytes(34) + b"\x00\x00\x02\x00\x00\x09",
        b"\x01\x00\x00\x24" + bytes(34) + b"\x00\x00",
    ],
)
def test_a_malformed_message_is_none(message: bytes) -> None:
    assert parse_client_hello(message) is None


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x17\x03\x03\x00\x01\x00",
        b"\x16\x02",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\x40\x01",
        b"\x16\x03\x01\x00\x04\x02",
        records(hello([named(b"a")]), [10])[:15] + b"\x15\x03\x01\x00\x02\x01\x00",
        records(lengthened(hello(None), b"\x00"), []),
    ],
)
@given(cuts=cuts_of_streams)
def test_what_is_no_client_hello_is_not_tls(stream: bytes, cuts: list[int]) -> None:
    reader = ClientHelloReader()
    assert fed(reader, stream, cuts) is NOT_TLS
    assert reader.feed(real_hello()) is NOT_TLS
    assert client_hello(stream) is None
    assert client_hello(stream, reassemble_records=True) is None


@given(cuts_of_streams)
def test_no_more_is_held_than_allowed(cuts: list[int]) -> None:
    payload = real_hello()
    assert fed(ClientHelloReader(max_bytes=len(payload) - 1), payload, cuts) is NOT_TLS
    assert isinstance(fed(ClientHelloReader(max_bytes=len(payload)), payload, cuts), ClientHello)
    assert fed(ClientHelloReader(max_bytes=len(payload)), records(payload[5:], [1]), cuts) is NOT_TLS
    assert ClientHelloReader(max_bytes=100).feed(payload[:20]) is NOT_TLS


@given(st.integers(0, 600), st.binary(max_size=200), cuts_of_streams, st.booleans())
def test_any_octets_are_a_client_hello_or_not(cut: int, noise: bytes, cuts: list[int], reassemble: bool) -> None:
    stream = real_hello()[:cut] + noise
    answer = fed(ClientHelloReader(reassemble_records=reassemble), stream, cuts)
    assert answer == ClientHelloReader(reassemble_records=reassemble).feed(stream)
    whole = client_hello(stream, reassemble_records=reassemble)
    assert whole == (answer if isinstance(answer, ClientHello) else None)
    client_hello(stream, may_be_cut=True)


@given(st.integers(0, 600), st.integers(0, 255))
def test_a_client_hello_with_one_octet_changed_is_survived(position: int, value: int) -> None:
    payload = bytearray(real_hello())
    payload[position % len(payload)] = value
    found = client_hello(bytes(payload), may_be_cut=True)
    assert found is None or found.length > 0
