"""Questions of DNS, and what replies say: dnspython is the oracle."""

from __future__ import annotations

import asyncio

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.net.dial.scripted import reply
from trigpoint.net.dial.acts import Answer, Lookup
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns_query import (
    TRUNCATED,
    UNREADABLE,
    WRONG_REPLY,
    Query,
    is_name,
    is_truncated,
    query_wire,
    type_number,
)

ADDRESS = "news.example 60 A 192.0.2.1"


def query(hostname: str = "news.example", query_type: str = "A") -> Query:
    return Query("udp", "192.0.2.53:53", hostname, query_type, query_wire(hostname, query_type))


def lookup(asked: Query, data: bytes) -> Lookup:
    async def main() -> Lookup:
        return asked.replied(Diary().trace(), 0.0, data)

    return asyncio.run(main())


def test_a_question_is_what_stub_resolvers_send() -> None:
    message = dns.message.from_wire(query_wire("News.example", "AAAA"))
    assert message.question[0].to_text() == "News.example. IN AAAA"
    assert message.flags == dns.flags.RD
    assert (message.edns, message.payload, message.ednsflags) == (0, 1232, 0)
    assert not message.options
    assert len(message.question) == 1


def test_checking_can_be_disabled() -> None:
    message = dns.message.from_wire(query_wire("news.example", "A", is_checking_disabled=True))
    assert message.flags == dns.flags.RD | dns.flags.CD


def test_identities_are_random() -> None:
    assert len({query_wire("news.example", "A")[:2] for _ in range(64)}) > 50


@given(st.integers(1, 60))
def test_padded_questions_have_blocks_of_128_octets(length: int) -> None:
    wire = query_wire("a" * length + ".example", "A", is_padded=True)
    message = dns.message.from_wire(wire)
    assert len(wire) % 128 == 0
    assert len(wire) <= 256
    assert [option.otype for option in message.options] == [12]


@pytest.mark.parametrize("name", ["", "a..example", "a" * 64 + ".example", ".".join(["a" * 60] * 5)])
def test_what_is_no_name_has_no_question(name: str) -> None:
    assert query_wire(name, "A") == b""
    assert not is_name(name)


@pytest.mark.parametrize("text", ["", "B", "TYPE", "TYPEx", "TYPE65536", "TYPE-1", "a"])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no type"):
        type_number(text)


@pytest.mark.parametrize(
    ("rcode", "failure"),
    [
        ("NOERROR", None),
        ("NXDOMAIN", "dns_nxdomain_error"),
        ("REFUSED", "dns_refused_error"),
        ("SERVFAIL", "dns_servfail_error"),
        ("FORMERR", "dns_server_misbehaving"),
        ("NOTIMP", "dns_server_misbehaving"),
        ("BADVERS", "dns_server_misbehaving"),
    ],
)
def test_response_codes_are_failures(rcode: str, failure: str | None) -> None:
    asked = query()
    found = lookup(asked, reply(asked.wire, ADDRESS, rcode=rcode))
    assert found.failure == failure
    assert found.rcode == int(dns.rcode.from_text(rcode))
    assert found.addresses == ("192.0.2.1",)


@pytest.mark.parametrize(
    ("query_type", "records", "failure"),
    [
        ("A", (), "dns_no_answer"),
        ("A", ("news.example 60 CNAME www.example.",), "dns_no_answer"),
        ("AAAA", (ADDRESS,), "dns_no_answer"),
        ("A", ("news.example 60 CNAME WWW.example.", "www.example 5 A 192.0.2.1"), None),
        ("ANY", (ADDRESS,), None),
        ("TYPE64", ("news.example 60 A 192.0.2.1",), "dns_no_answer"),
    ],
)
def test_an_answer_is_of_the_type_asked_for(query_type: str, records: tuple[str, ...], failure: str | None) -> None:
    asked = query(query_type=query_type)
    assert lookup(asked, reply(asked.wire, *records)).failure == failure


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("A 192.0.2.1", Answer("A", "192.0.2.1", 60)),
        ("AAAA 2001:DB8:0::1", Answer("AAAA", "2001:db8::1", 60)),
        ("CNAME Www.Example.", Answer("CNAME", "www.example", 60)),
        ("NS ns1.example.", Answer("NS", "ns1.example", 60)),
        ("PTR host.example.", Answer("PTR", "host.example", 60)),
        ("MX 10 mail.example.", Answer("MX", "mail.example", 60)),
        ("SOA ns1.example. root.example. 1 2 3 4 5", Answer("SOA", "ns1.example", 60)),
        ('TXT "a b" "\\255"', Answer("TXT", "a b\xff", 60)),
    ],
)
def test_answers_are_read(record: str, expected: Answer) -> None:
    asked = query(query_type=expected.answer_type)
    found = lookup(asked, reply(asked.wire, f"news.example 60 {record}"))
    assert found.failure is None
    assert found.answers == (expected,)


def test_a_truncated_reply_says_so() -> None:
    asked = query()
    empty = lookup(asked, reply(asked.wire, flags=dns.flags.TC))
    partial = lookup(asked, reply(asked.wire, ADDRESS, flags=dns.flags.TC))
    whole = lookup(asked, reply(asked.wire, ADDRESS))
    assert (empty.failure, partial.failure) == (TRUNCATED, None)
    assert (is_truncated(empty), is_truncated(partial), is_truncated(whole)) == (True, True, False)


def test_replies_belong_to_their_question() -> None:
    asked = query()
    true = reply(asked.wire, ADDRESS)
    assert asked.mismatch(true) is None
    assert asked.mismatch(reply(asked.wire, ADDRESS, id=0xFFFF & ~int.from_bytes(true[:2], "big"))) == WRONG_REPLY
    assert asked.mismatch(asked.wire[:2] + reply(query("NEWS.example").wire)[2:]) is None
    for other in (query("new.example"), query(query_type="AAAA")):
        assert asked.mismatch(asked.wire[:2] + reply(other.wire)[2:]) == WRONG_REPLY
    assert asked.mismatch(asked.wire) == UNREADABLE
    assert asked.mismatch(true[:-1]) == UNREADABLE


def test_a_reply_without_question_counts_only_if_it_refuses() -> None:
    asked = query()
    assert asked.mismatch(reply(asked.wire, rcode="REFUSED", question=[])) is None
    assert asked.mismatch(reply(asked.wire, ADDRESS, question=[])) == WRONG_REPLY


@given(st.binary(max_size=80), st.integers(0, 60), st.booleans())
def test_hostile_replies_are_failures_and_never_exceptions(noise: bytes, cut: int, has_question: bool) -> None:
    asked = query()
    data = (reply(asked.wire, ADDRESS)[:cut] if has_question else b"") + noise
    asked.mismatch(data)
    found = lookup(asked, data)
    assert found.failure is None or isinstance(found.failure, str)
    assert found.raw_response == data
