"""DNS messages, held against dnspython."""

from __future__ import annotations

import struct
from itertools import pairwise

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dns_message import (
    AA,
    CD,
    FORMERR,
    NXDOMAIN,
    QR,
    RA,
    RD,
    REFUSED,
    TC,
    Message,
    Question,
    StreamReader,
    build_message,
    build_reply,
    framed,
    parse_message,
    parse_query,
    reply_to,
)
from trigpoint.net.dns_names import name_text, wire_name
from trigpoint.net.dns_records import (
    AAAA,
    CNAME,
    HTTPS,
    IN,
    MX,
    NS,
    OPT,
    SOA,
    TXT,
    A,
    Record,
    Soa,
    address_data,
    address_record,
    mx_data,
    opt_record,
    soa_data,
    txt_data,
)

names = (
    st.lists(st.binary(min_size=1, max_size=63), max_size=5)
    .filter(lambda labels: sum(len(label) + 1 for label in labels) < 255)
    .map(name_text)
)
seconds = st.integers(0, 2**31 - 1)
datas = st.one_of(
    st.tuples(st.just(A), st.binary(min_size=4, max_size=4)),
    st.tuples(st.just(AAAA), st.binary(min_size=16, max_size=16)),
    st.tuples(st.sampled_from([CNAME, NS]), names.map(wire_name)),
    st.tuples(st.just(MX), st.builds(mx_data, st.integers(0, 65535), names)),
    st.tuples(st.just(SOA), st.builds(soa_data, st.builds(Soa, names, names))),
    st.tuples(st.just(TXT), st.lists(st.binary(max_size=255), min_size=1).map(lambda texts: txt_data(*texts))),
    st.tuples(st.just(HTTPS), names.map(lambda name: b"\x00\x01" + wire_name(name))),
)
records = st.builds(lambda name, ttl, data: Record(name, data[0], ttl, data[1]), names, seconds, datas)
sections = st.lists(records, max_size=4).map(tuple)
messages = st.builds(
    Message,
    id=st.integers(0, 65535),
    flags=st.integers(0, 65535),
    questions=st.lists(st.builds(Question, names, st.integers(0, 65535)), max_size=2).map(tuple),
    answers=sections,
    authority=sections,
    additional=sections,
)
WHOLE = build_message(
    Message(
        7,
        QR | RD | RA,
        (Question("www.Example.org", A),),
        (
            Record("www.Example.org", CNAME, 30, wire_name("a.example.org")),
            address_record("a.example.org", 60, "192.0.2.7"),
        ),
        (Record("example.org", SOA, 5, soa_data(Soa("ns.example.org", "h.example.org"))),),
        (opt_record(),),
    )
)


def query(name: str = "www.Example.org", kind: str = "A", **options: object) -> bytes:
    return dns.message.make_query(name, kind, id=7, **options).to_wire()


@given(names, st.sampled_from(["A", "AAAA", "HTTPS", "TXT"]), st.booleans(), st.integers(0, 65535))
def test_a_query_is_read_as_it_was_asked(name: str, kind: str, has_edns: bool, identity: int) -> None:
    asked = dns.message.make_query(name + ".", kind, id=identity, use_edns=has_edns)
    payload = asked.to_wire()
    found = parse_query(payload)
    assert found is not None
    assert (found.id, found.flags, found.qclass) == (identity, RD, IN)
    assert found.qname == name.lower()
    assert found.wire_name == asked.question[0].name.to_wire()
    assert found.qtype == asked.question[0].rdtype
    assert payload[found.question_end :] == (opt_wire(payload) if has_edns else b"")
    assert found.has_edns is has_edns


def opt_wire(payload: bytes) -> bytes:
    return payload[payload.rindex(b"\x00\x00\x29") :]


def test_the_case_of_the_question_stays_in_its_wire_form() -> None:
    found = parse_query(query("wWw.eXample.ORG"))
    assert found is not None
    assert (found.qname, found.wire_name) == ("www.example.org", b"\x03wWw\x07eXample\x03ORG\x00")


