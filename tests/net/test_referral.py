"""Referrals: who is responsible for a zone, in replies with authority and without."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.dns_message import AA, NOERROR, QR, REFUSED, Message, Question, build_message
from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import NS, Record, address_record
from trigpoint.net.referral import Referral, referral

ZONE = "site.example"
OWN = Record(ZONE, NS, 300, wire_name("NS1.site.example"))
GLUE = (address_record("ns1.site.example", 300, "192.0.2.1"), address_record("other.example", 300, "192.0.2.9"))


def reply(flags: int = QR, rcode: int = NOERROR, **parts: tuple[Record, ...]) -> bytes:
    return build_message(Message(1, flags | rcode, (Question(ZONE, NS),), **parts))


def test_a_referral_names_servers_and_only_their_addresses() -> None:
    found = Referral(("ns1.site.example",), ("192.0.2.1",))
    assert referral(reply(authority=(OWN,), additional=GLUE), ZONE) == found
    assert referral(reply(QR | AA, answers=(OWN,), additional=GLUE), ZONE) == found


def test_what_names_no_server_of_the_zone_is_none() -> None:
    parent = Record("example", NS, 300, wire_name("ns.example"))
    assert referral(reply(authority=(parent,)), ZONE) is None
    assert referral(reply(QR | AA, authority=(OWN,)), ZONE) is None, "who has authority answers"
    assert referral(reply(rcode=REFUSED, authority=(OWN,)), ZONE) is None
    assert referral(reply(), ZONE) is None


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_give_a_referral_or_none(noise: bytes, cut: int) -> None:
    whole = reply(authority=(OWN,), additional=GLUE)
    for data in (noise, whole[:cut] + noise):
        assert isinstance(referral(data, ZONE), Referral | None)
