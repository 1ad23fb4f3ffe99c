"""No field of a record says who measured, in whatever form the world echoes the address."""

from __future__ import annotations

import base64
import ipaddress
import json
import zlib
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.archive.shapes import ORIGIN
from tests.probe.diaries import diary_of
from tests.probe.echoes import FORMS, echo, is_echoed, v4, v6
from trigpoint.archive.ooni.measurement import measurement_of
from trigpoint.net.dial.acts import (
    Answer,
    Connect,
    Handshake,
    Lookup,
    NetworkEvent,
    Request,
    Response,
    RoundTrip,
)
from trigpoint.net.dns import parse_reply
from trigpoint.net.dns_message import Message, Question, Record, build_message, parse_message
from trigpoint.net.dns_names import wire_name
from trigpoint.probe.needles import needles_of
from trigpoint.probe.record import Envelope, annotations_of, line_of
from trigpoint.probe.scrub import Scrubber

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary
    from trigpoint.probe.needles import Needles

FOUR = ipaddress.IPv4Address("198.51.100.23")
SIX = ipaddress.IPv6Address("2001:db8:12:34:56::9a")
NAME = "cpe-17.customers.isp.example"
NEEDLES = needles_of([str(FOUR), str(SIX)], [NAME])


def envelope(said: str) -> Envelope:
    return Envelope(
        nettest="web_connectivity",
        version="1",
        input=f"http://site.example/?q={said}",
        started_at=1_700_000_000.0,
        runtime_seconds=1.0,
        annotations=annotations_of("v", {"note": said, said: "key"}),
        options=("--note", said),
        test_helpers={"backend": {"address": f"https://helper.example/{said}"}},
    )


def echoing(said: str, address: str) -> Diary:
    """Make a diary in which every text, byte string and address says it."""
    act: dict[str, Any] = {"t0": 0.0, "t": 1.0, "transaction_id": 1, "tags": ("depth=0", f"said={said}")}
    where = f"[{address}]:443" if ":" in address else f"{address}:443"
    coded = zlib.compress(said.encode())
    responses = [
        Response(code=200, headers=(("X-Echo", said), ("Location", f"/{said}")), body=said.encode()),
        Response(code=200, headers=((said, "v"),), body=b"\xff\xfe " + said.encode()),
        Response(code=200, headers=(("Content-Encoding", "deflate"),), body=coded),
        Response(code=200, headers=(("Set-Cookie", f"a={said}; Domain={said}"),), body=b""),
    ]
    request = Request(url=f"http://site.example/{said}", headers=(("X-Mine", said),), body=said.encode())
    trips = [
        RoundTrip(**act, network="tcp", address=where, alpn=said, request=request, response=response, failure=said)
        for response in responses
    ]
    return diary_of(
        [
            Lookup(
                **act,
                engine="udp",
                hostname=said,
                query_type="A",
                resolver_address=where,
                answers=(Answer("A", address), Answer("CNAME", said), Answer("TXT", said)),
                raw_response=said.encode(),
                failure=f"unknown_failure: {said}",
            ),
            Connect(**act, ip=address, port=443),
            Handshake(**act, network="tcp", address=where, server_name=said, peer_certificates=(said.encode(),)),
            *trips,
        ],
        [NetworkEvent(**act, operation="connect", address=where, failure=said)],
    )


def texts(value: Any) -> list[str]:
    """Give all texts of a record, and what its base64 holds."""
    if isinstance(value, dict):
        if value.keys() == {"data", "format"}:
            return [base64.b64decode(value["data"]).decode("latin-1")]
        raw = [base64.b64decode(item).decode("latin-1") for key, item in value.items() if key == "raw_response"]
        return raw + [text for key, item in value.items() if key != "raw_response" for text in [key, *texts(item)]]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_no_field_keeps_an_echo(form: tuple[str, str]) -> None:
    said = echo(form, FOUR, SIX)
    line = line_of(
        echoing(said, str(FOUR if form[0] == "4" else SIX)), envelope(said), {"x_mine": {said: [said]}}, NEEDLES
    )
    record = json.loads(line)
    assert [text for text in texts(record) if is_echoed(text, form, FOUR, SIX)] == []
    assert measurement_of(line, ORIGIN).nettest == "web_connectivity"


def test_the_same_fields_do_say_it_where_nobody_is_looked_for() -> None:
    line = line_of(echoing(str(FOUR), str(FOUR)), envelope(str(FOUR)), {"x_mine": {str(FOUR): [str(FOUR)]}})
    assert len([text for text in texts(json.loads(line)) if str(FOUR) in text]) > 25


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize(("four", "six"), [("1.1.1.1", "2002::"), ("255.255.255.255", "fdff:1:2:3:4:5:6:7")])
def test_short_and_long_addresses_are_taken_out(four: str, six: str, form: tuple[str, str]) -> None:
    first, second = ipaddress.IPv4Address(four), ipaddress.IPv6Address(six)
    assert not is_echoed(Scrubber(needles_of([four, six]))(echo(form, first, second)), form, first, second)


