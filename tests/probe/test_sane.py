"""What follows for a run from the state of the own network."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from trigpoint.net.dial.acts import Handshake, Request, RoundTrip
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.trust import Trust
from trigpoint.probe.residue import Residue
from trigpoint.probe.sane import MOST_CLOCK_SECONDS, adapted, obstacle, remarks
from trigpoint.probe.session import Session

SOUND: dict[str, Any] = {
    "captive_portal": False,
    "clock_offset_seconds": 0.4,
    "dns_filter": False,
    "ipv4": True,
    "ipv6": True,
    "nxdomain_rewrite": False,
    "answers": True,
    "tls_interception": False,
    "helpers": [],
    "proxies": [],
    "tunnel": None,
    "packet_sizes": [],
}


async def _freely(_host: str) -> None:
    """Let everything pass."""


def session(*helpers: str, families: frozenset[int] = frozenset({4, 6})) -> Session:
    return Session(
        system=Resolver(),
        trust=Trust(b"", "none", 0.0),
        admit=_freely,
        wall=lambda: 0.0,
        residue=Residue(),
        random=Random(1),  # noqa: S311 - no secret
        helpers=helpers,
        families=families,
    )


def test_a_sound_network_needs_no_words() -> None:
    assert obstacle(SOUND) is None
    assert list(remarks(session(), SOUND)) == []
    assert adapted(session(), SOUND).families == {4, 6}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ipv6": False}, "no IPv6"),
        ({"ipv4": False}, "no IPv4"),
        ({"ipv4": False, "ipv6": False}, "None of the servers"),
        ({"clock_offset_seconds": MOST_CLOCK_SECONDS + 1}, "ahead"),
        ({"clock_offset_seconds": -MOST_CLOCK_SECONDS - 1}, "behind"),
        ({"tls_interception": True}, "opens encrypted connections"),
        ({"nxdomain_rewrite": True}, "do not exist"),
        ({"dns_filter": True}, "filters by its owner's wish"),
        ({"helpers": [{"address": "https://h.example/", "failure": "eof_error"}]}, "https://h.example/"),
        ({"tunnel": True}, "tunnel"),
        ({"proxies": ["http_proxy", "https_proxy"]}, "http_proxy, https_proxy"),
        ({"packet_sizes": [{"version": 6, "large_bytes": 1500, "is_lost": True}]}, "1,500 bytes get lost over IPv6"),
    ],
)
def test_each_lack_is_one_sentence(changes: dict[str, Any], word: str) -> None:
    (sentence,) = remarks(session(), SOUND | changes)
    assert word in sentence


def test_a_version_of_ip_is_taken_out_only_where_the_other_works() -> None:
    assert adapted(session(), SOUND | {"ipv6": False}).families == {4}
    assert adapted(session(), SOUND | {"ipv6": None}).families == {4, 6}, "what was not tried may work"
    assert adapted(session(), SOUND | {"ipv4": False, "ipv6": False}).families == {4, 6}
    assert adapted(session(families=frozenset({4})), SOUND | {"ipv4": False}).families == {4}


def test_where_only_a_proxy_may_lead_out_it_is_said() -> None:
    assert "proxy" not in (obstacle(SOUND | {"answers": False}) or "proxy")
    assert "only a proxy" in (obstacle(SOUND | {"answers": False, "proxies": ["http_proxy"]}) or "")


def test_what_is_unknown_is_no_obstacle() -> None:
    assert list(remarks(session(), SOUND | {"packet_sizes": [{"is_lost": None}, {"is_lost": False}]})) == []
    assert obstacle(SOUND | {"captive_portal": None}) is None
    assert list(remarks(session(), SOUND | {"clock_offset_seconds": None, "tls_interception": None})) == []


def found(*acts: tuple[type[Handshake | RoundTrip], str, str, str | None]) -> Session:
    """Adapt to a diary with these acts: kind, name or URL, end, failure."""

    async def main() -> Session:
        diary = Diary()
        for kind, name, end, failure in acts:
            own = {"server_name": name} if kind is Handshake else {"request": Request(url=name), "alpn": ""}
            diary.trace().note(kind, 0.0, failure, network="tcp", address=end, **own)
        return adapted(session("https://helper.example:8443/", "http://plain.example/"), SOUND, diary)

    return asyncio.run(main())


def test_a_helper_is_a_control_server_where_it_answered() -> None:
    made = found(
        (Handshake, "helper.example", "192.0.2.7:8443", None),
        (Handshake, "helper.example", "192.0.2.8:8443", "connection_reset"),
        (Handshake, "helper.example", "[2001:db8::7]:443", None),
        (Handshake, "other.example", "192.0.2.9:8443", None),
        (RoundTrip, "http://plain.example/health", "[2001:db8::5]:80", None),
        (RoundTrip, "http://plain.example/health", "192.0.2.5:80", "eof_error"),
        (RoundTrip, "https://helper.example:8443/health", "192.0.2.7:8443", None),
    )
    assert made.control_servers == (("192.0.2.7", 8443),)
    assert made.control_http == (("2001:db8::5", 80),)
    assert made.http_echo == "http://[2001:db8::5]:80/"


def test_a_helper_known_by_its_address_is_one_too() -> None:
    async def main() -> Session:
        diary = Diary()
        diary.trace().note(Handshake, 0.0, None, network="tcp", address="192.0.2.7:443", server_name="")
        return adapted(session("https://192.0.2.7/"), SOUND, diary)

    assert asyncio.run(main()).control_servers == (("192.0.2.7", 443),), "no name is sent to an address"


def test_what_helpers_offer_is_in_the_session_for_what_follows() -> None:
    helpers = [{"address": "http://h.example/", "failure": None, "offers": {"echo": ["192.0.2.1:7"]}}]
    helpers.append({"address": "http://other.example/", "failure": None})
    assert adapted(session(), SOUND | {"helpers": helpers}).echo_servers == (("192.0.2.1", 7),)