def test_different_odd_names_are_different_texts() -> None:
    dotted, nested = (parse_query(query(name)) for name in ("a\\.b.example.", "a.b.example."))
    assert dotted is not None
    assert nested is not None
    assert (dotted.qname, nested.qname) == ("a\\.b.example", "a.b.example")


def question(name: bytes, flags: int = RD, counts: tuple[int, ...] = (1, 0, 0, 0), rest: bytes = b"") -> bytes:
    return struct.pack("!6H", 7, flags, *counts) + name + b"\x00\x01\x00\x01" + rest


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00" * 11,
        question(b"\x01a\x00", flags=QR),
        question(b"\x01a\x00", flags=0x2800),  # an update (RFC 2136), no query
        question(b"\x01a\x00", counts=(0, 0, 0, 0)),
        question(b"\xc0\x0c"),
        question(b"\x01a\xc0\x0c"),
        question(b"\x01a\xc0\x10"),  # a pointer must lead backwards
        question(b"\x01a\xc0"),
        question(b"\x40" + b"a" * 64 + b"\x00"),
        question((b"\x3f" + b"a" * 63) * 4 + b"\x00"),
        question(b"\x01a\x00")[:-1],
        question(b"\x05ab")[:14],
    ],
)
def test_what_is_no_standard_query_is_none(payload: bytes) -> None:
    assert parse_query(payload) is None


def test_a_pointer_into_the_header_is_followed() -> None:
    payload = question(b"\x03wWw\x07eXample\xc0\x04", counts=(1, 0, 0, 1), rest=OPTION)  # there QDCOUNT begins with 0
    found = parse_query(payload)
    assert found is not None
    assert found.is_compressed
    assert (found.qname, found.wire_name) == ("www.example", b"\x03wWw\x07eXample\x00")
    assert payload[found.question_end :] == OPTION
    assert found.has_edns
    assert found.qname == dns.message.from_wire(payload).question[0].name.to_text(omit_final_dot=True).lower()


def test_a_reply_to_a_compressed_question_is_read_as_one_to_the_plain_question() -> None:
    reply = build_reply(question(b"\x01a\xc0\x04"), [(A, 60, bytes([192, 0, 2, 1]))])
    assert dns.message.from_wire(reply).answer[0].to_text() == "a. 60 IN A 192.0.2.1"
    assert not parse_query(question(b"\x01a\x00")).is_compressed  # type: ignore[union-attr]


def test_a_name_of_255_octets_is_the_longest() -> None:
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\x00"
    assert len(longest) == 255
    assert parse_query(question(longest)) is not None
    assert parse_query(question(longest[:192] + b"\x3e" + b"a" * 62 + b"\x00")) is None


OTHER = b"\xc0\x0c\x00\x01\x00\x01" + bytes(4) + b"\x00\x01!"
OPTION = b"\x00\x00\x29\x04\xd0" + bytes(6)


@pytest.mark.parametrize(
    ("counts", "rest", "has_edns"),
    [
        ((1, 0, 0, 1), OPTION, True),
        ((1, 0, 0, 2), OTHER + OPTION, True),
        ((1, 1, 1, 1), OTHER + OTHER + OPTION, True),
        ((2, 0, 0, 1), b"\xc0\x0c\x00\x01\x00\x01" + OPTION, True),
        ((1, 0, 0, 1), OTHER, False),
        ((1, 0, 0, 1), b"", False),
        ((1, 0, 0, 1), OPTION[:2], False),
        ((1, 0, 0, 1), b"\x01a\x00\x00\x29", False),
        ((1, 0, 0, 65535), OTHER * 65 + OPTION, False),  # nobody looks for it that far
    ],
)
def test_edns_is_found_wherever_it_stands(counts: tuple[int, ...], rest: bytes, has_edns: bool) -> None:
    found = parse_query(question(b"\x01a\x00", counts=counts, rest=rest))
    assert found is not None
    assert found.has_edns is has_edns


