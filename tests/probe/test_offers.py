"""What helpers offer, and what nettests want of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.probe.test_sane import session
from trigpoint.control.protocol import Health, Services
from trigpoint.net.names import canonical_address, is_private, split_endpoint
from trigpoint.probe.offers import WANTS, Offers, lacks, offers, with_offers
from trigpoint.probe.run import all_nettests

if TYPE_CHECKING:
    from trigpoint.probe.session import Session

OWN = ("203.0.113.7", "2001:db8::7")
PUBLIC = "1.1.1.1:7"


def told(**services: Any) -> bytes:
    return msgspec.json.encode(Health(software="trigpoint", version="1", services=Services(**services)))


@pytest.mark.parametrize(
    ("place", "usable"),
    [
        ("0.0.0.0:7", ("203.0.113.7:7",)),
        ("[::]:7", ("[2001:db8::7]:7",)),
        ("203.0.113.7:7", ("203.0.113.7:7",)),
        (PUBLIC, (PUBLIC,)),
        ("192.168.1.1:80", ()),
        ("127.0.0.1:22", ()),
        ("[::1]:22", ()),
        ("router.local:80", ()),
        ("1.1.1.1", ()),
        ("1.1.1.1:0", ()),
        ("1.1.1.1:70000", ()),
        ("", ()),
    ],
)
def test_a_helper_names_its_own_addresses_or_public_ones(place: str, usable: tuple[str, ...]) -> None:
    found = offers(told(echo=(place,)), OWN)
    assert found is not None
    assert found.echo == usable


def test_a_helper_on_a_private_address_may_offer_that_address_and_no_other() -> None:
    found = offers(told(echo=("10.0.0.1:7", "10.0.0.2:7")), ("10.0.0.1",))
    assert found is not None
    assert found.echo == ("10.0.0.1:7",)


def test_a_helper_cannot_send_the_probe_to_very_many_places() -> None:
    found = offers(told(quic=tuple(f"1.1.{number}.1:443" for number in range(250))), OWN)
    assert found is not None
    assert len(found.quic) == 16


@pytest.mark.parametrize(
    ("zone", "usable"),
    [("who.example.org", "who.example.org"), ("", ""), ("a b", ""), ("me:x@who.example", ""), ("localhost", "")],
)
def test_a_zone_is_a_name_of_the_internet_or_none(zone: str, usable: str) -> None:
    found = offers(told(whoami=zone), OWN)
    assert found is not None
    assert found.whoami == usable


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b"{}", b'{"software":1,"version":"x"}', b"\xff", b'{"v":"' + b"[" * 9_000]
)
def test_who_tells_nothing_of_the_kind_offers_nothing(body: bytes) -> None:
    assert offers(body, OWN) is None


@given(
    st.lists(st.text(max_size=30) | st.sampled_from([PUBLIC, "0.0.0.0:9", "[::]:1"]), max_size=40).map(tuple), st.text()
)
def test_whatever_is_told_only_usable_places_come_of_it(places: tuple[str, ...], zone: str) -> None:
    found = offers(told(silent=places, whoami=zone), OWN)
    assert found is not None
    for place in found.silent:
        host, port = split_endpoint(place)
        assert port
        assert host in OWN or not is_private(canonical_address(host or "") or "")


def test_behind_a_proxy_the_place_where_the_helper_answered_counts_and_comes_first() -> None:
    found = offers(told(http=("127.0.0.1:8080",), https=("0.0.0.0:8443",)), OWN, {"https": "203.0.113.7:443"})
    assert found is not None
    assert found.https == ("203.0.113.7:443", "203.0.113.7:8443")
    assert found.http == ()


def offered(*found: Offers, **known: Any) -> Session:
    async def main() -> Session:
        return with_offers(msgspec.structs.replace(session(), **known), found)

    return asyncio.run(main())


def test_what_is_offered_goes_into_the_session_behind_what_it_has() -> None:
    made = offered(
        Offers(https=("192.0.2.1:443", "192.0.2.9:443"), silent=("192.0.2.1:53",)),
        Offers(http=("192.0.2.2:80",), quic=("[2001:db8::2]:443",), echo=("192.0.2.2:7",), whoami="who.example"),
        control_servers=(("192.0.2.9", 443),),
    )
    assert made.control_servers == (("192.0.2.9", 443), ("192.0.2.1", 443))
    assert made.bulk_servers == (("192.0.2.1", 443), ("192.0.2.9", 443))
    assert made.control_http == (("192.0.2.2", 80),)
    assert made.http_echo == "http://192.0.2.2:80/"
    assert made.control_quic == (("2001:db8::2", 443),)
    assert made.echo_servers == (("192.0.2.2", 7),)
    assert made.silent == (("192.0.2.1", 53),)
    assert made.whoami == "who.example"
    assert offered(whoami="own.example").whoami == "own.example"
    kept = offered(Offers(whoami="who.example"), whoami="own.example", http_echo="http://192.0.2.5/")
    assert (kept.whoami, kept.http_echo) == ("own.example", "http://192.0.2.5/")


def test_what_nobody_offers_is_one_sentence_for_each_thing() -> None:
    every = all_nettests().values()
    sentences = list(lacks(offered(), every))
    assert len(sentences) == len(WANTS)
    (echoes,) = (one for one in sentences if "an echo server" in one)
    assert "http_invalid_request_line, quic and random_payload" in echoes
    assert list(lacks(offered(), [all_nettests()["web_connectivity"]])) == []
    some = offered(Offers(echo=("192.0.2.1:7",)))
    assert list(lacks(some, [all_nettests()["http_invalid_request_line"]])) == []


def test_what_a_nettest_wants_is_a_field_of_the_session_that_has_a_name_for_people() -> None:
    fields = {field.name for field in msgspec.structs.fields(type(offered()))}
    for nettest in all_nettests().values():
        assert set(nettest.wants) <= set(WANTS) <= fields
