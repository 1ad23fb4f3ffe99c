"""Resource records, held against dnspython."""

from __future__ import annotations

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import (
    AAAA,
    CNAME,
    HTTPS,
    MX,
    NS,
    PTR,
    SOA,
    TXT,
    A,
    Record,
    Soa,
    address_data,
    address_of,
    address_record,
    mx_data,
    read_record,
    record_wire,
    soa_data,
    soa_of,
    target_of,
    texts_of,
    txt_data,
)


def record(kind: int, text: str) -> Record:
    rdata = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.RdataType(kind), text)
    return Record("x.example", kind, 60, rdata.to_wire() or b"")


@given(st.ip_addresses())
def test_an_address_comes_back(address: object) -> None:
    made = address_record("x.example", 60, str(address))
    assert made == record(made.rtype, str(address))
    assert address_of(made) is not None
    assert address_data(address_of(made) or "") == (made.rtype, made.data)


@pytest.mark.parametrize("text", ["", "example", "192.0.2", "::1%eth0", "1:2", "192.0.2.7\x00", "\N{SUPERSCRIPT TWO}"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no IP address"):
        address_data(text)


@pytest.mark.parametrize("kind", [NS, CNAME, PTR])
def test_a_name_is_pointed_to(kind: int) -> None:
    assert target_of(record(kind, "Other.example.")) == "Other.example"
    assert target_of(Record("x.example", kind, 60, wire_name("a\\.b"))) == "a\\.b"


def test_mail_is_exchanged_at_a_name() -> None:
    made = Record("x.example", MX, 60, mx_data(10, "mail.example"))
    assert made == record(MX, "10 mail.example.")
    assert target_of(made) == "mail.example"


def test_an_soa_comes_back() -> None:
    soa = Soa("ns.example", "hostmaster.example", 7, 1, 2, 3, 4)
    made = Record("x.example", SOA, 60, soa_data(soa))
    assert made == record(SOA, "ns.example. hostmaster.example. 7 1 2 3 4")
    assert soa_of(made) == soa


@given(st.lists(st.binary(max_size=255), min_size=1, max_size=5))
def test_texts_come_back(texts: list[bytes]) -> None:
    made = Record("x.example", TXT, 60, txt_data(*texts))
    assert texts_of(made) == tuple(texts)
    rdata = dns.rdata.from_wire("IN", "TXT", made.data, 0, len(made.data))
    assert rdata.strings == tuple(texts)


def test_a_text_of_more_than_255_octets_is_refused() -> None:
    with pytest.raises(ValueError, match="range"):
        txt_data(b"x" * 256)


def test_data_of_another_type_is_missing() -> None:
    other = Record("x.example", HTTPS, 60, b"\x00\x01\x00")
    assert (address_of(other), target_of(other), soa_of(other), texts_of(other)) == (None, None, None, ())


@pytest.mark.parametrize("kind", [A, AAAA, NS, CNAME, MX, SOA])
@pytest.mark.parametrize("data", [b"", b"\x01", b"\x05abc", b"\x00\x0a\xc0\x09", b"\x00\x00\x01\x02"])
def test_malformed_data_is_missing_or_read_as_far_as_it_makes_sense(kind: int, data: bytes) -> None:
    made = Record("x.example", kind, 60, data)
    assert soa_of(made) is None
    assert address_of(made) is None or kind == A
    assert target_of(made) in {None, ""}  # the root, where the data begins with it


def test_names_inside_of_data_are_expanded() -> None:
    begin = wire_name("example")
    soa = b"\x02ns\xc0\x00" + b"\x01h\xc0\x00" + bytes(20)
    message = begin + b"\xc0\x00" + b"\x00\x06\x00\x01\x00\x00\x00\x3c" + len(soa).to_bytes(2, "big") + soa + b"!"
    found, end = read_record(message, len(begin))
    assert end == len(message) - 1
    assert soa_of(found) == Soa("ns.example", "h.example", 0, 0, 0, 0, 0)
    assert read_record(record_wire(wire_name(found.name), found), 0)[0] == found


@pytest.mark.parametrize("length", [3, 5, 40])
def test_a_record_whose_data_ends_elsewhere_than_its_names_is_refused(length: int) -> None:
    soa = Record("x", SOA, 60, soa_data(Soa("a", "b")))
    wire = bytearray(record_wire(b"\x00", soa))
    wire[9:11] = length.to_bytes(2, "big")
    with pytest.raises(IndexError):
        read_record(bytes(wire) + bytes(20), 0)
    with pytest.raises(IndexError):
        read_record(record_wire(b"\x00", Record("", MX, 60, b"\x00\x0a\x04mail\x00"))[:-1], 0)


def test_a_name_that_ends_behind_its_data_is_refused() -> None:
    wire = b"\x00" + b"\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02" + b"\x04mail\x00"
    with pytest.raises(IndexError):
        read_record(wire, 0)