@given(st.integers(0, 80), st.binary(max_size=80))
def test_any_octets_are_a_query_or_none(cut: int, noise: bytes) -> None:
    payload = query(use_edns=0)[:cut] + noise
    found = parse_query(payload)
    assert found is None or found.question_end <= len(payload)


@given(st.integers(0, len(WHOLE)), st.binary(max_size=80))
def test_any_octets_are_a_message_or_none(cut: int, noise: bytes) -> None:
    found = parse_message(WHOLE[:cut] + noise)
    assert found is None or len(found.questions) == int.from_bytes((WHOLE[:cut] + noise)[4:6], "big")


@given(st.integers(0, len(WHOLE) - 1))
def test_a_message_that_is_cut_off_is_none(cut: int) -> None:
    assert parse_message(WHOLE[:cut]) is None


@given(messages)
def test_a_message_comes_back(message: Message) -> None:
    assert parse_message(build_message(message, limit=10**6)) == message


@given(messages)
def test_another_reader_understands_a_message(message: Message) -> None:
    plain = Message(message.id, QR, message.questions[:1], message.answers, message.authority, message.additional)
    read = dns.message.from_wire(build_message(plain, limit=10**6), one_rr_per_rrset=True)
    for theirs, ours in zip(
        (read.answer, read.authority, read.additional), (plain.answers, plain.authority, plain.additional), strict=True
    ):
        assert [rrset.name for rrset in theirs] == [dns.name.from_text(record.name + ".") for record in ours]
        assert [rrset[0].to_wire() for rrset in theirs] == [record.data for record in ours]
        assert [(int(rrset.rdtype), rrset.ttl) for rrset in theirs] == [(record.rtype, record.ttl) for record in ours]


def test_the_compressed_message_of_another_writer_is_read() -> None:
    made = dns.message.make_response(dns.message.make_query("www.example.org", "MX", id=7))
    texts = [("MX", "10 mail.example.org."), ("MX", "20 www.example.org.")]
    made.answer = [dns.rrset.from_text("www.example.org.", 60, "IN", kind, text) for kind, text in texts]
    made.authority = [
        dns.rrset.from_text("example.org.", 60, "IN", "SOA", "ns.example.org. h.example.org. 1 3600 600 86400 60")
    ]
    found = parse_message(made.to_wire())
    assert found is not None
    assert [record.data for record in found.answers] == [
        mx_data(10, "mail.example.org"),
        mx_data(20, "www.example.org"),
    ]
    assert found.authority == (Record("example.org", SOA, 60, soa_data(Soa("ns.example.org", "h.example.org"))),)


def test_owners_are_compressed() -> None:
    message = Message(
        7, QR, (Question("www.example.org", A),), (address_record("www.example.org", 60, "192.0.2.7"),) * 9
    )
    assert len(build_message(message)) == 12 + 21 + 9 * (2 + 10 + 4)


def test_a_name_too_far_back_is_written_again() -> None:
    long_text = Record("example", TXT, 60, txt_data(b"x" * 255) * 70)
    late = Record("late.test", A, 60, b"\x01\x02\x03\x04")
    message = Message(7, QR, (), (long_text, late, late))
    built = build_message(message)
    assert built.count(b"\x04late\x04test\x00") == 2
    assert parse_message(built) == message


def test_a_message_over_the_limit_is_marked_as_truncated() -> None:
    message = Message(
        7,
        QR,
        (Question("a.example", TXT),),
        (Record("a.example", TXT, 60, txt_data(b"x" * 200) * 4),),
        (),
        (opt_record(),),
    )
    found = parse_message(build_message(message, limit=512))
    assert found == Message(7, QR | TC, message.questions, additional=message.additional)
    assert parse_message(build_message(message, limit=4096)) == message


def test_a_reply_repeats_the_question_octet_for_octet() -> None:
    asked = query("wWw.Example.org", use_edns=0)
    reply = build_reply(asked, [(*address_data("192.0.2.7")[:1], 60, b"\xc0\x00\x02\x07")])
    read = dns.message.from_wire(reply)
    assert read.id == 7
    assert read.flags == QR | RD | RA
    assert reply[12:33] == asked[12:33]
    assert [str(rrset) for rrset in read.answer] == ["wWw.Example.org. 60 IN A 192.0.2.7"]
    assert read.edns == -1