@given(v4, v6, st.sampled_from(FORMS), st.text('ab ,;"/<>\n', max_size=5), st.text('xy ,;"/<>\n', max_size=5))
def test_any_address_is_taken_out_of_any_text(
    four: ipaddress.IPv4Address, six: ipaddress.IPv6Address, form: tuple[str, str], before: str, after: str
) -> None:
    said = echo(form, four, six)
    assume("list" not in form[1] or not is_at_home(four))
    if "base64" in form[1]:
        before = after = ""  # then it is part of other base64, and what it holds is said by its bytes alone
    scrub = Scrubber(needles_of([str(four), str(six)]))
    assert not is_echoed(scrub(f"{before} {said} {after}".strip()), form, four, six)


def is_at_home(address: ipaddress.IPv4Address) -> bool:
    homes = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
    return any(address in ipaddress.IPv4Network(home) for home in homes)


@pytest.mark.parametrize("home", ["10.0.0.1", "192.168.1.2", "172.16.0.1", "100.64.0.1"])
def test_lists_of_numbers_are_no_address_of_a_home(home: str) -> None:
    style = f"rgba({home.replace('.', ', ')}) matrix({home.replace('.', ',')})"
    assert Scrubber(needles_of([home]))(style) == style
    assert Scrubber(needles_of([home]))(home) == "[scrubbed]"


def holds(content: bytes, *addresses: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address.packed in content for address in addresses)


@given(v4, v6, st.lists(st.text(max_size=30) | st.binary(max_size=30), max_size=4))
def test_what_says_nothing_of_it_stays(
    four: ipaddress.IPv4Address, six: ipaddress.IPv6Address, others: list[str | bytes]
) -> None:
    scrub, plain = Scrubber(needles_of([str(four), str(six)])), Scrubber()
    content = [other if isinstance(other, bytes) else other.encode() for other in others]
    innocent = [other for other, bytes_ in zip(others, content, strict=True) if not holds(bytes_, four, six)]
    assert scrub(innocent) == plain(innocent)


@pytest.mark.parametrize(
    "text",
    [
        "198.51.100.2",
        "198.51.100.230",
        "198.51.10.23",
        "2198.51.100.23",
        "98.51.100.23",
        "2001:db8:12:35::9a",
        "cpe-17.customers.isp.example2",
    ],
)
def test_a_neighbour_is_somebody_else(text: str) -> None:
    assert Scrubber(NEEDLES)(text) == text


@pytest.mark.parametrize(
    "text", ["2001:db8:12:34::1", "2001:0DB8:0012:0034:aaaa:bbbb:cccc:dddd", "2001-db8-12-34-1-2-3-4.isp.example"]
)
def test_the_other_addresses_of_a_household_are_its_own_too(text: str) -> None:
    assert "[scrubbed]" in Scrubber(NEEDLES)(text)
    assert Scrubber(needles_of([str(SIX)], with_link=False))(text) == text


def test_a_prefix_with_zeros_is_a_household_too() -> None:
    scrub = Scrubber(needles_of(["2001:db8::1:2:3:4"]))
    assert (scrub("2001:db8::9:8:7:6"), scrub("2001:db8:0:0:9::6")) == ("[scrubbed]", "[scrubbed]")
    assert scrub("2001:db8:0:1:9:8:7:6") == "2001:db8:0:1:9:8:7:6"


def test_an_address_that_begins_with_zeros_is_one_too() -> None:
    scrub = Scrubber(needles_of(["::cafe:1:2"], with_link=False))
    assert (scrub("at ::cafe:1:2!"), scrub("1::cafe:1:2")) == ("at [scrubbed]!", "1::cafe:1:2")


@pytest.mark.parametrize("name", [NAME, NAME.upper(), NAME.replace(".", "%2e"), f"x.{NAME}.", f"//{NAME}/"])
def test_the_reverse_name_is_taken_out(name: str) -> None:
    assert "customers" not in Scrubber(NEEDLES)(name).lower()


@pytest.mark.parametrize("nobody", ["127.0.0.1", "0.0.0.0", "::1", "::"])  # noqa: S104 - data
def test_nobodys_address_is_not_looked_for(nobody: str) -> None:
    assert not needles_of([nobody])