def test_a_reply_can_set_each_bit() -> None:
    assert build_reply(query(), flags=0x8180)[:12] == bytes.fromhex("000781800001000000000000")
    assert build_reply(query(), flags=QR | AA, rcode=NXDOMAIN)[2:4] == b"\x84\x03"
    assert build_reply(query(flags=0))[2:4] == b"\x80\x80"


def test_a_reply_without_question_names_the_owner_in_full() -> None:
    reply = build_reply(query(), [(A, 60, b"\x01\x02\x03\x04")], copy_question=False)
    found = parse_message(reply)
    assert found is not None
    assert (found.questions, found.answers) == ((), (Record("www.Example.org", A, 60, b"\x01\x02\x03\x04"),))


def test_a_negative_answer_carries_the_soa() -> None:
    soa = Record("example.org", SOA, 60, soa_data(Soa("ns.example.org", "h.example.org")))
    read = dns.message.from_wire(build_reply(query(), rcode=NXDOMAIN, authority=[soa]))
    assert read.rcode() == dns.rcode.NXDOMAIN
    assert [rrset.rdtype for rrset in read.authority] == [SOA]


def test_an_unreadable_question_gets_an_error_and_no_answer() -> None:
    unreadable = question(b"\xc0\x0c")
    assert build_reply(unreadable, rcode=FORMERR) == bytes.fromhex("000781810000000000000000")
    with pytest.raises(ValueError, match="without a readable question"):
        build_reply(unreadable, [(A, 60, b"\x01\x02\x03\x04")])
    with pytest.raises(ValueError, match="twelve octets"):
        build_reply(b"\x00\x07")


def test_a_server_answers_edns_with_edns() -> None:
    asked = parse_message(query(use_edns=0, payload=1400))
    plain = parse_message(query())
    assert asked is not None
    assert plain is not None
    assert (asked.udp_bytes, plain.udp_bytes) == (1400, 512)
    assert reply_to(asked).edns == opt_record()
    assert reply_to(plain).edns is None


def test_a_server_copies_the_question_and_what_was_wished() -> None:
    asked = Message(7, RD | CD, (Question("a.example", A),))
    reply = reply_to(asked, [address_record("a.example", 60, "192.0.2.7")], rcode=REFUSED, flags=AA)
    assert (reply.id, reply.flags, reply.questions) == (7, QR | AA | RD | CD | REFUSED, asked.questions)
    assert reply.rcode == REFUSED


def test_edns_extends_the_response_code() -> None:
    asked = Message(7, RD, (), (), (), (opt_record(is_dnssec_wanted=True),))
    read = dns.message.from_wire(build_message(asked))
    assert (read.edns, read.payload, read.ednsflags) == (0, 1232, dns.flags.DO)
    reply = reply_to(asked, rcode=16)  # BADVERS: RFC 6891, section 9
    assert reply.rcode == 16
    assert dns.message.from_wire(build_message(reply)).rcode() == dns.rcode.BADVERS


def test_other_additional_records_are_no_edns() -> None:
    message = Message(7, QR, additional=(address_record("a.example", 60, "192.0.2.7"), opt_record(4096)))
    assert message.edns is not None
    assert message.edns.rtype == OPT
    assert message.udp_bytes == 4096


@given(st.lists(st.binary(max_size=40), max_size=4), st.lists(st.integers(1, 200), max_size=6))
def test_a_stream_is_cut_into_messages_however_it_comes(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(framed, sent))
    reader = StreamReader()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = [message for start, end in pairwise(edges) for message in reader.feed(stream[start:end])]
    assert found == sent


def test_the_rest_of_a_message_is_waited_for() -> None:
    reader = StreamReader()
    assert [reader.feed(piece) for piece in (b"\x00", b"\x03a", b"bc\x00", b"\x00")] == [[], [], [b"abc"], [b""]]


def test_a_message_too_long_for_a_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="65,535"):
        framed(bytes(65536))