@pytest.mark.parametrize("wrong", ["", "host.example", "1.2.3"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        needles_of([wrong])


def test_a_mapped_address_is_the_one_within() -> None:
    assert Scrubber(needles_of([f"::ffff:{FOUR}"]))(f"at {FOUR}!") == "at [scrubbed]!"


def reply() -> bytes:
    pointed = FOUR.reverse_pointer
    return build_message(
        Message(
            id=1,
            flags=0x8180,
            questions=(Question(pointed, 12),),
            answers=(
                Record("a.example", 1, 60, FOUR.packed),
                Record("a.example", 28, 70, SIX.packed),
                Record("a.example", 16, 80, bytes([len(str(FOUR))]) + str(FOUR).encode()),
                Record(pointed, 12, 90, wire_name(NAME)),
                Record("b.example", 1, 60, bytes([93, 184, 216, 34])),
            ),
        )
    )


def scrubbed_message(needles: Needles) -> bytes:
    act = {"t0": 0.0, "t": 1.0, "transaction_id": 1, "engine": "udp", "hostname": "a.example", "query_type": "A"}
    lookup = Lookup(**act, resolver_address="8.8.8.8:53", raw_response=reply())
    record = json.loads(line_of(diary_of([lookup]), envelope(""), {}, needles))
    return base64.b64decode(record["test_keys"]["queries"][0]["raw_response"])


def test_a_raw_reply_stays_a_reply_of_the_same_length() -> None:
    message = scrubbed_message(NEEDLES)
    assert len(message) == len(reply())
    assert all(part not in message for part in (FOUR.packed, SIX.packed, str(FOUR).encode(), b"customers"))
    found, before = parse_message(message), parse_message(reply())
    assert found is not None
    assert before is not None
    assert [(record.rtype, record.ttl) for record in found.answers] == [
        (record.rtype, record.ttl) for record in before.answers
    ]
    assert parse_reply(message).ttls == {"0.0.0.0": 60, "::": 70, "93.184.216.34": 60}  # noqa: S104 - data


def certificates(*chain: bytes) -> dict[str, Any]:
    act = {"t0": 0.0, "t": 1.0, "transaction_id": 1}
    handshake = Handshake(**act, network="tcp", address="192.0.2.1:443", server_name="", peer_certificates=chain)
    return json.loads(line_of(diary_of([handshake]), envelope(""), {}, NEEDLES))["test_keys"]["tls_handshakes"][0]


@pytest.mark.parametrize("inside", [FOUR.packed, str(FOUR).encode(), SIX.packed, NAME.encode()])
def test_a_chain_that_names_the_probe_is_withheld_whole(inside: bytes) -> None:
    found = certificates(b"leaf" + inside, b"root")
    assert found["peer_certificates"] is None
    assert found["x_peer_certificates_withheld"] is True


def test_any_other_chain_is_kept_as_it_came() -> None:
    found = certificates(b"leaf", b"root")
    assert [base64.b64decode(item["data"]) for item in found["peer_certificates"]] == [b"leaf", b"root"]
    assert "x_peer_certificates_withheld" not in found


def body(content: bytes, coding: str) -> dict[str, Any]:
    response = Response(code=200, headers=(("content-encoding", coding),), body=content)
    request = Request(url="http://site.example/")
    act = {"t0": 0.0, "t": 1.0, "transaction_id": 1, "network": "tcp", "address": "192.0.2.1:80", "alpn": ""}
    diary = diary_of([RoundTrip(**act, request=request, response=response)])
    return json.loads(line_of(diary, envelope(""), {}, NEEDLES))["test_keys"]["requests"][0]["response"]


def test_a_compressed_page_is_looked_into() -> None:
    kept = body(zlib.compress(b"nothing here"), "deflate")
    assert zlib.decompress(base64.b64decode(kept["body"]["data"])) == b"nothing here"
    assert "x_body_withheld" not in kept
    withheld = body(zlib.compress(b"you are " + str(FOUR).encode()), "deflate")
    assert (withheld["body"], withheld["x_body_withheld"]) == ("", True)


@pytest.mark.parametrize("wide", ["utf-16", "utf-16-be", "utf-32"])
def test_a_page_of_wide_letters_is_looked_into(wide: str) -> None:
    assert body(f"you are {FOUR}".encode(wide), "")["x_body_withheld"] is True
    assert "x_body_withheld" not in body("you are somebody".encode(wide), "")


def test_bytes_that_are_no_text_may_hold_the_address_itself() -> None:
    found = base64.b64decode(body(b"\xff\xfe" + FOUR.packed + b"-" + SIX.packed, "")["body"]["data"])
    assert found == b"\xff\xfe" + bytes(4) + b"-" + bytes(16)


@pytest.mark.parametrize("coding", ["br", "gzip", "x-unheard-of"])
def test_a_page_that_cannot_be_looked_into_is_withheld(coding: str) -> None:
    assert body(b"\x1b\x00\x00", coding)["x_body_withheld"] is True


def test_the_probes_own_address_as_an_answer_is_no_address_any_more() -> None:
    act = {"t0": 0.0, "t": 1.0, "transaction_id": 1, "engine": "udp", "hostname": "whoami.example", "query_type": "A"}
    lookup = Lookup(**act, resolver_address="8.8.8.8:53", answers=(Answer("A", str(FOUR)), Answer("A", "192.0.2.1")))
    line = line_of(diary_of([lookup]), msgspec.structs.replace(envelope(""), input=None), {}, NEEDLES)
    (step,) = measurement_of(line, ORIGIN).steps
    assert [answer.address for answer in step.answers] == ["192.0.2.1"]


def test_hostile_pages_do_not_hold_the_scrubber_up() -> None:
    """Runs of what patterns may skip: with a search that goes back, each of these would take minutes."""
    scrub = Scrubber(NEEDLES)
    for part in ("0", "\\", "%25", "&#0", "1", "198.", "2001:db8:", "2001:db8:12:34:", "c6.", "cpe-17."):
        text = part * (200_000 // len(part))
        assert isinstance(scrub(text), str)
